namespace RepoHost.Lfs;

/// <summary>
/// What matching paths against patterns may still cost. One step is about a nanosecond or two: a pattern that is tried, or 64 states of a pattern held
/// against one byte of a path. So the bound is on the product of patterns, paths and their lengths, whatever they look like.
/// </summary>
/// <param name="steps">How many steps may be taken.</param>
internal sealed class GlobWork(long steps, CancellationToken cancellationToken)
{
    private const int StepsBetweenLooks = 50_000;

    private long left = steps;
    private long untilLook = StepsBetweenLooks;

    /// <summary>For an operator's own command: it may take its time, but can be cancelled.</summary>
    public static GlobWork Unlimited(CancellationToken cancellationToken = default) => new(long.MaxValue, cancellationToken);

    public long Left => left;

    /// <exception cref="UnusableRulesException">The steps are used up.</exception>
    public void Spend(long count)
    {
        left -= count;
        untilLook -= count;
        if (untilLook > 0 && left >= 0)
            return;
        untilLook = StepsBetweenLooks;
        cancellationToken.ThrowIfCancellationRequested();
        if (left < 0)
            throw UnusableRulesException.TooMuchWork();
    }
}
