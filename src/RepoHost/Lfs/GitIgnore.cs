using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>
/// Says which paths <c>.gitignore</c> files leave out (gitignore): the last matching line decides, deeper files before those above, and what lies in an
/// ignored folder stays ignored. Each folder is decided once. Not for several threads at once.
/// </summary>
/// <param name="read">Asked once for each folder that a path leads through.</param>
internal sealed class GitIgnore(Func<TreePath, FolderRules> read, GlobWork work)
{
    public const string FileName = ".gitignore";

    private readonly RuleFolders<GlobPattern[]> folders = new(read, (text, _) => Parse(text, work), work);
    private readonly List<RuleFolders<GlobPattern[]>.Folder> onTheWay = [];
    private readonly List<int> matched = [];

    /// <summary>The path is a file's.</summary>
    /// <exception cref="UnusableRulesException">It can't be told within bounds.</exception>
    public bool IsIgnored(TreePath path)
    {
        var globPath = GlobPath.Of(path);
        folders.Find(path, onTheWay, all: true);
        // Folders that other paths led through are decided, and an ignored one decides about all in it.
        var first = 0;
        for (; first + 1 < onTheWay.Count && onTheWay[first + 1].IsIgnored is { } known; first++)
        {
            if (known)
                return true;
        }

        var levels = Decide(globPath, first);
        for (var level = first; level < globPath.Levels; level++)
        {
            var ignored = levels[level - first] == true;
            if (level < globPath.Levels - 1)
                onTheWay[level + 1].IsIgnored = ignored;
            if (ignored)
                return true;
        }

        return false;
    }

    /// <summary>What the rules say about each level from <paramref name="first"/> on, without what lies above it; null where none matches.</summary>
    private bool?[] Decide(GlobPath path, int first)
    {
        var levels = new bool?[path.Levels - first];
        var undecided = levels.Length;
        for (var folder = onTheWay.Count - 1; folder >= 0; folder--)
        {
            var rules = onTheWay[folder].Rules;
            for (var at = rules?.Length - 1 ?? -1; at >= 0 && undecided > 0; at--)
            {
                rules![at].FindMatches(path, folder, first, matched, work);
                foreach (var level in matched)
                {
                    if (levels[level - first] is not null || (rules[at].FoldersOnly && level == path.Levels - 1))
                        continue;
                    levels[level - first] = !rules[at].IsNegative;
                    undecided--;
                }
            }
        }

        return levels;
    }

    private static GlobPattern[] Parse(string text, GlobWork work)
    {
        var patterns = new List<GlobPattern>();
        foreach (var line in RuleLines.Of(text))
        {
            work.Spend(1);
            if (line.Span[0] != '#' && TrimEnd(line.Span) is { IsEmpty: false } pattern)
                patterns.Add(GlobPattern.Parse(pattern));
        }

        return [.. patterns];
    }

    /// <summary>Blanks at the end don't count, except one behind a backslash.</summary>
    private static ReadOnlySpan<byte> TrimEnd(ReadOnlySpan<byte> line)
    {
        var blanks = -1;
        for (var at = 0; at < line.Length; at++)
        {
            var escaped = line[at] == '\\';
            if (escaped && ++at == line.Length)
                return line;
            if (escaped || line[at] != ' ')
                blanks = -1;
            else if (blanks < 0)
                blanks = at;
        }

        return blanks < 0 ? line : line[..blanks];
    }
}
