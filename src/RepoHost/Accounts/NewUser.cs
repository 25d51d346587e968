using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>An account to be made.</summary>
/// <param name="Name">The user name, which is also the namespace of their repositories.</param>
/// <param name="Email">Mail address; no two accounts share one.</param>
/// <param name="FullName">The name that people read; without it, the user name.</param>
/// <param name="Password">Null makes an account that nobody can log in to with a password.</param>
internal sealed record NewUser(string Name, string Email, string? FullName, string? Password)
{
    public bool IsAdministrator { get; init; }

    /// <summary>Only while there is no administrator: of two who try at once, one is added.</summary>
    public bool OnlyAsFirstAdministrator { get; init; }

    /// <summary>The person has shown that they read mail at the address, or somebody says so whose word counts: the external issuer, the operator.</summary>
    public bool EmailConfirmed { get; init; }

    /// <summary>Whom the external issuer says they are; they log in by that from now on.</summary>
    public ExternalIdentity? Login { get; init; }

    /// <summary>What is written in the same transaction, such as a mail.</summary>
    public Func<RepoHostDb, User, Task>? Alongside { get; init; }

    /// <summary>A record would write the password into a log line.</summary>
    public override string ToString() => Name;
}
