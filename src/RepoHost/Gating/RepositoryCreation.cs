using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>Exactly one of <paramref name="Repository"/> and <paramref name="Refusal"/> is set.</summary>
/// <param name="Taken">Refused because another repository has the name.</param>
internal sealed record RepositoryCreated(RepositoryRecord? Repository, Refusal? Refusal, bool Taken = false);

/// <summary>Makes a repository for somebody who asks, by the API or in the browser (contract 7.1).</summary>
internal sealed class RepositoryCreation(TokenNamespaces namespaces, FirstFiles firstFiles, RepositoryIntake intake)
{
    /// <summary>
    ///  1 the name is one that clients can ask for, and the caller may take it
    ///  2 the files of the first commit
    ///  3 content first, then the row: nobody sees a half-made repository
    /// </summary>
    /// <param name="order">Its files and its maker are filled in here.</param>
    /// <param name="license">An identifier (<see cref="Licenses.IsIdentifier"/>) for the card; null for none.</param>
    public async Task<RepositoryCreated> CreateAsync(
        Caller caller, RepositoryOrder order, string? license, string? sdk, IReadOnlyList<FirstFile> given, CancellationToken cancellationToken)
    {
        // 1
        if (!RepositoryName.TryCreate(order.Namespace, order.Name, out _, out var why))
            return Refused(HubErrors.BadRequest(why));
        if (await namespaces.RefusalAsync(caller, order.Type, order.Namespace, cancellationToken) is { } notThere)
            return Refused(notThere);

        // 2
        var choice = firstFiles.Choose(license, sdk, given, cancellationToken);
        if (choice.Fault is { } sentence)
            return Refused(HubErrors.BadRequest(sentence));

        // 3
        var result = await intake.AddAsync(order with { CreatedById = caller.UserId, Files = choice.Files }, null, cancellationToken);
        return result.Repository is { } created ? new(created, null)
            : result.Outcome == CreateRepositoryOutcome.OverLimit ? Refused(HubErrors.OverLimit(507, result.Message))
            : Refused(HubErrors.BadRequest(result.Message)) with { Taken = result.Outcome == CreateRepositoryOutcome.Exists };
    }

    private static RepositoryCreated Refused(Refusal refusal) => new(null, refusal);
}
