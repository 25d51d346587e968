namespace GateMiddleware.Decisions;

/// <summary>A committed change of who may download.</summary>
/// <param name="RepositoryId">The repository; null when all repositories of the person are meant.</param>
/// <param name="PersonId">The person; null when everybody at the repository is meant.</param>
/// <param name="Version">The change's version: what was read before it has a smaller one. At least 0.</param>
/// <param name="TakesAccessAway">True when somebody may have lost access; the announcement then waits until no old answer can be used.</param>
/// <exception cref="ArgumentException">Neither a repository nor a person is named.</exception>
public sealed record StandingChange(string? RepositoryId, string? PersonId, long Version, bool TakesAccessAway)
{
    /// <summary>The person; null when everybody at the repository is meant.</summary>
    public string? PersonId { get; } = RepositoryId is null && PersonId is null
        ? throw new ArgumentException("A change names a repository, a person or both.", nameof(PersonId))
        : PersonId;
}
