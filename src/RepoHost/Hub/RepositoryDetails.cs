using System.Text.Json.Nodes;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>Facts of a repository that are not in its row or its card. Null is what was not asked for, or is not known.</summary>
/// <param name="UsedStorage">Bytes that it holds, with all of its history.</param>
/// <param name="MainSize">Bytes of the files at its tip.</param>
internal sealed record RepositoryDetails(long? UsedStorage, long? MainSize)
{
    public static readonly RepositoryDetails None = new(null, null);

    /// <summary>What config.json says: content, so it is only here for those who may download it.</summary>
    public JsonObject? Config { get; init; }

    /// <summary>What the files say of the model.</summary>
    public ModelContents Contents { get; init; } = ModelContents.None;
}

/// <summary>Looks up the facts that some keys show, and only those.</summary>
internal sealed class RepositoryDetailReader(StorageLimits limits, FileTotals totals, ModelContentsReader contents, CardPolicies cards)
{
    /// <summary>Whether the key shows something that is not in the rows that lists are made from.</summary>
    public static bool IsLookedUp(string key) =>
        key is RepositoryFacts.UsedStorageKey or RepositoryFacts.MainSizeKey or RepositoryFacts.ConfigKey or RepositoryFacts.SafetensorsKey;

    /// <summary>For the facts of one repository.</summary>
    /// <param name="commit">The commit that was asked for; null where there is none.</param>
    /// <param name="passes">Whether the caller may download what the commit holds.</param>
    public async Task<RepositoryDetails> ReadAsync(
        IRepositoryFeature repository, GitOid? commit, bool passes, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var details = await ReadAsync(repository.Record, () => repository.Git, commit, passes, keys, cancellationToken);
        return repository.MayReadCard
            ? details with { Contents = await contents.ReadAsync(repository.Record.Type, repository.Git, repository.Card.Tip, cancellationToken) }
            : details;
    }

    /// <summary>For an item of a list, where nobody has asked the gate: contents are told where it is open to everyone.</summary>
    public async Task<RepositoryDetails> ReadAsync(
        ListedRepository found, Func<GitRepository> git, GitOid? tip, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var passes = keys.Contains(RepositoryFacts.ConfigKey) && found is { ShowsCard: true, Record.Disabled: false }
            && (await cards.FindAsync(found.Record, cancellationToken)).Policy.Mode == GateMode.Open;
        var details = await ReadAsync(found.Record, git, tip, passes, keys, cancellationToken);
        return found.ShowsCard && keys.Contains(RepositoryFacts.SafetensorsKey)
            ? details with { Contents = await contents.ReadAsync(found.Record.Type, git(), tip, cancellationToken) }
            : details;
    }

    private async Task<RepositoryDetails> ReadAsync(
        RepositoryRecord record, Func<GitRepository> git, GitOid? commit, bool passes, IReadOnlyCollection<string> keys, CancellationToken cancellationToken)
    {
        var storage = keys.Contains(RepositoryFacts.UsedStorageKey) ? await limits.OfRepositoryAsync(record.Id, cancellationToken) : null;
        var size = keys.Contains(RepositoryFacts.MainSizeKey) && commit is { } tip && totals.Of(git(), tip) is { More: false } total
            ? total.Bytes
            : (long?)null;
        var config = passes && keys.Contains(RepositoryFacts.ConfigKey) && commit is { } at ? contents.ConfigOf(git(), at) : null;
        return new(storage?.Bytes, size) { Config = config };
    }
}
