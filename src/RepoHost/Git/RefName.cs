namespace RepoHost.Git;

/// <summary>git-check-ref-format's rules: a name that passes can be part of a path under <c>refs/</c>, one that doesn't names no ref.</summary>
internal static class RefName
{
    public const string Heads = "refs/heads/";
    public const string Tags = "refs/tags/";
    public const string PullRequests = "refs/pr/";
    public const string Converts = "refs/convert/";

    private const int MaxLength = RevisionName.MaxLength + 16;
    private const int LongestFileName = 255;

    /// <summary>Without the family's prefix: <c>main</c>.</summary>
    public static string Short(string fullName)
    {
        foreach (var family in (ReadOnlySpan<string>)[Heads, Tags, PullRequests, Converts])
        {
            if (fullName.StartsWith(family, StringComparison.Ordinal))
                return fullName[family.Length..];
        }

        return fullName;
    }

    /// <summary>Whether git can also make such a ref: it writes <c>{name}.lock</c> first, which has to be a file name too.</summary>
    public static bool IsWritable(ReadOnlySpan<char> name)
    {
        foreach (var range in name.Split('/'))
        {
            if (System.Text.Encoding.UTF8.GetByteCount(name[range]) > LongestFileName - ".lock".Length)
                return false;
        }

        return IsValid(name);
    }

    public static bool IsValid(ReadOnlySpan<char> name)
    {
        if (name.IsEmpty || name.Length > MaxLength || name[0] == '-' || name[^1] == '.' || name is "@"
            || name.Contains("..", StringComparison.Ordinal) || name.Contains("@{", StringComparison.Ordinal))
            return false;
        foreach (var c in name)
        {
            if (c is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\' || char.IsControl(c))
                return false;
        }

        foreach (var range in name.Split('/'))
        {
            var piece = name[range];
            // A longer one would be an error of the file system instead of an answer.
            if (piece.IsEmpty || piece[0] == '.' || piece.EndsWith(".lock", StringComparison.Ordinal) || System.Text.Encoding.UTF8.GetByteCount(piece) > LongestFileName)
                return false;
        }

        return true;
    }
}
