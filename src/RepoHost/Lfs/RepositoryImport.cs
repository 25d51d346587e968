using System.Text;
using RepoHost.Git;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>
/// Makes a repository: empty, from a plain folder, or from another repository on this machine's disk. Bytes of LFS objects go to the store; the
/// caller writes the rows that give them to the repository. When it fails the repository is gone again; bytes in the store that no row names are
/// invisible.
/// </summary>
internal sealed class RepositoryImport(GitRepositories repositories, IBlobStore blobs, TimeProvider time)
{
    public const string FirstCommitMessage = "initial commit";

    public async Task<ImportSummary> ImportAsync(
        string repositoryId, string? folder, ImportAuthor author, IProgress<ImportStep>? progress, CancellationToken cancellationToken)
    {
        var source = folder is null ? null : LocalFolder(folder);
        if (repositories.Exists(repositoryId))
            throw new ImportException($"The repository {repositoryId} exists already.");
        var repository = repositories.Create(repositoryId);
        try
        {
            if (source is null)
                return await CommitNothingAsync(repository, cancellationToken);
            if (!GitImport.IsRepository(source))
                return await new FolderImport(repository, blobs, time, progress).RunAsync(source, author, cancellationToken);
            var summary = await new GitImport(repository, blobs, progress).RunAsync(source, cancellationToken);
            return summary.Tip is null ? await CommitNothingAsync(repository, cancellationToken) : summary;
        }
        catch (Exception e)
        {
            repositories.Delete(repositoryId);
            if (e is GitProgramException or IOException or UnauthorizedAccessException)
                throw new ImportException($"The import failed: {e.Message}", e);
            throw;
        }
    }

    // Threat 45: an address is never handed to git, only a folder that is there.
    private static string LocalFolder(string folder)
    {
        if (folder.Contains("://", StringComparison.Ordinal) || folder.Contains("::", StringComparison.Ordinal)
            || folder.StartsWith('-') || folder.Any(char.IsControl))
            throw new ImportException("Only an existing folder of this machine can be imported, not an address.");
        var full = Path.GetFullPath(folder);
        return Directory.Exists(full) ? Path.TrimEndingDirectorySeparator(full) : throw new ImportException($"There is no folder {full}.");
    }

    private async Task<ImportSummary> CommitNothingAsync(GitRepository repository, CancellationToken cancellationToken)
    {
        // Contract 4.5: the first commit of a repository is made by the server, in the name of "system".
        var author = new ImportAuthor("system", "system@localhost");
        var attributes = Encoding.UTF8.GetBytes(GitAttributes.DefaultText.ReplaceLineEndings("\n"));
        await CommitAsync(
            repository, author, FirstCommitMessage, time.GetUtcNow(),
            async (writer, ct) => await writer.FileAsync("100644", GitAttributes.FileName, attributes, ct), cancellationToken);
        return new ImportSummary(repository.DefaultBranchTip(), [], [], 1, attributes.Length);
    }

    internal static Task CommitAsync(
        GitRepository repository, ImportAuthor author, string message, DateTimeOffset when,
        Func<FastImportWriter, CancellationToken, Task> write, CancellationToken cancellationToken) =>
        GitProgram.RunAsync(
            GitProgram.Describe(repository.Folder, "fast-import", "--quiet", "--done"),
            async (input, ct) =>
            {
                await using var buffered = new BufferedStream(input, 64 * 1024);
                var writer = new FastImportWriter(buffered);
                await writer.BeginCommitAsync(repository.DefaultBranch, author, when, message, ct);
                await write(writer, ct);
                await writer.EndAsync(ct);
                await buffered.FlushAsync(ct);
            },
            null,
            cancellationToken);
}
