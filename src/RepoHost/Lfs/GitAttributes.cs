using System.Text;
using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>
/// Says which paths are kept in LFS, from the <c>.gitattributes</c> of a repository: later lines win, and deeper folders over those above them
/// (gitattributes). Bounded by the work that it is given; not for several threads at once.
/// </summary>
internal sealed class GitAttributes
{
    public const string FileName = ".gitattributes";

    /// <summary>The <c>.gitattributes</c> of a new repository.</summary>
    public const string DefaultText = """
        *.7z filter=lfs diff=lfs merge=lfs -text
        *.arrow filter=lfs diff=lfs merge=lfs -text
        *.bin filter=lfs diff=lfs merge=lfs -text
        *.bz2 filter=lfs diff=lfs merge=lfs -text
        *.ckpt filter=lfs diff=lfs merge=lfs -text
        *.ftz filter=lfs diff=lfs merge=lfs -text
        *.gz filter=lfs diff=lfs merge=lfs -text
        *.h5 filter=lfs diff=lfs merge=lfs -text
        *.joblib filter=lfs diff=lfs merge=lfs -text
        *.lfs.* filter=lfs diff=lfs merge=lfs -text
        *.mlmodel filter=lfs diff=lfs merge=lfs -text
        *.model filter=lfs diff=lfs merge=lfs -text
        *.msgpack filter=lfs diff=lfs merge=lfs -text
        *.npy filter=lfs diff=lfs merge=lfs -text
        *.npz filter=lfs diff=lfs merge=lfs -text
        *.onnx filter=lfs diff=lfs merge=lfs -text
        *.ot filter=lfs diff=lfs merge=lfs -text
        *.parquet filter=lfs diff=lfs merge=lfs -text
        *.pb filter=lfs diff=lfs merge=lfs -text
        *.pickle filter=lfs diff=lfs merge=lfs -text
        *.pkl filter=lfs diff=lfs merge=lfs -text
        *.pt filter=lfs diff=lfs merge=lfs -text
        *.pth filter=lfs diff=lfs merge=lfs -text
        *.rar filter=lfs diff=lfs merge=lfs -text
        *.safetensors filter=lfs diff=lfs merge=lfs -text
        saved_model/**/* filter=lfs diff=lfs merge=lfs -text
        *.tar.* filter=lfs diff=lfs merge=lfs -text
        *.tar filter=lfs diff=lfs merge=lfs -text
        *.tflite filter=lfs diff=lfs merge=lfs -text
        *.tgz filter=lfs diff=lfs merge=lfs -text
        *.wasm filter=lfs diff=lfs merge=lfs -text
        *.xz filter=lfs diff=lfs merge=lfs -text
        *.zip filter=lfs diff=lfs merge=lfs -text
        *.zst filter=lfs diff=lfs merge=lfs -text
        *tfevents* filter=lfs diff=lfs merge=lfs -text

        """;

    private const string Filter = "filter";

    private readonly RuleFolders<Rule[]> folders;
    private readonly GlobWork work;
    private readonly List<RuleFolders<Rule[]>.Folder> onTheWay = [];
    private readonly Dictionary<string, string?> values = new(StringComparer.Ordinal);
    private AttributeMacros macros = new(Filter, []);

    private GitAttributes(Func<TreePath, FolderRules> read, GlobWork work)
    {
        folders = new(read, ParseRules, work);
        this.work = work;
    }

    /// <summary>Folder (the root path for the top) -> text of its <c>.gitattributes</c>.</summary>
    public static GitAttributes Parse(IReadOnlyDictionary<TreePath, string> textsByFolder, GlobWork? work = null)
    {
        var anyBelow = textsByFolder.Keys.Any(folder => !folder.IsRoot);
        return new(folder => new(textsByFolder.GetValueOrDefault(folder), anyBelow), work ?? GlobWork.Unlimited());
    }

    public static GitAttributes Parse(string rootText, GlobWork? work = null) => Parse(new Dictionary<TreePath, string> { [TreePath.Root] = rootText }, work);

    /// <summary>Those of a commit, read where a path needs them.</summary>
    public static GitAttributes Read(GitRepository repository, GitOid? commit, GlobWork work) =>
        Read(folder => CommittedRules.Read(repository, commit, folder, FileName), work);

    /// <summary><paramref name="read"/> is asked once for each folder that a path leads through.</summary>
    public static GitAttributes Read(Func<TreePath, FolderRules> read, GlobWork work) => new(read, work);

    /// <exception cref="UnusableRulesException">It can't be told within bounds.</exception>
    public bool IsLfs(TreePath path)
    {
        if (path.IsRoot)
            return false;
        folders.Find(path, onTheWay, all: false);
        var globPath = GlobPath.Of(path);
        values.Clear();
        for (var folder = onTheWay.Count - 1; folder >= 0; folder--)
        {
            var rules = onTheWay[folder].Rules;
            for (var at = rules?.Length - 1 ?? -1; at >= 0; at--)
            {
                if (!rules![at].Pattern.Matches(globPath, folder, work))
                    continue;
                macros.Fill(rules[at].States, values, work);
                if (values.TryGetValue(Filter, out var filter))
                    return filter == "lfs";
            }
        }

        return false;
    }

    /// <summary>The line that puts exactly this path into LFS, for a <c>.gitattributes</c> at the top.</summary>
    public static string LineFor(TreePath path)
    {
        var pattern = new StringBuilder("/");
        foreach (var c in path.Value)
            pattern.Append(c is '*' or '?' or '[' or '\\' ? $"\\{c}" : c);
        return $"{QuotedText.Write(pattern.ToString())} filter=lfs diff=lfs merge=lfs -text\n";
    }

    // Lines that say nothing about the filter, nor anything about a macro that does, are left out, and those that no file can match.
    private Rule[] ParseRules(string text, bool isTop)
    {
        var lines = new List<AttributeLine>();
        foreach (var line in RuleLines.Of(text))
        {
            work.Spend(1);
            if (AttributeLine.Parse(line.Span) is { } parsed)
                lines.Add(parsed);
        }

        // Git allows macros at the top only.
        if (isTop)
            macros = new(Filter, lines);
        var rules = new List<Rule>();
        foreach (var line in lines)
        {
            if (line.Pattern is { FoldersOnly: false } pattern && macros.Relevant(line.States) is { Length: > 0 } states)
                rules.Add(new(pattern, states));
        }

        return [.. rules];
    }

    private sealed record Rule(GlobPattern Pattern, AttributeState[] States);
}
