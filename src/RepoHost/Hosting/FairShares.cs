namespace RepoHost.Hosting;

/// <summary>How the places of a <see cref="FairPlaces"/> are divided. By default one caller gets a quarter at most, and a quarter is kept for callers who have none.</summary>
/// <param name="Total">Places altogether, at least one.</param>
internal sealed record FairShares(int Total)
{
    /// <summary>How many one caller may hold at once.</summary>
    public int PerCaller { get; init; } = Math.Max(1, Total / 4);

    /// <summary>How many stay free for callers who hold none at the moment.</summary>
    public int ForNewcomers { get; init; } = Total / 4;

    /// <summary>How many requests of one caller may wait. One more is turned away at once.</summary>
    public int WaitingPerCaller { get; init; } = 64;

    /// <summary>How many requests may wait altogether.</summary>
    public int Waiting { get; init; } = 1024;

    /// <summary>How long a request waits at most. Zero: nobody waits.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);
}
