using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>Says which paths <c>.gitignore</c> files leave out (gitignore): the last matching line decides, deeper files before those above, and what lies in an ignored folder stays ignored.</summary>
/// <param name="read">Asked once for each folder's text; null where there is none.</param>
internal sealed class GitIgnore(Func<TreePath, string?> read)
{
    public const string FileName = ".gitignore";

    /// <summary>Our own bound on the work that one path can cost.</summary>
    private const int MostLines = 1000;

    private readonly Dictionary<TreePath, Rule[]> rules = [];
    private readonly Dictionary<TreePath, bool> folders = new() { [TreePath.Root] = false };

    public bool IsIgnored(TreePath path) => IsFolderIgnored(path.Parent) || Matches(path, isFolder: false);

    private bool IsFolderIgnored(TreePath folder)
    {
        // From the top: a path can have two thousand folders, which is no depth for a recursion.
        var unknown = new Stack<TreePath>();
        bool ignored;
        for (; !folders.TryGetValue(folder, out ignored); folder = folder.Parent)
            unknown.Push(folder);
        while (unknown.TryPop(out var next))
            folders[next] = ignored = ignored || Matches(next, isFolder: true);
        return ignored;
    }

    private bool Matches(TreePath path, bool isFolder)
    {
        var pieces = path.Pieces();
        var depth = pieces.Length - 1;
        for (var folder = path.Parent; ; folder = folder.Parent, depth--)
        {
            foreach (var rule in RulesOf(folder))
            {
                if ((isFolder || !rule.FoldersOnly) && rule.Pattern.Matches(pieces.AsSpan(depth)))
                    return !rule.Negated;
            }

            if (folder.IsRoot)
                return false;
        }
    }

    /// <summary>The last line first.</summary>
    private Rule[] RulesOf(TreePath folder)
    {
        if (!rules.TryGetValue(folder, out var found))
            rules[folder] = found = read(folder) is { } text ? [.. text.TrimStart('\ufeff').Split('\n').Take(MostLines).Select(Parse).OfType<Rule>().Reverse()] : [];
        return found;
    }

    private static Rule? Parse(string line)
    {
        line = TrimEnd(line.TrimEnd('\r'));
        if (line.Length == 0 || line[0] == '#')
            return null;
        var negated = line[0] == '!';
        if (negated)
            line = line[1..];
        var foldersOnly = line.EndsWith('/');
        if (foldersOnly)
            line = line[..^1];
        return GlobPattern.Parse(line) is { } pattern ? new Rule(pattern, negated, foldersOnly) : null;
    }

    /// <summary>Blanks at the end don't count, except one behind a backslash.</summary>
    private static string TrimEnd(string line)
    {
        var trimmed = line.TrimEnd(' ');
        var backslashes = trimmed.Length - trimmed.TrimEnd('\\').Length;
        return trimmed.Length < line.Length && backslashes % 2 == 1 ? trimmed + ' ' : trimmed;
    }

    private sealed record Rule(GlobPattern Pattern, bool Negated, bool FoldersOnly);
}
