using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>The settings that <c>PUT …/settings</c> may change (contract 6.6); null leaves a setting as it is.</summary>
/// <param name="NotificationsEmail">Empty: none, so that the owner or the organization's admins are told.</param>
internal sealed record GateSettingsChange(GateMode? Gated, bool? Private, bool? OrgMembersGated, NotificationsMode? NotificationsMode, string? NotificationsEmail);

/// <summary>Changes a repository's settings; the catalog tells the caches.</summary>
internal sealed class GateSettings(RepositoryCatalog catalog, CardPolicies cards)
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

    /// <summary>The gate that would hold in place of the asked one: what the card insists on, or what an unreadable card of which nothing is known amounts to.</summary>
    private static GateMode? HoldsInstead(CardPolicy present, GateMode asked)
    {
        if (present.Policy.CardMode is { } card)
            return card > asked ? card : null;
        return asked == GateMode.Open && present.Card is { Readable: false } ? GateMode.Manual : null;
    }
}
