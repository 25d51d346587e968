using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum ExternalStanding
{
    /// <summary>Has an account that this login belongs to.</summary>
    Known,
    Disabled,

    /// <summary>Another way of logging in has their mail address; the person has to prove that it is theirs too.</summary>
    AddressHasAccount,
    MayJoin,
    MayNotJoin,
}

/// <param name="User">Only when known.</param>
internal sealed record ExternalMatch(ExternalStanding Standing, User? User = null);
