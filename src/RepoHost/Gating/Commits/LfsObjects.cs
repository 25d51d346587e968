using GateMiddleware.Rejection;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>The LFS objects that a commit names, against those that its repository was given (threat rows 1 and 2).</summary>
internal sealed class LfsObjects(IDbContextFactory<RepoHostDb> databases, LfsBindings bindings, string repositoryId)
{
    /// <summary>
    /// Gives the repository the objects whose bytes came with the commit, and adds the pointers of those that it only names. An object that some other repository
    /// has is answered like one that nobody has.
    /// </summary>
    public async Task<Refusal?> TakeAsync(Dictionary<TreePath, LfsPointer> pointers, IReadOnlyList<PutLfsFile> named, CancellationToken cancellationToken)
    {
        if (pointers.Count > 0)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await bindings.AddAsync(db, repositoryId, pointers.Values, cancellationToken);
        }

        if (named.Count == 0)
            return null;
        var sizes = await bindings.SizesAsync(repositoryId, named.Select(file => file.Oid), cancellationToken);
        foreach (var file in named)
        {
            if (!sizes.TryGetValue(file.Oid, out var size))
                return HubErrors.BadRequest($"{file.Path}: this repository was not given the LFS object {file.Oid}. Upload it by the LFS batch API, and commit again.");
            if (file.Size is { } said && said != size)
                return HubErrors.BadRequest($"{file.Path}: the LFS object {file.Oid} has {size} bytes, not {said}.");
            pointers[file.Path] = new LfsPointer(file.Oid, size);
        }

        return null;
    }
}
