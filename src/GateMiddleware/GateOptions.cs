namespace GateMiddleware;

/// <summary>Settings of the gate.</summary>
public sealed class GateOptions
{
    /// <summary>
    /// How long a cached standing may be used, and so the longest that an announced revocation waits when the cache can't be reached.
    /// Between 1 second and 10 minutes. Default 30 seconds.
    /// </summary>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long the source may take before the answer is 503. Default 5 seconds.</summary>
    public TimeSpan SourceTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How often an announcement is tried again while the cache can't be reached. Default 250 milliseconds.</summary>
    public TimeSpan AnnounceRetry { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Entries of the in-process cache; about 300 bytes each. Default 100,000.</summary>
    public int MemoryCapacity { get; set; } = 100_000;

    /// <summary>Start of every key in Redis; hosts that share a Redis take different ones. Default <c>gate:</c>.</summary>
    public string RedisKeyPrefix { get; set; } = "gate:";

    /// <summary>How long Redis may take for one command before it counts as down. Default 250 milliseconds.</summary>
    public TimeSpan RedisTimeout { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>How often a Redis that is down is looked at again, in the background. Default 500 milliseconds.</summary>
    public TimeSpan RedisProbeInterval { get; set; } = TimeSpan.FromMilliseconds(500);

    // Machines measure time a little differently; the tenth keeps an entry from outliving the lease that somebody else waits out.
    internal TimeSpan EntryLifetime => Lease * 0.9;
}
