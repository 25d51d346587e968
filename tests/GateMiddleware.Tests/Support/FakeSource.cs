using System.Collections.Concurrent;
using GateMiddleware.Decisions;

namespace GateMiddleware.Tests.Support;

/// <summary>A database whose reads can be counted, held up and broken.</summary>
internal sealed class FakeSource : IAccessDecisionSource
{
    private readonly ConcurrentDictionary<DecisionKey, AccessStanding> _standings = new();
    private int _reads;

    public int Reads => Volatile.Read(ref _reads);

    /// <summary>Runs after the standing has been read and before it is handed out.</summary>
    public Func<AccessStanding, CancellationToken, Task>? AfterRead { get; set; }

    public Exception? Failure { get; set; }

    public void Set(string repositoryId, string personId, AccessStanding standing) => _standings[new DecisionKey(repositoryId, personId)] = standing;

    public async ValueTask<AccessStanding> ReadAsync(string repositoryId, string personId, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _reads);
        if (Failure is not null) throw Failure;
        var standing = _standings.GetValueOrDefault(new DecisionKey(repositoryId, personId), AccessStanding.Stranger);
        if (AfterRead is { } hold) await hold(standing, cancellationToken);
        return standing;
    }
}
