namespace RepoHost.Git;

/// <summary>How far a history is searched for the commits that last touched some paths.</summary>
/// <param name="Compared">Entries compared with a parent's.</param>
/// <param name="LeaveOpen">Paths not found by then are left out, instead of being given the oldest commit reached.</param>
internal sealed record LookBack(int Commits, long Compared, long TreeEntries, bool LeaveOpen)
{
    public static readonly LookBack Whole = new(50_000, 2_000_000, 20_000_000, LeaveOpen: false);

    /// <summary>For a page that has to be there at once: some hundredths of a second.</summary>
    public static readonly LookBack Glance = new(400, 100_000, 100_000, LeaveOpen: true);
}
