using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using RepoHost.Git;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>A folder without a history as one commit: a plain one, or a snapshot of huggingface_hub's cache.</summary>
internal sealed class FolderImport(GitRepository repository, IBlobStore blobs, long largestGitFile, TimeProvider time, IProgress<ImportStep>? progress)
{
    private readonly Dictionary<LfsOid, LfsPointer> stored = [];
    private readonly Dictionary<LfsOid, LfsPointer> missing = [];
    private int files;
    private int proved;
    private long bytes;

    /// <summary>1 look at everything. 2 decide what is LFS, and complete the attributes. 3 write one commit; LFS bytes go to the store on the way.</summary>
    public async Task<ImportSummary> RunAsync(string folder, ImportAuthor author, CancellationToken cancellationToken)
    {
        // 1
        var cache = HubCache.Find(folder);
        var found = FolderScan.Read(cache?.Folder ?? folder, cache);
        // 2
        var (attributes, rootText) = await AttributesAsync(found, cancellationToken);
        // 3
        await RepositoryImport.CommitAsync(repository, author, $"Import of {cache?.Title ?? Path.GetFileName(folder)}", time.GetUtcNow(), async (writer, ct) =>
        {
            await writer.FileAsync("100644", GitAttributes.FileName, Encoding.UTF8.GetBytes(rootText), ct);
            foreach (var file in found)
            {
                if (file.Path.Value == GitAttributes.FileName)
                    await ProveAsync(file, ct);
                else
                    await WriteAsync(writer, file, IsLfs(file) || attributes.IsLfs(file.Path), ct);
            }
        }, cancellationToken);
        var absent = missing.Values.Where(pointer => !stored.ContainsKey(pointer.Oid));
        return new ImportSummary(repository.DefaultBranchTip(), [.. stored.Values], [.. absent], files, bytes)
        {
            Taken = cache is null ? null : $"the snapshot {cache.Folder}; {proved} of its {found.Count} files hold what their hashes in the cache say",
            Remarks = cache is null ? [] : [.. RemarksOn(cache, found)],
        };
    }

    private IEnumerable<string> RemarksOn(HubCache cache, List<ScannedFile> found)
    {
        if (cache.Missing(found.Select(file => file.Path.Value)) is ( > 0 and var count, var first))
            yield return $"the snapshot is not whole: {count} files of the commit {cache.Commit} were not downloaded into it, such as {first}.";
        if (proved < found.Count)
            yield return $"{found.Count - proved} files of the snapshot could not be checked, because the cache says nothing of what they hold.";
    }

    /// <summary>Too large for Git here, or an LFS object where it comes from.</summary>
    private bool IsLfs(ScannedFile file) => file.Length > largestGitFile || file is { Length: > 0, Hash.Sha256: not null };

    private async Task<(GitAttributes Attributes, string RootText)> AttributesAsync(List<ScannedFile> found, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<TreePath, string>();
        foreach (var file in found.Where(file => file.Path.Name == GitAttributes.FileName && file.Length <= largestGitFile))
            texts[file.Path.Parent] = await File.ReadAllTextAsync(file.Source, cancellationToken);
        var rootText = texts.GetValueOrDefault(TreePath.Root) ?? GitAttributes.DefaultText.ReplaceLineEndings("\n");
        texts[TreePath.Root] = rootText;
        var attributes = GitAttributes.Parse(texts, GlobWork.Unlimited(cancellationToken));
        var added = new StringBuilder();
        foreach (var file in found.Where(file => IsLfs(file) && !attributes.IsLfs(file.Path)))
            added.Append(GitAttributes.LineFor(file.Path));
        if (added.Length == 0)
            return (attributes, rootText);
        rootText += (rootText.Length == 0 || rootText.EndsWith('\n') ? "" : "\n") + added;
        texts[TreePath.Root] = rootText;
        return (GitAttributes.Parse(texts, GlobWork.Unlimited(cancellationToken)), rootText);
    }

    private async Task WriteAsync(FastImportWriter writer, ScannedFile file, bool isLfs, CancellationToken cancellationToken)
    {
        var mode = file.Kind == ScannedKind.Executable ? "100755" : "100644";
        if (!isLfs || file.Hash.Sha256 is null)
            await ProveAsync(file, cancellationToken);
        if (file.Length == 0)
        {
            // Not opened at all: sockets, pipes and devices say that they are empty too, and a pipe would wait for its writer.
            await writer.FileAsync(mode, file.Path.Value, [], cancellationToken);
        }
        else
        {
            await using var content = FolderScan.OpenFile(file.Source);
            if (isLfs)
                await writer.FileAsync(mode, file.Path.Value, await PointerAsync(content, file, cancellationToken), cancellationToken);
            else
                await writer.FileAsync(mode, file.Path.Value, content, file.Length, cancellationToken);
        }

        bytes += file.Length;
        files++;
        progress?.Report(new ImportStep(files, bytes, file.Path.Value));
    }

    /// <summary>Reads a file and compares it with what it must hold; done for LFS objects while they are stored.</summary>
    private async Task ProveAsync(ScannedFile file, CancellationToken cancellationToken)
    {
        if (!file.Hash.IsKnown)
            return;
        await using var content = FolderScan.OpenFile(file.Source);
#pragma warning disable CA5350 // It is git's.
        using var hash = IncrementalHash.CreateHash(file.Hash.Sha256 is null ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256);
#pragma warning restore CA5350
        if (file.Hash.Sha256 is null)
            hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {file.Length}\0")));
        var buffer = new byte[64 * 1024];
        for (int read; (read = await content.ReadAsync(buffer, cancellationToken)) > 0;)
            hash.AppendData(buffer, 0, read);
        if (Convert.ToHexStringLower(hash.GetHashAndReset()) != (file.Hash.Sha256 ?? file.Hash.GitBlob))
            throw Damaged(file);
        proved++;
    }

    private static ImportException Damaged(ScannedFile file) =>
        new($"{file.Path} does not hold what its hash in the cache says ({file.Source}). Download the repository again, then import it. Nothing was imported.");

    private async Task<byte[]> PointerAsync(FileStream content, ScannedFile file, CancellationToken cancellationToken)
    {
        if (file.Length <= LfsPointer.MaxBytes && file.Hash.Sha256 is null)
        {
            // A checkout made without git-lfs holds the pointers themselves. Whose bytes they mean is not proved by naming them (threat 1).
            var text = new byte[file.Length];
            await content.ReadExactlyAsync(text, cancellationToken);
            if (LfsPointer.TryParse(text, out var already))
            {
                missing[already.Oid] = already;
                return text;
            }

            content.Position = 0;
        }

        var written = await blobs.WriteAsync(content, file.Hash.Sha256, null, cancellationToken);
        if (!written.IsStored)
            throw Damaged(file);
        proved += file.Hash.Sha256 is null ? 0 : 1;
        var pointer = new LfsPointer(LfsOid.Parse(written.Sha256), written.Size);
        stored[pointer.Oid] = pointer;
        return pointer.ToBytes();
    }
}
