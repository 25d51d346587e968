using System.Text;

namespace RepoHost.Git;

/// <summary>
/// A path inside a repository, pieces separated by '/'; the empty path is the root. Names may hold backslashes, '?', '%' and ':' (contract 14.1), so this is
/// never a path of the file system. <see cref="PathSpelling"/> says how names that are no UTF-8 are written.
/// </summary>
internal readonly struct TreePath : IEquatable<TreePath>
{
    public const int MaxBytes = 4096;

    private readonly string? value;

    private TreePath(string value) => this.value = value;

    public static TreePath Root => default;

    public string Value => value ?? "";
    public bool IsRoot => string.IsNullOrEmpty(value);

    /// <summary>The last piece; empty for the root.</summary>
    public string Name => Value[(Value.LastIndexOf('/') + 1)..];

    public TreePath Parent => Value.LastIndexOf('/') is > 0 and var slash ? new TreePath(Value[..slash]) : Root;

    public static bool TryParse(string? text, out TreePath path)
    {
        path = default;
        if (text is null || text.Length > MaxBytes || Encoding.UTF8.GetByteCount(text) > MaxBytes)
            return false;
        if (text.Length == 0)
            return true;
        foreach (var range in text.AsSpan().Split('/'))
        {
            if (!IsName(text.AsSpan(range)))
                return false;
        }

        // One file, one path: what is decided about a path must hold for the file.
        if (!PathSpelling.IsTheOnlyOne(text))
            return false;
        path = new TreePath(text);
        return true;
    }

    public static TreePath Parse(string text) => TryParse(text, out var path) ? path : throw new FormatException("Not a path inside a repository.");

    /// <summary>False if the name is not one piece, or the whole would be too long.</summary>
    public bool TryAppend(string name, out TreePath child)
    {
        // 'child' may be the very variable this is called on, so it is written last.
        var whole = IsRoot ? name : $"{value}/{name}";
        // Every character is at least one byte and at most three, so short paths need no count.
        var fits = whole.Length * 3 <= MaxBytes || Encoding.UTF8.GetByteCount(whole) <= MaxBytes;
        var valid = fits && IsName(name) && !name.Contains('/', StringComparison.Ordinal) && PathSpelling.IsTheOnlyOne(name);
        child = valid ? new TreePath(whole) : default;
        return valid;
    }

    public string[] Pieces() => IsRoot ? [] : Value.Split('/');

    public bool Equals(TreePath other) => string.Equals(Value, other.Value, StringComparison.Ordinal);
    public override bool Equals(object? obj) => obj is TreePath other && Equals(other);
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => Value;

    public static bool operator ==(TreePath left, TreePath right) => left.Equals(right);
    public static bool operator !=(TreePath left, TreePath right) => !left.Equals(right);

    private static bool IsName(ReadOnlySpan<char> piece) => !piece.IsEmpty && piece is not ("." or "..") && !piece.Contains('\0');
}
