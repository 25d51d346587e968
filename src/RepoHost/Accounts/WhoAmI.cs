using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What <c>GET /api/whoami-v2</c> tells (contract 4.8). Token is null for a browser session, Email for a machine.</summary>
internal sealed record WhoAmI(
    string Id, string Name, string FullName, string? Email, bool EmailVerified, bool IsService, IReadOnlyList<WhoAmIOrganization> Organizations, WhoAmIToken? Token);

internal sealed record WhoAmIOrganization(string Id, string Name, string FullName, OrganizationRole Role);

internal sealed record WhoAmIToken(string DisplayName, TokenRole Role, DateTimeOffset CreatedAt);
