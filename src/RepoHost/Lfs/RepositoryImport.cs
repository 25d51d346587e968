using System.Text;
using Microsoft.Extensions.Options;
using RepoHost.Git;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>
/// Makes a repository: empty, from a plain folder, or from another repository on this machine's disk. Bytes of LFS objects go to the store; the
/// caller writes the rows that give them to the repository. When it fails the repository is gone again; bytes in the store that no row names are
/// invisible.
/// </summary>
internal sealed class RepositoryImport(GitRepositories repositories, IBlobStore blobs, IOptions<PushOptions> options, TimeProvider time)
{
    public const string FirstCommitMessage = "initial commit";

    /// <summary>A repository whose first commit holds these files.</summary>
    public async Task<ImportSummary> StartAsync(string repositoryId, IReadOnlyList<FirstFile> files, ImportAuthor author, CancellationToken cancellationToken)
    {
        var repository = Create(repositoryId);
        try
        {
            var summary = await CommitFirstAsync(repository, files, author, cancellationToken);
            await CheckAsync(repository, cancellationToken);
            return summary;
        }
        catch
        {
            repositories.Delete(repositoryId);
            throw;
        }
    }

    public async Task<ImportSummary> ImportAsync(
        string repositoryId, string? folder, ImportAuthor author, IProgress<ImportStep>? progress, CancellationToken cancellationToken)
    {
        var source = folder is null ? null : LocalFolder(folder);
        var repository = Create(repositoryId);
        try
        {
            if (source is null)
                return await CommitFirstAsync(repository, FirstFile.Defaults, author, cancellationToken);
            if (!GitImport.IsRepository(source))
                return await new FolderImport(repository, blobs, options.Value.LargestFileBytes, time, progress).RunAsync(source, author, cancellationToken);
            var summary = await new GitImport(repository, blobs, options.Value.LargestFileBytes, progress).RunAsync(source, cancellationToken);
            return summary.Tip is null ? await CommitFirstAsync(repository, FirstFile.Defaults, author, cancellationToken) : summary;
        }
        catch (Exception e)
        {
            repositories.Delete(repositoryId);
            if (e is GitProgramException or IOException or UnauthorizedAccessException)
                throw new ImportException($"The import failed: {e.Message}", e);
            throw;
        }
    }

    /// <summary>The branches and tags of another repository of this server.</summary>
    /// <returns>With all that its pointers name. Which of it the other repository was given itself is the caller's to ask.</returns>
    public async Task<ImportSummary> CopyAsync(string repositoryId, GitRepository source, ImportAuthor author, CancellationToken cancellationToken)
    {
        var repository = Create(repositoryId);
        try
        {
            var summary = await new GitImport(repository, blobs, long.MaxValue, null).CopyAsync(source.Folder, cancellationToken);
            return summary.Tip is null ? await CommitFirstAsync(repository, FirstFile.Defaults, author, cancellationToken) : summary;
        }
        catch
        {
            repositories.Delete(repositoryId);
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

    /// <summary>The same rules as for a push: names and files that would hurt those who check them out.</summary>
    private static async Task CheckAsync(GitRepository repository, CancellationToken cancellationToken)
    {
        try
        {
            await GitProgram.RunAsync(GitProgram.Describe(repository.Folder, "fsck", "--strict", "--no-dangling", "--no-progress"), null, null, cancellationToken);
        }
        catch (GitProgramException e)
        {
            throw new ImportException($"The files can't be taken: {e.Complaint}", e);
        }
    }

    private GitRepository Create(string repositoryId) => repositories.Exists(repositoryId)
        ? throw new ImportException($"The repository {repositoryId} exists already.")
        : repositories.Create(repositoryId);

    private async Task<ImportSummary> CommitFirstAsync(
        GitRepository repository, IReadOnlyList<FirstFile> files, ImportAuthor author, CancellationToken cancellationToken)
    {
        await CommitAsync(
            repository, author, FirstCommitMessage, time.GetUtcNow(),
            async (writer, ct) =>
            {
                foreach (var file in files)
                    await writer.FileAsync("100644", file.Path, file.Content, ct);
            },
            cancellationToken);
        return new ImportSummary(repository.DefaultBranchTip(), [], [], files.Count, files.Sum(file => (long)file.Content.Length));
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
