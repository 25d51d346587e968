using GateMiddleware.Rejection;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>The access that a route declares, and which type of repository its address names.</summary>
/// <param name="Access">Who is let in.</param>
/// <param name="RepositoryType">Null on routes that name no repository.</param>
/// <param name="Format">How the route's refusals are written.</param>
internal sealed record RouteAccessMetadata(RouteAccess Access, RepositoryType? RepositoryType, RefusalFormat Format = RefusalFormat.Json)
{
    /// <summary>Route values that name the repository.</summary>
    public const string Namespace = "namespace";
    public const string Name = "name";

    /// <summary>Route value that names the organization, where the access is about one.</summary>
    public const string Organization = "organization";

    public bool IsAboutOrganization => Access is RouteAccess.BelongToOrganization or RouteAccess.AdministerOrganization;
}
