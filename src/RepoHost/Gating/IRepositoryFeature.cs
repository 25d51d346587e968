using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>The repository that a request is about, once it was found and the caller may see it.</summary>
internal interface IRepositoryFeature
{
    RepositoryRecord Record { get; }

    GitRepository Git { get; }

    /// <summary>The gate that holds for it now, by its settings and the card at the tip of its default branch.</summary>
    CardPolicy Card { get; }

    /// <summary>What the caller may do here; null for callers that are nobody.</summary>
    RepositoryRole? Role { get; }

    GatePolicy Policy => Card.Policy;

    /// <summary>Gated or private: no shared cache may keep its contents.</summary>
    bool IsGuarded => Record.Private || Policy.Mode != GateMode.Open;
}

internal sealed record RepositoryFeature(RepositoryRecord Record, GitRepository Git, CardPolicy Card, RepositoryRole? Role) : IRepositoryFeature;

internal static class RepositoryFeatureAccess
{
    /// <summary>The request's repository; only routes that name one may ask.</summary>
    public static IRepositoryFeature Repository(this HttpContext context) =>
        context.Features.Get<IRepositoryFeature>() ?? throw new InvalidOperationException("This route names no repository.");
}
