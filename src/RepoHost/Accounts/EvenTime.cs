namespace RepoHost.Accounts;

/// <summary>Answers that must not tell by their time what was found.</summary>
internal static class EvenTime
{
    /// <summary>Waits until so much time has passed. By the real clock: it is a real person, or a stopwatch, that waits.</summary>
    /// <param name="start">Of <see cref="TimeProvider.System"/>.</param>
    public static async Task RestAsync(long start, TimeSpan least, CancellationToken cancellationToken)
    {
        // A timer counts in coarse ticks and may end some milliseconds early, which would be a difference again.
        while (least - TimeProvider.System.GetElapsedTime(start) is { Ticks: > 0 } rest)
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(rest.TotalMilliseconds)), cancellationToken);
    }
}
