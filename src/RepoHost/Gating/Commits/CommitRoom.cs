using GateMiddleware.Rejection;
using RepoHost.Accounts.Limits;
using RepoHost.Hosting;

namespace RepoHost.Gating.Commits;

/// <summary>How large the body of a commit may be where there is little room. Its files come in base64, four bytes for three.</summary>
/// <param name="standing">Null: the repository is gone, and others say so.</param>
/// <param name="largest">The largest body where there is room enough.</param>
internal sealed class CommitRoom(StorageStanding? standing, long largest)
{
    /// <summary>What a body needs beside contents: up to 25,000 operations with their paths.</summary>
    private const long Operations = 16 << 20;

    public long LargestBody { get; } =
        standing is { Room: var room } && room < largest ? Math.Min(largest, (room / 3 * 4) + Operations) : largest;

    /// <summary>Null when a body of this length can be read.</summary>
    public Refusal? Refuse(long? length) =>
        length > LargestBody && LargestBody < largest ? Refuse((length.Value - Operations) / 4 * 3) : null;

    /// <summary>What is to be said of a body that did not end where it had to.</summary>
    public Refusal? Explain() => LargestBody < largest ? Refuse(standing!.Room + 1) : null;

    private Refusal? Refuse(long bytes) => standing?.Refuse(bytes, atLeast: true) is { } fault ? HubErrors.OverLimit(fault.Status, fault.Message) : null;
}
