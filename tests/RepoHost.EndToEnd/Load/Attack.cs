using System.Collections.Concurrent;
using System.Net.Sockets;

namespace RepoHost.EndToEnd.Load;

/// <summary>Several attackers at once, each doing the same over and over until this is disposed, for a minute at most.</summary>
public sealed class Attack : IAsyncDisposable
{
    private const int MostAttackers = 64;

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource stop = new(Longest);
    private readonly ConcurrentDictionary<int, int> statuses = new();
    private readonly Task[] attackers;
    private readonly CountdownEvent notBegun;
    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Attack(int count, Func<int, CancellationToken, Task<int>> once)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, MostAttackers);
        notBegun = new CountdownEvent(count);
        attackers = [.. Enumerable.Range(0, count).Select(number => Task.Run(() => RunAsync(number, once)))];
    }

    /// <summary>How many answers of each status there were; 0 counts rounds that broke off.</summary>
    public IReadOnlyDictionary<int, int> Statuses => statuses;

    /// <summary>Each attacker sends the requests again and again, one after the other, on a connection of its own; each begins with another one.</summary>
    public static Attack Start(Uri address, int attackers, params byte[][] requests)
    {
        var connections = Enumerable.Range(0, attackers).Select(_ => new RawConnection(address)).ToArray();
        var turns = Enumerable.Range(0, attackers).ToArray();
        return new Attack(attackers, async (number, cancellationToken) =>
        {
            try
            {
                return await connections[number].ExchangeAsync(requests[turns[number]++ % requests.Length], cancellationToken);
            }
            catch
            {
                connections[number].Dispose();
                throw;
            }
        });
    }

    /// <param name="once">Does one round as the attacker of this number, and says with which status it ended.</param>
    public static Attack Start(int attackers, Func<int, CancellationToken, Task<int>> once) => new(attackers, once);

    /// <summary>Waits until every attacker is at it.</summary>
    public void WaitUntilUnderWay() => notBegun.Wait(stop.Token);

    /// <summary>Waits until one of them has had an answer.</summary>
    public Task WaitForAnswerAsync() => answered.Task.WaitAsync(Longest);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await Task.WhenAll(attackers);
        stop.Dispose();
        notBegun.Dispose();
    }

    private async Task RunAsync(int number, Func<int, CancellationToken, Task<int>> once)
    {
        for (var first = true; !stop.IsCancellationRequested; first = false)
        {
            try
            {
                var round = once(number, stop.Token);
                if (first)
                    notBegun.Signal();
                statuses.AddOrUpdate(await round, 1, (_, count) => count + 1);
                answered.TrySetResult();
                await Task.Delay(Rest, stop.Token);
            }
            catch (OperationCanceledException)
            {
                // The attack is over.
            }
            catch (Exception e) when (e is IOException or SocketException)
            {
                statuses.AddOrUpdate(0, 1, (_, count) => count + 1);
            }
        }
    }
}
