namespace RepoHost.Git;

/// <summary>How much of a commit is shown.</summary>
/// <param name="Files">That are named.</param>
/// <param name="PathBytes">Of the names of all of them together: a page says each several times.</param>
/// <param name="FilesWithLines">Whose lines are read.</param>
/// <param name="LinesOfFile">Of one file.</param>
/// <param name="Lines">Of all files.</param>
/// <param name="Characters">Of all lines.</param>
/// <param name="LineBytes">What is longer is cut.</param>
internal sealed record DiffLimits(int Files = 1000, int FilesWithLines = 100, int LinesOfFile = 1500, int Lines = 6000, long Characters = 500_000, int LineBytes = 1000, int PathBytes = 200_000);
