using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>Somebody as the external issuer knows them. Issuer and subject together are who they are; everything else is what the issuer says about them.</summary>
internal sealed record ExternalIdentity(string Issuer, string Subject)
{
    /// <summary>As long as the columns are. Issuers' own limit is 255, but none in use comes near either.</summary>
    private const int MaxLength = 128;

    public string? Email { get; init; }

    /// <summary>The issuer says that it has proved the address.</summary>
    public bool EmailVerified { get; init; }

    public string? FullName { get; init; }

    /// <summary>A wish for the user name here; it need not be free, or even allowed.</summary>
    public string? UserName { get; init; }

    /// <summary>Null when the claims name nobody, or somebody who can't be stored.</summary>
    public static ExternalIdentity? ReadOrNull(ClaimsPrincipal? principal)
    {
        if (principal?.FindFirstValue("iss") is not { Length: > 0 and <= MaxLength } issuer || principal.FindFirstValue("sub") is not { Length: > 0 and <= MaxLength } subject)
            return null;
        return new(issuer, subject)
        {
            Email = principal.FindFirstValue("email") is { } email && UserAccounts.IsEmail(email) ? email : null,
            EmailVerified = string.Equals(principal.FindFirstValue("email_verified"), "true", StringComparison.OrdinalIgnoreCase),
            FullName = Bounded(principal.FindFirstValue("name"), Lengths.FullName),
            UserName = Bounded(principal.FindFirstValue("preferred_username")?.Split('@')[0], Lengths.Name),
        };
    }

    public IdentityUserLogin<string> ToRow(string userId) => new() { LoginProvider = Issuer, ProviderKey = Subject, UserId = userId };

    /// <summary>Without the mail address, which must not reach a log.</summary>
    public override string ToString() => Issuer;

    private static string? Bounded(string? text, int length) => text is { Length: > 0 } && text.Length <= length && !text.Any(char.IsControl) ? text : null;
}
