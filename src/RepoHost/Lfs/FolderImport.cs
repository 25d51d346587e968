using System.Text;
using RepoHost.Git;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>A plain folder as one commit.</summary>
internal sealed class FolderImport(GitRepository repository, IBlobStore blobs, long largestGitFile, TimeProvider time, IProgress<ImportStep>? progress)
{
    private readonly Dictionary<LfsOid, LfsPointer> stored = [];
    private readonly Dictionary<LfsOid, LfsPointer> missing = [];
    private int files;
    private long bytes;

    /// <summary>1 look at everything. 2 decide what is LFS, and complete the attributes. 3 write one commit; LFS bytes go to the store on the way.</summary>
    public async Task<ImportSummary> RunAsync(string folder, ImportAuthor author, CancellationToken cancellationToken)
    {
        // 1
        var found = FolderScan.Read(folder);
        // 2
        var (attributes, rootText) = await AttributesAsync(found, cancellationToken);
        // 3
        await RepositoryImport.CommitAsync(repository, author, $"Import of {Path.GetFileName(folder)}", time.GetUtcNow(), async (writer, ct) =>
        {
            await writer.FileAsync("100644", GitAttributes.FileName, Encoding.UTF8.GetBytes(rootText), ct);
            foreach (var file in found.Where(file => file.Path.Value != GitAttributes.FileName || file.Kind == ScannedKind.Symlink))
                await WriteAsync(writer, file, file.Kind != ScannedKind.Symlink && (file.Length > largestGitFile || attributes.IsLfs(file.Path)), ct);
        }, cancellationToken);
        var absent = missing.Values.Where(pointer => !stored.ContainsKey(pointer.Oid));
        return new ImportSummary(repository.DefaultBranchTip(), [.. stored.Values], [.. absent], files, bytes);
    }

    private async Task<(GitAttributes Attributes, string RootText)> AttributesAsync(List<ScannedFile> found, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<TreePath, string>();
        foreach (var file in found.Where(file => file.Path.Name == GitAttributes.FileName && file.Kind != ScannedKind.Symlink && file.Length <= largestGitFile))
            texts[file.Path.Parent] = await File.ReadAllTextAsync(file.Source, cancellationToken);
        var rootText = texts.GetValueOrDefault(TreePath.Root) ?? GitAttributes.DefaultText.ReplaceLineEndings("\n");
        texts[TreePath.Root] = rootText;
        var attributes = GitAttributes.Parse(texts, GlobWork.Unlimited(cancellationToken));
        var added = new StringBuilder();
        foreach (var file in found.Where(file => file.Kind != ScannedKind.Symlink && file.Length > largestGitFile && !attributes.IsLfs(file.Path)))
            added.Append(GitAttributes.LineFor(file.Path));
        if (added.Length == 0)
            return (attributes, rootText);
        rootText += (rootText.Length == 0 || rootText.EndsWith('\n') ? "" : "\n") + added;
        texts[TreePath.Root] = rootText;
        return (GitAttributes.Parse(texts, GlobWork.Unlimited(cancellationToken)), rootText);
    }

    private async Task WriteAsync(FastImportWriter writer, ScannedFile file, bool isLfs, CancellationToken cancellationToken)
    {
        var mode = file.Kind switch { ScannedKind.Symlink => "120000", ScannedKind.Executable => "100755", _ => "100644" };
        if (file.Kind == ScannedKind.Symlink)
        {
            await writer.FileAsync(mode, file.Path.Value, Encoding.UTF8.GetBytes(file.Source), cancellationToken);
        }
        else if (file.Length == 0)
        {
            // Not opened at all: sockets, pipes and devices say that they are empty too, and a pipe would wait for its writer.
            await writer.FileAsync(mode, file.Path.Value, [], cancellationToken);
        }
        else
        {
            await using var content = FolderScan.OpenFile(file.Source);
            if (isLfs)
                await writer.FileAsync(mode, file.Path.Value, await PointerAsync(content, file.Length, cancellationToken), cancellationToken);
            else
                await writer.FileAsync(mode, file.Path.Value, content, file.Length, cancellationToken);
        }

        bytes += file.Length;
        files++;
        progress?.Report(new ImportStep(files, bytes, file.Path.Value));
    }

    private async Task<byte[]> PointerAsync(FileStream content, long length, CancellationToken cancellationToken)
    {
        if (length <= LfsPointer.MaxBytes)
        {
            // A checkout made without git-lfs holds the pointers themselves. Whose bytes they mean is not proved by naming them (threat 1).
            var text = new byte[length];
            await content.ReadExactlyAsync(text, cancellationToken);
            if (LfsPointer.TryParse(text, out var already))
            {
                missing[already.Oid] = already;
                return text;
            }

            content.Position = 0;
        }

        var written = await blobs.WriteAsync(content, null, null, cancellationToken);
        var pointer = new LfsPointer(LfsOid.Parse(written.Sha256), written.Size);
        stored[pointer.Oid] = pointer;
        return pointer.ToBytes();
    }
}
