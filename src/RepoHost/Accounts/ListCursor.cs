using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace RepoHost.Accounts;

/// <summary>Where a page of a list ends: the sort key of its last row, in base64url.</summary>
/// <param name="Milliseconds">Since 1970; 0 in lists by name.</param>
/// <param name="Text">The name key in lists by name, else the id.</param>
internal sealed record ListCursor(long Milliseconds, string Text)
{
    private const int MaxLength = 512;

    public static ListCursor After(RepositoryRecord row, RepositorySort sort) => sort switch
    {
        RepositorySort.Name => new(0, AccountNames.Key(row.FullName)),
        RepositorySort.CreatedAt => new(row.CreatedAt.ToUnixTimeMilliseconds(), row.Id),
        _ => new(row.LastModified.ToUnixTimeMilliseconds(), row.Id),
    };

    /// <summary>Null for one that was not ours: the list then starts at the beginning.</summary>
    public static ListCursor? ReadOrNull(string? cursor)
    {
        if (cursor is null or "" || cursor.Length > MaxLength || !Base64Url.IsValid(cursor))
            return null;

        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split('|', 2);
        return parts.Length == 2
            && long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
            && milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()
            ? new ListCursor(milliseconds, parts[1])
            : null;
    }

    public override string ToString() => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{Milliseconds.ToString(CultureInfo.InvariantCulture)}|{Text}"));
}
