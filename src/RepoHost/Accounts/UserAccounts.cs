using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum AddUserOutcome
{
    Added,
    BadName,
    NameTaken,
    BadEmail,
    EmailTaken,
    BadPassword,
}

/// <param name="Message">A sentence for the person; empty when added.</param>
internal sealed record AddUserResult(AddUserOutcome Outcome, User? User, string Message);

internal sealed class UserAccounts
{
    public Task<AddUserResult> AddAsync(string name, string email, string? fullName, string? password, bool isAdministrator, CancellationToken cancellationToken) => throw new NotImplementedException();

    /// <returns>The user as it is now; null when there is none.</returns>
    public Task<User?> DisableAsync(string name, bool disabled, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<User?> FindAsync(string name, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<User?> FindByIdAsync(string userId, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<WhoAmI?> DescribeAsync(Caller caller, CancellationToken cancellationToken) => throw new NotImplementedException();
}
