using System.Globalization;
using System.Text;
using GateMiddleware.Rejection;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>A file whose content has been taken in.</summary>
internal sealed record StoredFile(TreePath Path, StoredContent Content) : CommitOperation(Path);

/// <summary>Writes one commit on one parent from what was taken in.</summary>
internal sealed class CommitBuilder(GitRepository repository, Quarantine quarantine, ContentIntake contents, CommittedLfsObjects objects, UploadRules rules, GlobWork work)
{
    /// <summary>From here on a commit's folders are written by <see cref="TreeWriter"/>.</summary>
    private const int LargeCommit = 200;

    /// <summary>Git looks at each of them, in three processes.</summary>
    private const int MostSubmoduleFiles = 20;

    private static readonly TreePath RootAttributes = TreePath.Parse(GitAttributes.FileName);

    /// <summary>
    ///  1 the tree as it will be, every operation possible and no path a file and a folder
    ///  2 what of it is LFS, by the rule that uploads are asked by and the .gitattributes as they will be, if that can be told with the work allowed
    ///  3 LFS objects belong to this repository, those that came with the commit from now on
    ///  4 a line in .gitattributes for those that no line covers
    ///  5 the commit, if git lets its .gitmodules pass
    /// </summary>
    /// <returns>The commit's mark, or why there is none.</returns>
    public async Task<(int Mark, Refusal? Refusal)> BuildAsync(
        FastImportWriter writer, IReadOnlyList<CommitOperation> operations, GitOid? parent, CommitSignature signature, CancellationToken cancellationToken)
    {
        // 1
        var tree = new CommitTree(repository, parent);
        foreach (var operation in operations)
        {
            if (tree.Add(operation) is { } impossible)
                return (0, impossible);
        }

        if (tree.FindConflict(cancellationToken) is { } conflict)
            return (0, conflict);

        // 2
        var anyWrittenBelow = tree.Writes.Any(operation => operation.Path.Name == GitAttributes.FileName && !operation.Path.Parent.IsRoot);
        var attributes = GitAttributes.Read(folder => RulesOf(tree, parent, folder, anyWrittenBelow), work);
        var (large, unusable) = FindLfs(tree, attributes);
        if (unusable is not null)
            return (0, UploadRules.Refusal(unusable));
        var pointers = new Dictionary<TreePath, LfsPointer>();
        foreach (var file in large)
        {
            cancellationToken.ThrowIfCancellationRequested();
            pointers[file.Path] = await contents.MakeLfsAsync(writer, quarantine, file.Content, cancellationToken);
        }

        // 3
        if (await objects.TakeAsync(pointers, [.. tree.Writes.OfType<PutLfsFile>()], cancellationToken) is { } missing)
            return (0, missing);

        // 4
        var (lines, costly) = LinesFor(pointers.Keys, attributes);
        if (costly is not null)
            return (0, UploadRules.Refusal(costly));
        if (lines.Length > 0 && TextOf(tree, parent, RootAttributes) is null && Exists(tree, RootAttributes))
            return (0, HubErrors.BadRequest("This commit needs lines in .gitattributes, which is no plain file. Repair it, and commit again."));

        var checkedByGit = 0;
        foreach (var file in tree.Writes.OfType<StoredFile>().Where(file => SubmoduleFile.IsNamedSo(file.Path.Name)))
        {
            if (++checkedByGit > MostSubmoduleFiles)
            {
                return (0, HubErrors.BadRequest(
                    $"A commit may have {MostSubmoduleFiles} files whose names some system could take for .gitmodules. Push them with git, or make several commits of it."));
            }

            if (await FindFaultAsync(writer, file, cancellationToken) is { } fault)
                return (0, HubErrors.BadRequest($"Git refuses {file.Path.Value}: {fault}"));
        }

        // 5
        if (operations.Count > LargeCommit)
            return await WriteLargeAsync(writer, tree, pointers, lines, parent, signature, cancellationToken);
        var mark = await writer.BeginCommitAsync(signature.Branch, signature.Author, signature.When, signature.Message, parent, cancellationToken);
        foreach (var path in tree.Deletes)
            await writer.DeleteAsync(path.Value, cancellationToken);
        foreach (var operation in tree.Writes)
            await WriteAsync(writer, tree, operation, pointers, cancellationToken);
        if (lines.Length > 0)
            await writer.FileAsync("100644", RootAttributes.Value, Encoding.UTF8.GetBytes(Append(TextOf(tree, parent, RootAttributes), lines)), cancellationToken);
        return (mark, null);
    }

    private static string Append(string? text, string lines) => text is null || text.Length == 0 || text.EndsWith('\n') ? text + lines : $"{text}\n{lines}";

    private (List<StoredFile> Found, UnusableRulesException? Unusable) FindLfs(CommitTree tree, GitAttributes attributes)
    {
        var modes = rules.Modes(attributes, inline: false);
        try
        {
            return ([.. tree.Writes.OfType<StoredFile>().Where(file => !file.Content.IsPointer
                && modes.IsKeptInLfs(file.Path, file.Content.Size, file.Content.IsBinary, IsLfsNow(tree, file.Path)))], null);
        }
        catch (UnusableRulesException unusable)
        {
            return ([], unusable);
        }
    }

    private bool IsLfsNow(CommitTree tree, TreePath path) => tree.FindInParent(path) is { } entry && rules.IsLfs(repository, entry);

    private static (string Lines, UnusableRulesException? Unusable) LinesFor(IEnumerable<TreePath> pointers, GitAttributes attributes)
    {
        try
        {
            return (string.Concat(pointers.Where(path => !attributes.IsLfs(path)).OrderBy(path => path.Value, StringComparer.Ordinal).Select(GitAttributes.LineFor)), null);
        }
        catch (UnusableRulesException unusable)
        {
            return ("", unusable);
        }
    }

    private async Task<string?> FindFaultAsync(FastImportWriter writer, StoredFile file, CancellationToken cancellationToken)
    {
        if (file.Content.Mark is { } mark)
            return await SubmoduleFile.FindFaultAsync(quarantine.Folder, file.Path.Name, await writer.ReadBackAsync(mark, cancellationToken), cancellationToken);
        if (file.Content.Oid is not { } oid)
            return "gitmodulesLarge: it is too large to be read.";
        using var blob = quarantine.Git.OpenLargeBlob(oid);
        return await SubmoduleFile.FindFaultAsync(quarantine.Folder, file.Path.Name, blob.Stream, cancellationToken);
    }

    private FolderRules RulesOf(CommitTree tree, GitOid? parent, TreePath folder, bool anyWrittenBelow) => new(
        folder.TryAppend(GitAttributes.FileName, out var file) ? TextOf(tree, parent, file) : null,
        anyWrittenBelow || CommittedRules.IsFolder(repository, parent, folder));

    private string? TextOf(CommitTree tree, GitOid? parent, TreePath file) => tree.Find(file) is { } operation
        ? operation is StoredFile written ? written.Content.Text ?? throw UnusableRulesException.TooLarge(file) : null
        : tree.FindInParent(file) is null ? null : CommittedRules.ReadText(repository, parent, file);

    private static bool Exists(CommitTree tree, TreePath path) => tree.Find(path) is { } operation ? operation is not DeleteFile : tree.FindInParent(path) is not null;

    private async Task<(int Mark, Refusal? Refusal)> WriteLargeAsync(
        FastImportWriter writer, CommitTree tree, Dictionary<TreePath, LfsPointer> pointers, string lines, GitOid? parent, CommitSignature signature,
        CancellationToken cancellationToken)
    {
        List<(TreePath Path, string Mode, string Blob)> files = [];
        foreach (var operation in tree.Writes)
        {
            var blob = pointers.TryGetValue(operation.Path, out var pointer)
                ? await BlobAsync(writer, operation.Path, pointer.ToBytes(), cancellationToken)
                : await contents.BlobOfAsync(writer, operation.Path, ((StoredFile)operation).Content, cancellationToken);
            files.Add((operation.Path, ModeOf(tree, operation), blob));
        }

        if (lines.Length > 0)
        {
            var text = Encoding.UTF8.GetBytes(Append(TextOf(tree, parent, RootAttributes), lines));
            files.Add((RootAttributes, "100644", await BlobAsync(writer, RootAttributes, text, cancellationToken)));
        }

        // Blobs of this run have marks; the trees need their ids.
        var marks = files.Where(file => file.Blob[0] == ':').Select(file => int.Parse(file.Blob.AsSpan(1), CultureInfo.InvariantCulture)).ToArray();
        var ids = marks.Zip(await writer.IdsAsync(marks, cancellationToken)).DistinctBy(pair => pair.First)
            .ToDictionary(pair => FormattableString.Invariant($":{pair.First}"), pair => pair.Second);
        var root = await TreeWriter.WriteAsync(
            quarantine, parent is { } from ? repository.TreeOf(from) : null, tree.Deletes,
            files.Select(file => new TreeFile(file.Path, file.Mode, ids.TryGetValue(file.Blob, out var id) ? id : GitOid.Parse(file.Blob))), cancellationToken);
        if (root is null)
            return (0, HubErrors.BadRequest($"The folders that this commit changes have lists of more than {ByteCount.Of(TreeWriter.MostBytes)}. Make several commits of it."));

        var mark = await writer.BeginCommitAsync(signature.Branch, signature.Author, signature.When, signature.Message, parent, cancellationToken);
        await writer.TreeAsync(root.Value, cancellationToken);
        return (mark, null);
    }

    private static async Task<string> BlobAsync(FastImportWriter writer, TreePath path, byte[] content, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream(content, writable: false);
        return FormattableString.Invariant($":{await writer.BlobAsync(bytes, content.Length, path.Value, cancellationToken)}");
    }

    /// <summary>New bytes for a program leave it a program.</summary>
    private static string ModeOf(CommitTree tree, CommitOperation operation) =>
        tree.FindInParent(operation.Path) is { Kind: GitEntryKind.Executable } ? "100755" : "100644";

    private async Task WriteAsync(FastImportWriter writer, CommitTree tree, CommitOperation operation, Dictionary<TreePath, LfsPointer> pointers, CancellationToken cancellationToken)
    {
        var mode = ModeOf(tree, operation);
        if (pointers.TryGetValue(operation.Path, out var pointer))
            await writer.FileAsync(mode, operation.Path.Value, pointer.ToBytes(), cancellationToken);
        else
            await contents.WriteRegularAsync(writer, mode, operation.Path, ((StoredFile)operation).Content, cancellationToken);
    }
}

/// <param name="Branch">In the quarantine, where nobody sees it.</param>
internal sealed record CommitSignature(string Branch, ImportAuthor Author, DateTimeOffset When, string Message)
{
    public static string BranchOf(int attempt) => string.Create(CultureInfo.InvariantCulture, $"attempt-{attempt}");
}
