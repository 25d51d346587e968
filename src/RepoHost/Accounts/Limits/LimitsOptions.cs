namespace RepoHost.Accounts.Limits;

/// <summary>
/// Section <c>Limits</c>; see docs/configuration.md. 0 is "no limit" everywhere. A person, an organization and a repository can each have a limit of its own instead.
/// </summary>
internal sealed class LimitsOptions
{
    public const string Section = "Limits";

    /// <summary>What the repositories of one person may hold together.</summary>
    public long UserBytes { get; set; } = 100_000_000_000;

    public int UserRepositories { get; set; } = 1000;

    /// <summary>What the repositories of one organization may hold together.</summary>
    public long OrganizationBytes { get; set; } = 1_000_000_000_000;

    public int OrganizationRepositories { get; set; } = 1000;

    /// <summary>What one repository may hold. No limit by default: that of its owner holds all the same.</summary>
    public long RepositoryBytes { get; set; }

    /// <summary>What one person without the right to write may bring into one repository, with all their pull requests.</summary>
    public long ProposalBytes { get; set; } = 10_000_000;

    /// <summary>What all of them together may bring into one repository. It counts for its owner, who did not ask for it.</summary>
    public long RepositoryProposalBytes { get; set; } = 500_000_000;

    /// <summary>How many pull requests one person without the right to write may have in one repository.</summary>
    public int Proposals { get; set; } = 100;
}
