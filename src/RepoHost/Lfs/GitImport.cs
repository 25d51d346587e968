using System.Globalization;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>Branches and tags of another repository on this disk, with their history, and the LFS objects that it has beside them.</summary>
internal sealed class GitImport(GitRepository repository, IBlobStore blobs, long largestGitFile, IProgress<ImportStep>? progress)
{
    /// <summary>A sentence names no more than these.</summary>
    private const int MostNamed = 10;

    private readonly Dictionary<string, long> tooLarge = new(StringComparer.Ordinal);
    private readonly List<GitOid> commits = [];

    private int files;
    private long bytes;

    public static bool IsRepository(string folder) =>
        Path.Exists(Path.Combine(folder, ".git"))
        || (File.Exists(Path.Combine(folder, "HEAD")) && Directory.Exists(Path.Combine(folder, "objects")) && Directory.Exists(Path.Combine(folder, "refs")));

    /// <summary>
    ///  1 copy refs and objects
    ///  2 take over the default branch
    ///  3 find the pointers in all of history, and the files that are too large for Git here: a history is not changed, so they refuse the import
    ///  4 bring the bytes of the pointers
    ///  5 name the commits that git would not have written so
    /// </summary>
    public async Task<ImportSummary> RunAsync(string folder, CancellationToken cancellationToken)
    {
        // 1 to 3
        var pointers = await TakeAsync(folder, cancellationToken);
        if (tooLarge.Count > 0)
            throw new ImportException(await TooLargeAsync(cancellationToken));
        // 4
        var gitFolder = await AskSourceAsync(folder, cancellationToken, "rev-parse", "--path-format=absolute", "--git-common-dir") ?? folder;
        var (stored, missing) = await BringObjectsAsync(gitFolder, pointers, cancellationToken);
        // 5
        return Summary(stored, missing) with { Remarks = await CommitHeaders.RemarksAsync(repository, commits, cancellationToken) };
    }

    /// <summary>The same without the bytes: they are in the store already, and whose they are is the caller's to ask.</summary>
    public async Task<ImportSummary> CopyAsync(string folder, CancellationToken cancellationToken) =>
        Summary([.. await TakeAsync(folder, cancellationToken)], []);

    private ImportSummary Summary(List<LfsPointer> stored, List<LfsPointer> missing)
    {
        var tip = repository.DefaultBranchTip();
        return new ImportSummary(tip, stored, missing, tip is { } at ? repository.Walk(at, TreePath.Root).Count(e => e.IsBlob) : 0, bytes);
    }

    private async Task<IReadOnlyCollection<LfsPointer>> TakeAsync(string folder, CancellationToken cancellationToken)
    {
        // upload-pack is a process of its own, which gets this from the environment or not at all.
        var settings = Path.Combine(repository.Folder, "import.config");
        await File.WriteAllTextAsync(settings, "[safe]\n\tdirectory = *\n", cancellationToken);
        try
        {
            await RunAsync(settings, cancellationToken, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules",
                folder, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*");
            await TakeDefaultBranchAsync(folder, cancellationToken);
            return await PointersAsync(cancellationToken);
        }
        finally
        {
            File.Delete(settings);
        }
    }

    private async Task RunAsync(string settings, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = GitProgram.Describe(repository.Folder, arguments);
        start.Environment["GIT_CONFIG_GLOBAL"] = settings;
        start.Environment["GIT_ALLOW_PROTOCOL"] = "file";
        // A partial clone must not go and fetch what it lacks from wherever its settings point.
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        await GitProgram.RunAsync(start, null, null, cancellationToken);
    }

    private static async Task<string?> AskSourceAsync(string folder, CancellationToken cancellationToken, params string[] arguments)
    {
        try
        {
            return (await GitProgram.ReadAsync(GitProgram.Describe(null, ["-C", folder, .. arguments]), cancellationToken)).TrimEnd('\n');
        }
        catch (GitProgramException)
        {
            // A detached HEAD has no name.
            return null;
        }
    }

    private async Task TakeDefaultBranchAsync(string folder, CancellationToken cancellationToken)
    {
        var branches = repository.Refs().Branches;
        var wanted = await AskSourceAsync(folder, cancellationToken, "symbolic-ref", "--quiet", "HEAD");
        var branch = branches.FirstOrDefault(b => b.FullName == wanted)
            ?? branches.FirstOrDefault(b => b.Name == "main")
            ?? (branches.Count > 0 ? branches[0] : null);
        if (branch is not null)
            BareRepository.SetDefaultBranch(repository.Folder, branch.FullName[RefName.Heads.Length..]);
    }

    private async Task<IReadOnlyCollection<LfsPointer>> PointersAsync(CancellationToken cancellationToken)
    {
        var candidates = new List<GitOid>();
        await GitProgram.RunAsync(
            GitProgram.Describe(repository.Folder, "cat-file", "--batch-all-objects", "--unordered", "--batch-check=%(objectname) %(objecttype) %(objectsize)"),
            null,
            async (output, ct) =>
            {
                using var reader = new StreamReader(output);
                while (await reader.ReadLineAsync(ct) is { } line)
                {
                    if (line.Split(' ') is [var commit, "commit", _])
                        commits.Add(GitOid.Parse(commit));
                    if (line.Split(' ') is not [var name, "blob", var text])
                        continue;
                    var size = long.Parse(text, CultureInfo.InvariantCulture);
                    files++;
                    bytes += size;
                    if (size > largestGitFile)
                        tooLarge[name] = size;
                    if (size <= LfsPointer.MaxBytes)
                        candidates.Add(GitOid.Parse(name));
                }
            },
            cancellationToken);
        var found = new HashSet<LfsPointer>();
        foreach (var oid in candidates)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (repository.ReadSmallBlob(oid) is { } text && LfsPointer.TryParse(text.Span, out var pointer))
                found.Add(pointer);
        }

        return found;
    }

    private async Task<string> TooLargeAsync(CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await GitProgram.RunAsync(
            GitProgram.Describe(repository.Folder, "rev-list", "--objects", "--all"),
            null,
            async (output, ct) =>
            {
                using var reader = new StreamReader(output);
                while (await reader.ReadLineAsync(ct) is { } line)
                {
                    // An object that is listed without a name was named before, by another commit.
                    if (line.Split(' ', 2) is [var oid, var path] && tooLarge.TryGetValue(oid, out var size) && names.Count < MostNamed)
                        names.Add($"{path} ({ByteCount.Of(size)})");
                }
            },
            cancellationToken);
        var more = tooLarge.Count > names.Count ? $" and {tooLarge.Count - names.Count} more" : "";
        return $"The repository's history has files over {ByteCount.Of(largestGitFile)} outside Git LFS: {string.Join(", ", names)}{more}. Move them into LFS first, in a copy"
            + $" (git lfs migrate import --everything --above={largestGitFile}B), or allow them for this import with --Pushes:LargestFileBytes=BYTES (100000000 at most).";
    }

    private async Task<(List<LfsPointer> Stored, List<LfsPointer> Missing)> BringObjectsAsync(
        string gitFolder, IReadOnlyCollection<LfsPointer> pointers, CancellationToken cancellationToken)
    {
        var (stored, missing) = (new List<LfsPointer>(), new List<LfsPointer>());
        foreach (var pointer in pointers.OrderBy(pointer => pointer.Oid.Value, StringComparer.Ordinal))
        {
            var oid = pointer.Oid.Value;
            var path = Path.Combine(gitFolder, "lfs", "objects", oid[..2], oid[2..4], oid);
            (await TryBringAsync(path, pointer, cancellationToken) ? stored : missing).Add(pointer);
            progress?.Report(new ImportStep(files, bytes, oid));
        }

        return (stored, missing);
    }

    private async Task<bool> TryBringAsync(string path, LfsPointer pointer, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
            return false;
        await using var content = FolderScan.OpenFile(path);
        var written = await blobs.WriteAsync(content, pointer.Oid.Value, pointer.Size, cancellationToken);
        if (!written.IsStored)
            return false;
        files++;
        bytes += written.Size;
        return true;
    }
}
