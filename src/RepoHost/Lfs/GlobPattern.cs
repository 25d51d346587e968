namespace RepoHost.Lfs;

/// <summary>
/// A pattern of <c>.gitattributes</c> and <c>.gitignore</c> (gitignore, "PATTERN FORMAT"): without a slash it is matched against names, else against the path
/// from the folder of the file it stands in. A match takes one pass over the path, whatever the pattern. Not for several threads at once.
/// </summary>
internal sealed class GlobPattern
{
    private readonly byte[] text;
    private readonly bool nameOnly;
    private readonly bool endOnly;

    // So much of the text, from its beginning, means itself.
    private readonly int plain;
    private GlobProgram? program;
    private bool compiled;

    private GlobPattern(ReadOnlySpan<byte> pattern)
    {
        IsNegative = pattern.StartsWith("!"u8);
        if (IsNegative)
            pattern = pattern[1..];
        FoldersOnly = pattern.EndsWith("/"u8);
        if (FoldersOnly)
            pattern = pattern[..^1];
        nameOnly = !pattern.Contains((byte)'/');
        if (pattern.StartsWith("/"u8))
            pattern = pattern[1..];
        text = pattern.ToArray();
        plain = pattern.IndexOfAny("*?[\\"u8) is >= 0 and var special ? special : text.Length;
        endOnly = nameOnly && plain == 0 && pattern.StartsWith("*"u8) && !pattern[1..].ContainsAny("*?[\\"u8);
    }

    /// <summary>Begins with '!'.</summary>
    public bool IsNegative { get; }

    /// <summary>Ends with a slash.</summary>
    public bool FoldersOnly { get; }

    public static GlobPattern Parse(ReadOnlySpan<byte> pattern) => new(pattern);

    /// <summary>Whether it matches the whole path, but for <see cref="IsNegative"/> and <see cref="FoldersOnly"/>, which are the caller's to heed.</summary>
    /// <param name="folder">How many pieces of the path lead to the folder of the file that the pattern stands in.</param>
    public bool Matches(GlobPath path, int folder, GlobWork work)
    {
        work.Spend(1);
        return nameOnly ? MatchesName(path.Name(path.Levels - 1), work) : MatchesPath(path.From(folder), null, work);
    }

    /// <summary>Which folders on the way it matches, and whether the file at the end, in one pass.</summary>
    /// <param name="first">Levels above this one are not asked for.</param>
    /// <param name="levels">Is emptied, and gets the levels that match.</param>
    public void FindMatches(GlobPath path, int folder, int first, List<int> levels, GlobWork work)
    {
        work.Spend(1);
        levels.Clear();
        if (nameOnly)
        {
            for (var level = Math.Max(folder, first); level < path.Levels; level++)
            {
                work.Spend(1);
                if (MatchesName(path.Name(level), work))
                    levels.Add(level);
            }

            return;
        }

        var rest = path.From(folder);
        var file = MatchesPath(rest, levels, work);
        for (var at = 0; at < levels.Count; at++)
            levels[at] = path.LevelEndingAt(folder, levels[at]);
        if (file)
            levels.Add(path.Levels - 1);
        levels.RemoveAll(level => level < first);
    }

    private bool MatchesName(ReadOnlySpan<byte> name, GlobWork work)
    {
        if (endOnly)
            return name.EndsWith(text.AsSpan(1));
        if (!name.StartsWith(text.AsSpan(0, plain)))
            return false;
        return plain == text.Length ? name.Length == plain : Program(work)?.Matches(name[plain..], null, work) == true;
    }

    private bool MatchesPath(ReadOnlySpan<byte> path, List<int>? folders, GlobWork work)
    {
        if (!path.StartsWith(text.AsSpan(0, plain)))
            return false;
        if (plain < text.Length)
        {
            var matches = Program(work)?.Matches(path[plain..], folders, work) == true;
            for (var at = 0; at < folders?.Count; at++)
                folders[at] += plain;
            return matches;
        }

        if (path.Length > plain && path[plain] == '/')
            folders?.Add(plain);
        return path.Length == plain;
    }

    // Only what stands behind the plain beginning, as git does: there "**" counts as being at the beginning, even in "a**/b".
    private GlobProgram? Program(GlobWork work)
    {
        if (!compiled)
            (program, compiled) = (GlobProgram.Compile(text.AsSpan(plain), !nameOnly, work), true);
        return program;
    }
}
