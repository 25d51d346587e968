using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// Receives the body of a commit first, if there is room for it, and then does the work when it is its turn, so that a slow sender keeps no place from others.
/// </summary>
internal sealed class CommitBodies(TransferSpool spool, GitSessions sessions, WriteStorage storage, IOptions<UploadOptions> options)
{
    /// <param name="commit">Given the lines of the body, as <see cref="CommitOrder.Lines"/> has them.</param>
    /// <exception cref="TimeoutException">The transfer took too long, or there was no room for it.</exception>
    public async Task<CommitOutcome> RunAsync(
        HttpContext context, Func<Func<string, IAsyncEnumerable<CommitLine>>, CancellationToken, Task<CommitOutcome>> commit)
    {
        var repository = context.Repository();
        var largest = Math.Min(options.Value.LargestCommitBytes, spool.LargestBody);
        var room = new CommitRoom(await storage.FindAsync(repository.Record.Id, context.Caller(), repository.Role, context.RequestAborted), largest);
        var tooLarge = CommitOutcome.Refused(room.Explain() ?? CommitBody.TooLarge(largest));
        if (context.Request.ContentLength > room.LargestBody)
            return room.Refuse(context.Request.ContentLength) is { } full ? CommitOutcome.Refused(full) : tooLarge;

        TransferLimits.Apply(context);
        var caller = TransferLimits.Key(context);
        await using var body = await spool.ReceiveAsync(caller, context.Request.Body, room.LargestBody, context.RequestAborted);
        if (body.IsCut)
            return tooLarge;

        var outcome = CommitOutcome.Refused(HubErrors.Busy);
        await sessions.TryRunAsync(
            GitSessionKind.Write, caller,
            async cancellation => outcome = await commit(
                folder => new CommitBody(body.OpenRead(), folder, room.LargestBody, options.Value.MostOperations).ReadAsync(cancellation), cancellation),
            context.RequestAborted);
        return outcome;
    }
}
