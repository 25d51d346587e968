using System.Data.Common;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>The one way in which refs of a repository change, so the push rules hold for git, the commit API, the branch routes and the browser alike.</summary>
internal sealed partial class RepositoryWrites(
    GitRepositories repositories, RepositoryCatalog catalog, WriteRights rights, PushedObjects objects, PublicNames names, RefLimits refLimits, PushedCard card,
    WriteStorage storage, RepositoryIndexer indexer, RepositoryUpkeep upkeep, StaleEntries stale, TimeProvider time,
    ILogger<RepositoryWrites> logger)
{
    /// <summary>
    /// All of the change, or nothing of it:
    ///  1 the refs may be touched at all
    ///  2 the new objects are complete and allowed, and durable
    ///  3 from here on nobody else changes this repository
    ///  4 the caller may do it now: an upload may have taken hours
    ///  5 no content becomes public that the caller may not read. Before the card, whose faults are told with a piece of its text
    ///  6 the default branch's new card, against the settings and the card as they are now
    ///  7 the objects become part of the repository, if there is room for them
    ///  8 the refs move; a gate in the card holds from here on
    /// </summary>
    public async Task<WriteOutcome> ApplyAsync(WriteOrder order, CancellationToken cancellationToken)
    {
        var repository = repositories.Open(order.RepositoryId);
        var git = order.Objects?.Git ?? repository;

        // 1
        if (RefFaults(repository, git, order) is { Count: > 0 } refFaults)
            return await RefusedAsync(order, refFaults, cancellationToken);
        if (refLimits.FaultOf(repository, order.Updates) is { } tooMany)
            return await RefusedAsync(order, [new(null, tooMany)], cancellationToken);

        // 2
        if (await objects.CheckAsync(repository, order, cancellationToken) is { Count: > 0 } faults)
            return await RefusedAsync(order, faults, cancellationToken);
        order.Objects?.Flush();

        // 3
        using var held = await RepositoryLock.TryAcquireAsync(repository.Folder, cancellationToken);
        if (held is null || await catalog.FindByIdAsync(order.RepositoryId, cancellationToken) is not { } record)
            return WriteOutcome.Gone;

        // 4
        var (caller, role, refusal) = await rights.FindAsync(record, order, cancellationToken);
        if (caller is null || role is null)
            return WriteOutcome.Refused(new WriteFault(null, refusal!.Message, LackOfRights: true));

        // 5
        if (await names.CheckAsync(record, repository, order, caller, cancellationToken) is { } notTheirs)
            return WriteOutcome.Refused(notTheirs);

        // 6
        var (fault, warnings) = await card.CheckAsync(record, git, order, role.MayChangeSettings && !order.RewritesHistory, cancellationToken);
        if (fault is not null)
            return WriteOutcome.Refused(
                fault.LackOfRights && !order.RewritesHistory ? fault with { Message = fault.Message + rights.SettingsHint(record, order, role) } : fault);

        // 7
        if (await storage.ChargeAsync(order, role, cancellationToken) is { } full)
            return WriteOutcome.Refused(full);
        order.Objects?.Adopt();

        // 8
        switch (await RefTransaction.RunAsync(repository.Folder, order.Updates, order.Caller.UserName!, cancellationToken))
        {
            case RefUpdateOutcome.Moved:
                return WriteOutcome.Moved;
            case RefUpdateOutcome.NameTaken:
                return WriteOutcome.Refused(new WriteFault(null, "Another branch or tag stands in the way: where there is a ref a, there can be none a/b, and the other way round."));
            default:
                await NoteAsync(record.Id);
                return new(WriteResult.Done, [], warnings);
        }
    }

    /// <summary>Nothing is held yet: what looks wrong with a change may be that the repository is being deleted.</summary>
    private async Task<WriteOutcome> RefusedAsync(WriteOrder order, IReadOnlyList<WriteFault> faults, CancellationToken cancellationToken) =>
        await catalog.FindByIdAsync(order.RepositoryId, cancellationToken) is null ? WriteOutcome.Gone : WriteOutcome.Refused(faults);

    /// <summary>What follows a change that is made, while the repository's lock is still held: if it can't be noted, the change is made all the same.</summary>
    private async Task NoteAsync(string repositoryId)
    {
        try
        {
            await indexer.NoteChangeAsync(repositoryId, time.GetUtcNow());
            upkeep.Consider(repositoryId);
        }
        catch (Exception e) when (e is DbException or DbUpdateException or IOException or UnauthorizedAccessException)
        {
            stale.Notice(repositoryId);
            Log.NotNoted(logger, repositoryId, e);
        }
    }

    private static List<WriteFault> RefFaults(GitRepository repository, GitRepository git, WriteOrder order)
    {
        var branch = repository.DefaultBranchNow().Branch;
        List<WriteFault> faults = [];
        foreach (var update in order.Updates)
        {
            if (RefFault(update, branch, git, order.PullRequests || order.RewritesHistory) is { } message)
                faults.Add(new(update.FullName, message));
        }

        return faults;
    }

    private static string? RefFault(RefUpdate update, string? defaultBranch, GitRepository git, bool pullRequests)
    {
        var name = update.FullName;
        // Git itself allows a leading '-', which every program that is given the name would take for an option (threat 41).
        if (!RefName.IsValid(name) || (update.New is not null && !RefName.IsWritable(name)) || name.Contains("/-", StringComparison.Ordinal))
            return "That is not a name a branch or tag can have.";
        if (!name.StartsWith(RefName.Heads, StringComparison.Ordinal) && !name.StartsWith(RefName.Tags, StringComparison.Ordinal) && !(pullRequests && name.StartsWith(RefName.PullRequests, StringComparison.Ordinal)))
            return "Only branches (refs/heads/), tags (refs/tags/) and pull requests that were opened (refs/pr/) can be pushed.";
        if (update.New is null)
            return name == defaultBranch ? $"Cannot delete {name}: it is the default branch." : null;
        if (name == RefName.Heads + "HEAD")
            return "A branch can't be called HEAD.";
        // A name is looked up before an id: such a branch would stand in front of the commit that people pinned.
        if (GitOid.TryParse(name.AsSpan(name.IndexOf('/', 5) + 1), out _))
            return "A name of 40 hex digits would be taken for a commit's id. Choose another name.";
        return !name.StartsWith(RefName.Tags, StringComparison.Ordinal) && !git.IsCommit(update.New.Value) ? "A branch must point at a commit; what is no commit can be pushed as a tag." : null;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {RepositoryId} has changed, but the time of it could not be written down")]
        public static partial void NotNoted(ILogger logger, string repositoryId, Exception cause);
    }
}
