namespace RepoHost.Accounts;

/// <summary>Answers that must not tell by their time what was found.</summary>
internal static class EvenTime
{
    /// <summary>Waits until so much time has passed. By the real clock: it is a real person, or a stopwatch, that waits.</summary>
    /// <param name="start">Of <see cref="TimeProvider.System"/>.</param>
    public static Task RestAsync(long start, TimeSpan least, CancellationToken cancellationToken)
    {
        var rest = least - TimeProvider.System.GetElapsedTime(start);
        return rest > TimeSpan.Zero ? Task.Delay(rest, cancellationToken) : Task.CompletedTask;
    }
}
