namespace GateMiddleware.Decisions;

/// <summary>One person at one repository, by ids: never names, so that a new repository of an old name inherits nothing.</summary>
/// <param name="RepositoryId">The repository's stable id.</param>
/// <param name="PersonId">The person's stable id.</param>
public readonly record struct DecisionKey(string RepositoryId, string PersonId);
