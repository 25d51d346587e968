namespace RepoHost.Gating.Persons;

internal enum PersonRemovalOutcome
{
    Removed,
    NoSuchUser,

    /// <summary>Nobody else could administer an organization afterwards.</summary>
    LastAdministrator,

    /// <summary>They own repositories, which are to be deleted or given to somebody else first.</summary>
    OwnsRepositories,
}

/// <param name="Message">A sentence for whoever asked; empty when removed.</param>
internal sealed record PersonRemovalResult(PersonRemovalOutcome Outcome, string Message)
{
    public static readonly PersonRemovalResult Removed = new(PersonRemovalOutcome.Removed, "");
}
