using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>A repository's card as it stands at the tip of the default branch, and the gate that follows from it and the settings.</summary>
/// <param name="Tip">The commit of the default branch; null in a repository without commits.</param>
/// <param name="Branch">The default branch's full ref; null when HEAD is a commit itself.</param>
/// <param name="CardBlob">The blob id of README.md; null without one.</param>
/// <param name="Card">Null without README.md; unreadable cards are here with their problems.</param>
internal sealed record CardPolicy(GitOid? Tip, string? Branch, GitOid? CardBlob, ModelCard? Card, GatePolicy Policy);
