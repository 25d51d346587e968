using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>The settings that <c>PUT …/settings</c> may change (contract 6.6); null leaves a setting as it is.</summary>
/// <param name="NotificationsEmail">Empty: none, so that the owner or the organization's admins are told.</param>
internal sealed record GateSettingsChange(GateMode? Gated, bool? Private, bool? OrgMembersGated, NotificationsMode? NotificationsMode, string? NotificationsEmail);

/// <summary>Changes a repository's settings; the catalog tells the caches.</summary>
internal sealed class GateSettings(RepositoryCatalog catalog, CardPolicies cards, WriterGate gate, RepositoryFiles files)
{
    /// <summary>
    /// Null when done. Otherwise the card's gate, which the asked setting would seem to lower but can't: an answer never pretends (design 1).
    /// </summary>
    public async Task<GateMode?> ChangeAsync(IRepositoryFeature repository, GateSettingsChange change, CancellationToken cancellationToken)
    {
        // A push that takes the gate out of the card relies on the setting that it has seen, and this on the card: neither while the other is at it.
        using var held = await RepositoryLock.AcquireAsync(repository.Git.Folder, cancellationToken);
        if (change.Gated is { } asked && await catalog.FindByIdAsync(repository.Record.Id, cancellationToken) is { } record
            && HoldsInstead(await cards.FindAsync(record, cancellationToken), asked) is { } holds)
            return holds;

        await catalog.UpdateAsync(
            repository.Record.Id,
            row =>
            {
                row.GateSetting = change.Gated ?? row.GateSetting;
                row.Private = change.Private ?? row.Private;
                row.OrgMembersGated = change.OrgMembersGated ?? row.OrgMembersGated;
                row.GatedNotificationsMode = change.NotificationsMode ?? row.GatedNotificationsMode;
                row.GatedNotificationsEmail = change.NotificationsEmail switch { null => row.GatedNotificationsEmail, "" => null, var mail => mail };
            },
            cancellationToken);
        return null;
    }

    /// <summary>
    /// Opens these files to everybody and closes those that were open before. To open one, the caller must pass the gate themselves: a credential that may change settings and read
    /// nothing gets at no content this way.
    /// </summary>
    /// <returns>Null when done, else why the caller can't.</returns>
    public async Task<Refusal?> ChangeOpenFilesAsync(IRepositoryFeature repository, Caller caller, OpenFiles files, CancellationToken cancellationToken)
    {
        // From here on every write of the default branch is looked at with the new list, and none is under way with the old one.
        using var held = await RepositoryLock.AcquireAsync(repository.Git.Folder, cancellationToken);
        if (await catalog.FindByIdAsync(repository.Record.Id, cancellationToken) is not { } record)
            return HubErrors.RepositoryNotFound;
        if (files.Paths.Except(OpenFiles.Of(record).Paths).Any() && await gate.AskAsync(record, caller, VisitorRegion.Unknown, cancellationToken) is { } refusal)
            return refusal;
        await catalog.UpdateAsync(record.Id, row => row.OpenFiles = files.Text, cancellationToken);
        return null;
    }

    /// <summary>The open files, and what is at these paths now; null for nothing.</summary>
    public IReadOnlyList<(TreePath Path, RepositoryFile? File)> OpenFilesNow(IRepositoryFeature repository) =>
        [.. OpenFiles.Of(repository.Record).Paths.Select(path => (path, repository.Card.Tip is { } tip ? files.Find(repository.Git, tip, path) : null))];

    /// <summary>The gate that would hold in place of the asked one: what the card insists on, or what an unreadable card of which nothing is known amounts to.</summary>
    private static GateMode? HoldsInstead(CardPolicy present, GateMode asked)
    {
        if (present.Policy.CardMode is { } card)
            return card > asked ? card : null;
        return asked == GateMode.Open && present.Card is { Readable: false } ? GateMode.Manual : null;
    }
}
