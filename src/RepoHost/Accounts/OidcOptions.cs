namespace RepoHost.Accounts;

/// <summary>Section <c>Oidc</c>: an OpenID Connect issuer whose word counts about who somebody is.</summary>
internal sealed class OidcOptions
{
    public const string Section = "Oidc";

    /// <summary>The issuer's address, under which <c>.well-known/openid-configuration</c> is found. Unset: nobody logs in that way.</summary>
    public string? Authority { get; set; }

    public string? ClientId { get; set; }

    /// <summary>Unset: a public client, which proves itself by PKCE alone.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>What the button calls it: "Log in with …". Unset: the issuer's host.</summary>
    public string? Name { get; set; }

    /// <summary>Whoever the issuer knows may make an account, also where <c>Accounts:Join</c> lets in nobody else.</summary>
    public bool AllowJoin { get; set; }

    /// <summary>
    /// An account belongs to whoever the issuer says has its mail address, when both the issuer and this server have proved that address. Only for issuers that
    /// nobody can register at with somebody else's address.
    /// </summary>
    public bool TrustMail { get; set; }

    internal bool IsConfigured => !string.IsNullOrEmpty(Authority);

    internal string Label => string.IsNullOrWhiteSpace(Name) ? (IsConfigured ? new Uri(Authority!).Host : "") : Name;
}
