using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What <c>GET /api/whoami-v2</c> tells (contract 4.8). Token is null for a browser session, Email for a machine.</summary>
internal sealed record WhoAmI(
    string Id, string Name, string FullName, string? Email, bool EmailVerified, bool IsService, IReadOnlyList<WhoAmIOrganization> Organizations, WhoAmIToken? Token);

internal sealed record WhoAmIOrganization(string Id, string Name, string FullName, OrganizationRole Role);

/// <param name="DisplayName">Null for a login in the browser: the Python client keeps logins under this name and gives each account one of its own where there is none.</param>
internal sealed record WhoAmIToken(string? DisplayName, TokenRole Role, DateTimeOffset CreatedAt);
