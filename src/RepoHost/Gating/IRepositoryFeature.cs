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

    /// <summary>
    /// The caller may read what the card says: everyone on a public repository, gated or not; on a private one only with a credential that may read there. A token that
    /// may only write learns names and sizes, but no text.
    /// </summary>
    bool MayReadCard { get; }

    /// <summary>For everything that shows what the card says. The gate and the rules for writers ask <see cref="Card"/>.</summary>
    CardPolicy ShownCard => MayReadCard ? Card : Card with { Card = null };

    GatePolicy Policy => Card.Policy;

    /// <summary>Gated or private: no shared cache may keep its contents.</summary>
    bool IsGuarded => Record.Private || Policy.Mode != GateMode.Open;
}

internal sealed record RepositoryFeature(RepositoryRecord Record, GitRepository Git, CardPolicy Card, RepositoryRole? Role, bool MayReadCard) : IRepositoryFeature;

internal static class RepositoryFeatureAccess
{
    /// <summary>The request's repository; only routes that name one may ask.</summary>
    public static IRepositoryFeature Repository(this HttpContext context) =>
        context.Features.Get<IRepositoryFeature>() ?? throw new InvalidOperationException("This route names no repository.");
}
