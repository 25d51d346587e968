using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum AddOrganizationOutcome
{
    Added,
    BadName,
    NameTaken,
    NoSuchUser,
}

internal sealed record AddOrganizationResult(AddOrganizationOutcome Outcome, Organization? Organization, string Message);

internal enum MembershipOutcome
{
    Done,
    NoSuchOrganization,
    NoSuchUser,
    NotAMember,
    LastAdministrator,
}

internal sealed class Organizations
{
    public Task<AddOrganizationResult> AddAsync(string name, string? fullName, string? administratorName, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<MembershipOutcome> SetMemberAsync(string organization, string userName, OrganizationRole role, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<MembershipOutcome> RemoveMemberAsync(string organization, string userName, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<Organization?> FindAsync(string name, CancellationToken cancellationToken) => throw new NotImplementedException();
}
