using System.Text;
using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>
/// Says which paths are kept in LFS, from the <c>.gitattributes</c> of a repository: later lines win, and deeper folders over those above them
/// (gitattributes).
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

    // attr.h: longer lines are skipped. The number of lines is our own bound on the work that one path can cost.
    private const int LongestLine = 2048;
    private const int MostLines = 10_000;

    private readonly Dictionary<TreePath, Rule[]> rules = [];
    private readonly Func<TreePath, string?> read;

    private GitAttributes(Func<TreePath, string?> read) => this.read = read;

    /// <summary>Folder (the root path for the top) -> text of its <c>.gitattributes</c>.</summary>
    public static GitAttributes Parse(IReadOnlyDictionary<TreePath, string> textsByFolder) => new(folder => textsByFolder.GetValueOrDefault(folder));

    public static GitAttributes Parse(string rootText) => Parse(new Dictionary<TreePath, string> { [TreePath.Root] = rootText });

    /// <summary>Those of a commit, read where a path needs them. One that is a symlink or over 256 KiB is not read.</summary>
    public static GitAttributes Read(GitRepository repository, GitOid? commit) => Read(file => ReadText(repository, commit, file));

    /// <summary><paramref name="read"/> is asked once for each <c>.gitattributes</c> that counts for some path, and gives null where there is none.</summary>
    public static GitAttributes Read(Func<TreePath, string?> read) => new(folder => folder.TryAppend(FileName, out var file) ? read(file) : null);

    public bool IsLfs(TreePath path)
    {
        if (path.IsRoot)
            return false;
        var pieces = path.Pieces();
        var folder = TreePath.Root;
        var filter = "";
        for (var depth = 0; depth < pieces.Length; depth++)
        {
            foreach (var rule in RulesOf(folder))
            {
                if (rule.Pattern.Matches(pieces.AsSpan(depth)))
                    filter = rule.Filter;
            }

            if (!folder.TryAppend(pieces[depth], out folder))
                break;
        }

        return filter == "lfs";
    }

    /// <summary>The line that puts exactly this path into LFS, for a <c>.gitattributes</c> at the top.</summary>
    public static string LineFor(TreePath path)
    {
        var pattern = new StringBuilder("/");
        foreach (var c in path.Value)
            pattern.Append(c is '*' or '?' or '[' or '\\' ? $"\\{c}" : c);
        return $"{QuotedText.Write(pattern.ToString())} filter=lfs diff=lfs merge=lfs -text\n";
    }

    /// <summary>Null if there is none that counts.</summary>
    public static string? ReadText(GitRepository repository, GitOid? commit, TreePath file) =>
        commit is { } at && repository.Find(at, file) is { Kind: GitEntryKind.File or GitEntryKind.Executable } entry && repository.ReadSmallBlob(entry.Oid) is { } bytes
            ? Encoding.UTF8.GetString(bytes.Span) : null;

    private Rule[] RulesOf(TreePath folder)
    {
        if (!rules.TryGetValue(folder, out var found))
            rules[folder] = found = read(folder) is { } text ? ParseLines(text) : [];
        return found;
    }

    private static Rule[] ParseLines(string text)
    {
        var found = new List<Rule>();
        foreach (var line in text.TrimStart('\ufeff').Split('\n').Take(MostLines))
        {
            if (line.Length <= LongestLine && ParseLine(line.Trim(' ', '\t', '\r')) is { } rule)
                found.Add(rule);
        }

        return [.. found];
    }

    // Null if the line says nothing about the filter.
    private static Rule? ParseLine(string line)
    {
        if (line.Length == 0 || line[0] == '#' || line.StartsWith("[attr]", StringComparison.Ordinal))
            return null;
        string? patternText;
        var end = 0;
        if (line[0] == '"')
        {
            patternText = QuotedText.Read(line, out end);
        }
        else
        {
            while (end < line.Length && line[end] is not (' ' or '\t'))
                end++;
            patternText = line[..end];
        }

        string? filter = null;
        foreach (var word in line[end..].Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries))
        {
            filter = word is "-filter" or "!filter" or "filter" ? ""
                : word.StartsWith("filter=", StringComparison.Ordinal) ? word["filter=".Length..]
                : filter;
        }

        return filter is not null && patternText is not null && GlobPattern.Parse(patternText) is { } pattern ? new Rule(pattern, filter) : null;
    }

    private sealed record Rule(GlobPattern Pattern, string Filter);
}
