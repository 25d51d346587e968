namespace RepoHost.Data;

/// <summary>What a member of an organization may do; each role includes the ones before it. Stored as numbers: never renumber.</summary>
internal enum OrganizationRole
{
    Read = 0,

    /// <summary>Writes to the repositories that they created themselves.</summary>
    Contributor = 1,
    Write = 2,
    Admin = 3,
}
