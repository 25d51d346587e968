namespace RepoHost.Accounts.Limits;

/// <summary>Bytes that uploads on their way hold.</summary>
/// <param name="Repository">In the repository that was asked for.</param>
/// <param name="Owner">In all repositories of its owner.</param>
/// <param name="Proposer">In the repository, by the proposer that was asked for.</param>
/// <param name="Proposals">In the repository, by all who may not write to it.</param>
internal readonly record struct HeldBytes(long Repository, long Owner, long Proposer, long Proposals);
