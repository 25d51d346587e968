using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>
/// Takes LFS objects out of a repository for good: out of its history if that is wanted, out of what it serves, and from the disk when nobody else needs them.
/// </summary>
internal sealed class LfsRemoval(GitRepositories repositories, RepositoryWrites writes, LfsBindings bindings, LfsCollector collector, GitSessions sessions)
{
    /// <summary>Others may push while a long history is written anew; then it is done again.</summary>
    private const int MostAttempts = 3;

    /// <summary>
    ///  1 all of the objects are this repository's own: what others have is none of its business
    ///  2 the history is written anew without their pointers, and applied like any push. It never opens a gate
    ///  3 the repository has them no more
    ///  4 their bytes go, unless another repository was given them too
    /// </summary>
    /// <param name="rewrite">Leave no pointer behind. Otherwise the files stay in the lists and can't be downloaded any more.</param>
    /// <returns>Null when it is done.</returns>
    public async Task<Refusal?> RemoveAsync(
        RepositoryRecord record, Caller caller, IReadOnlyCollection<LfsOid> objects, bool rewrite, CancellationToken cancellationToken)
    {
        // 1
        var known = await bindings.SizesAsync(record.Id, objects, cancellationToken);
        foreach (var oid in objects)
        {
            if (!known.ContainsKey(oid))
            {
                var sentence = $"{record.FullName} has no LFS object {oid}, so nothing was deleted. List its objects anew, and delete those that are there.";
                return new(404, null, sentence, null);
            }
        }

        // 2
        if (rewrite)
        {
            var refusal = (Refusal?)HubErrors.Busy;
            await sessions.TryRunAsync(
                GitSessionKind.Write,
                caller.UserId!,
                async cancellation => refusal = await RewriteAsync(record, caller, objects.ToHashSet(), cancellation),
                cancellationToken);
            if (refusal is not null)
                return refusal;
        }

        // 3, and from here on it is not called off any more
        await bindings.RemoveAsync(record.Id, objects);

        // 4
        await collector.CollectAsync(objects, CancellationToken.None);
        return null;
    }

    private async Task<Refusal?> RewriteAsync(RepositoryRecord record, Caller caller, HashSet<LfsOid> objects, CancellationToken cancellationToken)
    {
        var repository = repositories.Open(record.Id);
        try
        {
            for (var attempt = 1; attempt <= MostAttempts; attempt++)
            {
                var uses = await LfsHistory.FindAsync(repository, cancellationToken);
                var pointers = uses.Where(use => objects.Contains(use.Pointer.Oid)).Select(use => use.Blob).ToHashSet();
                if (pointers.Count == 0)
                    return null;
                using var quarantine = repositories.OpenQuarantine(record.Id);
                var updates = await HistoryRewrite.RunAsync(quarantine, LfsHistory.RefsOf(repository), pointers, cancellationToken);
                var outcome = await writes.ApplyAsync(new(record.Id, caller, updates, quarantine) { RewritesHistory = true }, cancellationToken);
                if (outcome.Result != WriteResult.Moved)
                    return outcome.Result == WriteResult.Done ? null : outcome.ToRefusal();
            }
        }
        catch (InvalidDataException e)
        {
            return new(
                422,
                null,
                $"The history can't be written anew here: {e.Message} Nothing was deleted. "
                + "Do it in a clone with git filter-repo, push it, and delete with \"rewriteHistory\": false.",
                null);
        }

        return HubErrors.BranchMoved;
    }
}
