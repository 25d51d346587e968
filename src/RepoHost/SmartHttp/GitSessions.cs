using Microsoft.Extensions.Options;

namespace RepoHost.SmartHttp;

/// <summary>Bounds how many git processes run at once, and how long: each costs memory and processor time that others need.</summary>
internal sealed class GitSessions(IOptions<GitHttpOptions> options) : IDisposable
{
    private readonly SemaphoreSlim free = new(CountOf(options.Value));

    /// <summary>Runs the work when its turn has come. The token given to it also ends when the time is up.</summary>
    /// <exception cref="TimeoutException">The time was up.</exception>
    /// <returns>False: it was not its turn in time, and nothing was done.</returns>
    public async Task<bool> TryRunAsync(Func<CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        if (!await free.WaitAsync(TimeSpan.FromSeconds(options.Value.QueueSeconds), cancellationToken))
            return false;
        try
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            limit.CancelAfter(TimeSpan.FromMinutes(options.Value.SessionMinutes));
            try
            {
                await work(limit.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
            {
                throw new TimeoutException("The transfer took longer than GitHttp:SessionMinutes.");
            }

            return true;
        }
        finally
        {
            free.Release();
        }
    }

    public void Dispose() => free.Dispose();

    private static int CountOf(GitHttpOptions options) => options.Sessions > 0 ? options.Sessions : Math.Max(8, 4 * Environment.ProcessorCount);
}
