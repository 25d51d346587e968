using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What a fine-grained token is to be allowed.</summary>
/// <param name="CanReadGatedRepos">The public gated repositories that its person has access to.</param>
internal sealed record TokenGrant(bool CanReadGatedRepos, IReadOnlyList<ScopeGrant> Scopes)
{
    /// <summary>Each is looked at when the token is checked, and written down with it.</summary>
    public const int MostScopes = 100;

    public static readonly TokenGrant Nothing = new(false, []);
}

/// <summary>Rights at one repository or in one namespace.</summary>
internal sealed record ScopeGrant(ScopeEntity Entity, TokenRights Rights);
