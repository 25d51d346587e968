using Microsoft.Extensions.Options;
using RepoHost.Hosting;

namespace RepoHost.Git;

internal enum GitSessionKind
{
    Fetch,

    /// <summary>A push or a commit. Apart from fetches, so that those who read can't keep those who write from it, nor the other way round.</summary>
    Write,
}

/// <summary>
/// Bounds how many git processes run at once, for how long, and how many of them for one caller: each costs memory and processor time that others need. A place is
/// taken for work that the server can go on with by itself: bodies have been received before (<see cref="TransferSpool"/>).
/// </summary>
internal sealed class GitSessions
{
    private readonly TimeProvider time;
    private readonly TimeSpan longest;
    private readonly FairPlaces[] places;

    public GitSessions(IOptions<GitHttpOptions> options, TimeProvider time)
    {
        this.time = time;
        longest = TimeSpan.FromMinutes(options.Value.SessionMinutes);
        var shares = new FairShares(options.Value.Sessions > 0 ? options.Value.Sessions : Math.Max(8, 4 * Environment.ProcessorCount))
        {
            Patience = TimeSpan.FromSeconds(options.Value.QueueSeconds),
        };
        places = [new FairPlaces(shares, time), new FairPlaces(shares, time)];
    }

    /// <summary>Runs the work when its turn has come. The token given to it also ends when the time is up.</summary>
    /// <param name="caller">A person's id, or a network where nobody is known.</param>
    /// <exception cref="TimeoutException">The time was up.</exception>
    /// <returns>False: it was not its turn in time, and nothing was done.</returns>
    public async Task<bool> TryRunAsync(GitSessionKind kind, string caller, Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var place = await places[(int)kind].TryEnterAsync(caller, cancellationToken);
        if (place is null)
            return false;
        // What a fetch does here is to hand on what git writes; a push or a commit is looked through, and gives way to those who read.
        await WithinTimeAsync(kind == GitSessionKind.Write ? ct => LowPriority.RunAsync(() => work(ct)) : work, cancellationToken);
        return true;
    }

    /// <summary>Whether somebody else waits for a place that this caller holds.</summary>
    public bool OthersWait(GitSessionKind kind, string caller) => places[(int)kind].OthersWait(caller);

    /// <summary>Places of this kind that are taken, and requests that wait for one.</summary>
    public (int Taken, int Waiting) Count(GitSessionKind kind) => places[(int)kind].Count;

    /// <summary>Runs the part of a transfer that needs no place, under the same limit of time.</summary>
    /// <exception cref="TimeoutException">The time was up.</exception>
    public async Task WithinTimeAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            await work(either.Token);
        }
        catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new TimeoutException("The transfer took longer than this server allows (GitHttp:SessionMinutes). Send it in smaller parts.");
        }
    }
}
