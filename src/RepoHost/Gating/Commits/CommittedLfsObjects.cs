using GateMiddleware.Rejection;
using RepoHost.Accounts.Limits;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>The LFS objects that a commit names, against those that its repository was given (threat rows 1 and 2).</summary>
internal sealed class CommittedLfsObjects(LfsUploads uploads, LfsBindings bindings, StorageCharge charge, string repositoryId)
{
    private static readonly Refusal TryAgain = new(503, null, "An object of this commit was being cleaned up at the same moment. Nothing was changed; commit again.", null);

    /// <summary>
    /// Gives the repository the objects whose bytes came with the commit, and adds the pointers of those that it only names. An object that some other repository
    /// has is answered like one that nobody has.
    /// </summary>
    public async Task<Refusal?> TakeAsync(Dictionary<TreePath, LfsPointer> pointers, IReadOnlyList<PutLfsFile> named, CancellationToken cancellationToken)
    {
        if (pointers.Count > 0 && await uploads.GiveAsync(repositoryId, [.. pointers.Values.DistinctBy(pointer => pointer.Oid)], charge.AdmitLfsAsync) is var outcome and not LfsUploadOutcome.Stored)
        {
            return outcome == LfsUploadOutcome.RepositoryGone ? HubErrors.RepositoryNotFound
                : charge.Fault is { } fault ? HubErrors.OverLimit(fault.Status, fault.Message)
                : TryAgain;
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
