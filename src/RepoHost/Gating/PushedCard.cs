using GateMiddleware.Decisions;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating.Regions;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>
/// What a change of the default branch may do to the gate (design 1, threat rows 13 and 23): a card that can't be read is not taken, and only who may change the
/// settings may lower the gate.
/// </summary>
internal sealed class PushedCard(CardPolicies policies, CardReader cards, VisitorPlaces places)
{
    /// <param name="git">Sees the new commits too.</param>
    /// <param name="mayLower">The caller may change the repository's settings.</param>
    public async Task<(WriteFault? Fault, IReadOnlyList<string> Warnings)> CheckAsync(
        RepositoryRecord record, GitRepository git, WriteOrder order, bool mayLower, CancellationToken cancellationToken)
    {
        var present = await policies.FindAsync(record, cancellationToken);
        if (order.Updates.FirstOrDefault(update => update.FullName == present.Branch) is not { New: { } tip } update)
            return (null, []);

        var file = cards.Find(git, tip);
        if (file is not null && !CardReader.IsRegular(file))
            return (new(update.FullName, "README.md is the model card and holds the gate: it must be a plain file, not a link, a folder or an LFS object."), []);

        var card = file is null ? null : await CardReader.ReadAsync(git, file, cancellationToken);
        if (card is { Readable: false })
            return (new(update.FullName, CardProblemText.Of(card)), []);

        var next = GatePolicy.Combine(card, record.GateSetting, null, record.OrgMembersGated, record.Type.Singular());
        return Lowers(present.Policy, next) && !mayLower
            ? (new(update.FullName, Lowered(present.Policy, next), LackOfRights: true), [])
            : (null, [.. card?.Problems.Select(problem => CardProblemText.Of(problem)) ?? [], .. RegionWarnings(next)]);
    }

    private IEnumerable<string> RegionWarnings(GatePolicy next)
    {
        if (next is { EuDisallowed: true, Mode: GateMode.Open })
            yield return "README.md: extra_gated_eu_disallowed has no effect while the repository is not gated. Write `gated: auto` or `gated: manual` beside it.";
        else if (GateRule.NeedsRegion(next) && places.AllUnknown)
            yield return "README.md: extra_gated_eu_disallowed refuses everybody but the owner and administrators here, because this server can't tell where visitors are. Its operator can set Geo:CountryFile.";
    }

    /// <summary>Also when the gate stays and only its restriction to people outside the EU would go.</summary>
    private static bool Lowers(GatePolicy present, GatePolicy next) =>
        next.Mode < present.Mode || (present.Mode != GateMode.Open && present.EuDisallowed && !next.EuDisallowed);

    private static string Lowered(GatePolicy present, GatePolicy next) => next.Mode < present.Mode
        ? $"This would lower the repository's gate from {Word(present.Mode)} to {Word(next.Mode)}, which only those may do who may change its settings (the owner, organization admins). Put `gated: {Word(present.Mode)}` back into README.md."
        : "This would take `extra_gated_eu_disallowed: true` out of README.md, which only those may do who may change the repository's settings (the owner, organization admins). Put it back.";

    private static string Word(GateMode mode) => mode switch { GateMode.Manual => "manual", GateMode.Auto => "auto", _ => "open" };
}
