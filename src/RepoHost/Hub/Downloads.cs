using System.Diagnostics.CodeAnalysis;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Storage;

namespace RepoHost.Hub;

/// <summary>
/// Answers the contents of files. The gate has been asked when these methods run: nobody is refused here.
/// </summary>
internal sealed class Downloads(RepositoryFiles files, LfsBindings bindings, IBlobStore blobs)
{
    private const long DescriptionsBudget = 16L << 20;
    private const int DescriptionWeight = 700;

    private readonly BoundedCache<DescriptionKey> _descriptions = new(DescriptionsBudget);

    /// <summary>
    /// <c>resolve</c>: the content, which for an LFS file is the object's.
    ///  1 the revision and the path that the address names
    ///  2 the entry there: a git blob, or a pointer to an LFS object
    ///  3 for an LFS object: this repository was given it, and its bytes are there
    ///  4 headers, and the bytes that were asked for
    /// </summary>
    /// <param name="pieces">What follows <c>resolve</c>, decoded; null when it can't be a path.</param>
    public async Task ResolveAsync(HttpContext context, IRepositoryFeature repository, string[]? pieces)
    {
        // 1
        var route = RevisionRoute.Read(context, repository, pieces, nameRevision: false);
        if (route.Found is not { } asked)
        {
            await RefuseAsync(context, route);
            return;
        }

        // 2
        if (Describe(repository, asked) is not { } file)
        {
            await NoEntryAsync(context, asked);
            return;
        }

        if (file.Lfs is not { } pointer)
        {
            await WriteBlobAsync(context, repository, file);
            return;
        }

        // 3
        if (!await bindings.IsBoundAsync(repository.Record.Id, pointer.Oid, context.RequestAborted))
        {
            await NoEntryAsync(context, asked);
            return;
        }

        using var lease = await blobs.TryOpenAsync(file.LfsName!, context.RequestAborted);
        if (lease is null || lease.Length != pointer.Size)
            throw new GitCorruptException(repository.Record.Id, $"LFS object {pointer.Oid} of {pointer.Size} bytes is {(lease is null ? "not there" : $"{lease.Length} bytes long")}");

        // 4
        await ContentAnswer.WriteAsync(context, file.Content, repository.IsGuarded, lease.File);
    }

    /// <summary><c>raw</c>: the git blob as it is, which for an LFS file is the pointer's text.</summary>
    public async Task RawAsync(HttpContext context, IRepositoryFeature repository, string[]? pieces)
    {
        var route = RevisionRoute.Read(context, repository, pieces, nameRevision: false);
        if (route.Found is not { } asked)
            await RefuseAsync(context, route);
        else if (repository.Git.Find(asked.Commit, asked.Path) is { } entry && IsFile(entry))
            await WriteBlobAsync(context, repository, DescribeBlob(asked, entry));
        else
            await NoEntryAsync(context, asked);
    }

    private async Task WriteBlobAsync(HttpContext context, IRepositoryFeature repository, FileDescription file)
    {
        var guarded = repository.IsGuarded;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            ContentAnswer.Begin(context, file.Content, guarded);
        }
        else if (repository.Git.ReadSmallBlob(file.Blob) is { } bytes)
        {
            await ContentAnswer.WriteAsync(context, file.Content, guarded, bytes);
        }
        else
        {
            using var handle = await repository.Git.OpenBlobFileAsync(file.Blob, context.RequestAborted);
            await ContentAnswer.WriteAsync(context, file.Content, guarded, handle);
        }
    }

    /// <summary>What is at a path of a commit never changes, so its headers are made once.</summary>
    private FileDescription? Describe(IRepositoryFeature repository, AskedPath asked)
    {
        var key = new DescriptionKey(repository.Record.Id, asked.Commit, asked.Path);
        if (_descriptions.TryGet<FileDescription>(key, out var known))
            return known;
        var file = files.Find(repository.Git, asked.Commit, asked.Path);
        if (file is null || !IsFile(file.Entry))
            return null;
        var description = file.Lfs is { } pointer ? DescribeLfs(asked, file.Entry, pointer) : DescribeBlob(asked, file.Entry);
        _descriptions.Add(key, description, DescriptionWeight + (6 * asked.Path.Value.Length));
        return description;
    }

    private static FileDescription DescribeBlob(AskedPath asked, GitEntry entry) =>
        new(entry.Oid, null, null, new(asked.Path.Name, entry.Size, $"\"{entry.Oid}\"", asked.Commit.ToString(), LinkedETag: null));

    private static FileDescription DescribeLfs(AskedPath asked, GitEntry entry, LfsPointer pointer)
    {
        var etag = $"\"{pointer.Oid}\"";
        return new(entry.Oid, pointer, pointer.Oid.ToString(), new(asked.Path.Name, pointer.Size, etag, asked.Commit.ToString(), LinkedETag: etag));
    }

    private static Task RefuseAsync(HttpContext context, RevisionRoute route)
    {
        if (route.KnownCommit is { } commit)
            context.Response.Headers["X-Repo-Commit"] = commit.ToString();
        return new Refused(route.Refusal!).ExecuteAsync(context);
    }

    /// <summary>The commit goes along so that the Python client remembers the absence of an optional file (contract 2.3, trap T23).</summary>
    private static Task NoEntryAsync(HttpContext context, AskedPath asked)
    {
        context.Response.Headers["X-Repo-Commit"] = asked.Commit.ToString();
        return new Refused(HubErrors.EntryNotFound).ExecuteAsync(context);
    }

    /// <summary>A link is answered as the text that it is, never followed (threat row 40); a submodule has no content here.</summary>
    private static bool IsFile(GitEntry entry) => entry.Kind is GitEntryKind.File or GitEntryKind.Executable or GitEntryKind.Symlink;

    private sealed record FileDescription(GitOid Blob, LfsPointer? Lfs, string? LfsName, ContentDescription Content);

    [SuppressMessage("Performance", "CA1815", Justification = "A record struct compares by value.")]
    private readonly record struct DescriptionKey(string RepositoryId, GitOid Commit, TreePath Path);
}
