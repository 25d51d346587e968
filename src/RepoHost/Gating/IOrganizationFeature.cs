using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>The organization that a request is about, once it was found and the caller belongs to it.</summary>
internal interface IOrganizationFeature
{
    Organization Organization { get; }

    /// <summary>The caller's.</summary>
    OrganizationRole Role { get; }
}

internal sealed record OrganizationFeature(Organization Organization, OrganizationRole Role) : IOrganizationFeature;

internal static class OrganizationFeatureAccess
{
    /// <summary>The request's organization; only routes whose access is about one may ask.</summary>
    public static IOrganizationFeature Organization(this HttpContext context) =>
        context.Features.Get<IOrganizationFeature>() ?? throw new InvalidOperationException("This route names no organization.");
}
