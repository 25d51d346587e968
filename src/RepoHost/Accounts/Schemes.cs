using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.AspNetCore.Identity;

namespace RepoHost.Accounts;

/// <summary>The names of the authentication schemes. None of them is a default: <see cref="CallerAuthentication"/> asks the right one.</summary>
internal static class Schemes
{
    /// <summary><c>hf_</c> tokens, as Bearer or as Basic.</summary>
    public const string Token = JwtBearerDefaults.AuthenticationScheme;

    /// <summary>Browser sessions: the cookie that <c>SignInManager</c> signs in with.</summary>
    public static readonly string Session = IdentityConstants.ApplicationScheme;

    /// <summary>The external issuer, where one is configured.</summary>
    public const string External = "External";

    /// <summary>What the external issuer has said, until a page decides what it means here.</summary>
    public static readonly string ExternalIdentity = IdentityConstants.ExternalScheme;
}
