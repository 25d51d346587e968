namespace RepoHost.Git;

/// <summary>Others change the repository, and have not ended in time. Trying again later helps.</summary>
internal sealed class RepositoryBusyException() : TimeoutException("Another change of this repository is under way. Try again in a moment.");
