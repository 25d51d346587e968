using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>
/// What the new objects of a change may be (design 1, threat rows 1 and 2): files over the limit belong into LFS, and a pointer needs its object. All that
/// became reachable is looked at, not only the tips: history is content too.
/// </summary>
internal sealed class PushedObjects(LfsBindings bindings, IOptions<PushOptions> options)
{
    private const int ShortestPointer = 120;
    private const int MostNamed = 5;

    // Whoever shows history or a folder holds these whole: no honest one is nearly as large.
    private const long LargestText = 1_000_000;
    private const long LargestTree = 32_000_000;

    public async Task<IReadOnlyList<WriteFault>> CheckAsync(GitRepository repository, WriteOrder order, CancellationToken cancellationToken)
    {
        var tips = order.Updates.Select(update => update.New).OfType<GitOid>().Distinct().ToArray();
        if (tips.Length == 0)
            return [];

        // Also without a quarantine: a pack may have brought more than its refs reached, and this ref is the first that reaches it.
        var git = order.Objects?.Git ?? repository;
        var seen = new Seen();
        try
        {
            await WalkAsync(git.Folder, tips, repository.AllRefs().Values, seen, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            return [new(null, e.Message)];
        }
        catch (GitProgramException e)
        {
            return [new(null, $"Objects are missing that the change needs: {e.Complaint}")];
        }

        List<WriteFault> faults = [];
        if (seen.Refused is { } refused)
            faults.Add(new(null, refused));
        if (seen.TooLarge.Count > 0)
            faults.Add(new(null, TooLarge(seen)));
        var pointers = await PointersAsync(git, seen.Candidates, cancellationToken);
        var missing = await bindings.MissingAsync(order.RepositoryId, pointers.Select(p => p.Pointer), cancellationToken);
        if (missing.Count > 0)
            faults.Add(new(null, Missing(missing, pointers.ToLookup(p => p.Pointer.Oid, p => p.Path))));
        return faults;
    }

    /// <summary>Every object that the tips reach and the repository's refs don't. Git itself says so if one is missing.</summary>
    private async Task WalkAsync(string folder, GitOid[] tips, IEnumerable<GitOid> known, Seen seen, CancellationToken cancellationToken)
    {
        // "^" and not "--not", which git takes on standard input only from 2.42 on.
        var (sizes, walk) = (GitProgram.Describe(folder, "cat-file", "--buffer", "--batch-check=%(objecttype) %(objectsize) %(objectname) %(rest)"), GitProgram.Describe(folder, "rev-list", "--objects", "--stdin"));
        PushedData.Limit(sizes);
        PushedData.Limit(walk);
        var question = string.Concat(tips.Select(tip => $"{tip}\n")) + string.Concat(known.Distinct().Select(oid => $"^{oid}\n"));
        await GitProgram.RunAsync(
            sizes,
            async (input, ct) => await GitProgram.RunAsync(
                walk,
                async (asked, c) => await asked.WriteAsync(Encoding.ASCII.GetBytes(question), c),
                async (found, c) => await new PathRule(options.Value.DeepestPath).CopyAsync(found, input, c),
                ct),
            async (output, ct) =>
            {
                using var lines = new StreamReader(output);
                while (await lines.ReadLineAsync(ct) is { } line)
                    Note(line, seen);
            },
            cancellationToken);
    }

    private void Note(string line, Seen seen)
    {
        if (line.Split(' ', 4) is not [var type, var length, var name, .. var rest])
            return;
        var size = long.Parse(length, CultureInfo.InvariantCulture);
        if (type != "blob")
        {
            if (size > (type == "tree" ? LargestTree : LargestText))
                seen.Refused ??= $"The {type} {name} has {ByteCount.Of(size)}; a tree may have {ByteCount.Of(LargestTree)} here, the text of a commit or a tag {ByteCount.Of(LargestText)}.";
            return;
        }

        var path = rest.Length > 0 ? rest[0] : name;
        if (size > options.Value.LargestFileBytes)
            seen.TooLarge.Add((path, size));
        else if (size is >= ShortestPointer and <= LfsPointer.MaxBytes)
            seen.Candidates.Add((GitOid.Parse(name), (int)size, path));
    }

    private static async Task<List<(string Path, LfsPointer Pointer)>> PointersAsync(
        GitRepository git, List<(GitOid Oid, int Size, string Path)> candidates, CancellationToken cancellationToken)
    {
        List<(string Path, LfsPointer Pointer)> pointers = [];
        await BlobBatch.ReadAsync(
            git,
            [.. candidates.Select(candidate => (candidate.Oid, candidate.Size))],
            (i, content) =>
            {
                if (LfsPointer.TryParse(content.Span, out var pointer))
                    pointers.Add((candidates[i].Path, pointer));
            },
            cancellationToken);
        return pointers;
    }

    private string TooLarge(Seen seen)
    {
        var text = new StringBuilder($"Files over {ByteCount.Of(options.Value.LargestFileBytes)} are kept in Git LFS here:\n");
        foreach (var (path, size) in seen.TooLarge.Take(MostNamed))
            text.Append(CultureInfo.InvariantCulture, $"  {path} ({ByteCount.Of(size)})\n");
        if (seen.TooLarge.Count > MostNamed)
            text.Append(CultureInfo.InvariantCulture, $"  and {seen.TooLarge.Count - MostNamed} more\n");
        var kinds = seen.TooLarge.Select(file => Pattern(file.Path)).Distinct().Take(MostNamed).ToArray();
        text.Append("Keep them in LFS and try again:\n");
        text.Append(CultureInfo.InvariantCulture, $"  git lfs track {string.Join(' ', kinds.Select(kind => $"\"{kind}\""))}\n");
        text.Append("  git add --renormalize . && git add .gitattributes && git commit --amend --no-edit\n");
        text.Append("or, when earlier commits hold them too:\n");
        text.Append(CultureInfo.InvariantCulture, $"  git lfs migrate import --include=\"{string.Join(',', kinds)}\"");
        return text.ToString();
    }

    private static string Missing(IReadOnlyList<LfsPointer> missing, ILookup<LfsOid, string> paths)
    {
        var text = new StringBuilder("These files are LFS pointers, and this repository was not given their content:\n");
        foreach (var pointer in missing.Take(MostNamed))
            text.Append(CultureInfo.InvariantCulture, $"  {paths[pointer.Oid].First()} (sha256:{pointer.Oid}, {pointer.Size} bytes)\n");
        if (missing.Count > MostNamed)
            text.Append(CultureInfo.InvariantCulture, $"  and {missing.Count - MostNamed} more\n");
        text.Append("Upload them first:\n  git lfs push --all origin");
        return text.ToString();
    }

    private static string Pattern(string path) => Path.GetExtension(path) is { Length: > 1 } extension ? $"*{extension}" : path;

    private sealed class Seen
    {
        public string? Refused { get; set; }
        public List<(string Path, long Size)> TooLarge { get; } = [];
        public List<(GitOid Oid, int Size, string Path)> Candidates { get; } = [];
    }
}
