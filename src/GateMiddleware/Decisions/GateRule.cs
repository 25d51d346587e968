using GateMiddleware.Policy;

namespace GateMiddleware.Decisions;

/// <summary>The rule of the gate: who may download. Pure; everything it needs is given to it.</summary>
public static class GateRule
{
    // Shared, because a warm request must not allocate.
    private static readonly AccessDecision Allowed = new(AccessVerdict.Allowed);
    private static readonly AccessDecision AuthenticationRequired = new(AccessVerdict.AuthenticationRequired);
    private static readonly AccessDecision TokenLacksGatedRead = new(AccessVerdict.TokenLacksGatedRead);
    private static readonly AccessDecision RegionRefused = new(AccessVerdict.RegionRefused);
    private static readonly AccessDecision RegionUnknown = new(AccessVerdict.RegionUnknown);
    private static readonly AccessDecision NeverAsked = new(AccessVerdict.NeverAsked);
    private static readonly AccessDecision Pending = new(AccessVerdict.Pending);
    private static readonly AccessDecision Rejected = new(AccessVerdict.Rejected);
    private static readonly AccessDecision Reset = new(AccessVerdict.Reset);

    /// <summary>Decides.</summary>
    /// <param name="policy">The gate that holds for the repository.</param>
    /// <param name="person">Who asks.</param>
    /// <param name="standing">What the host knows of the person at this repository; needed only when <see cref="NeedsStanding"/>, and null then means "can't tell".</param>
    /// <param name="region">Where the request comes from; needed only when <see cref="NeedsRegion"/>.</param>
    /// <returns>The decision; <see cref="AccessVerdict.Unavailable"/> for whatever the rule does not know.</returns>
    /// <remarks>
    /// In this order: a token that may not read here, gated or not; open; nobody; a token that may not read here because of the gate; owners, administrators and
    /// creators; the region; members, unless the gate holds for them too; then the state of the request. What a token may do comes before what its person is: it was
    /// made to do less. Owners come before the region, since they restrict others and not themselves, and nobody too, since an owner on a journey must be asked to log in.
    /// </remarks>
    public static AccessDecision Decide(GatePolicy policy, GatePerson person, AccessStanding? standing, VisitorRegion region = VisitorRegion.Unknown)
    {
        if (person.MissingRight is { } sentence) return new AccessDecision(AccessVerdict.TokenLacksRight, sentence);
        if (policy.Mode == GateMode.Open) return Allowed;
        if (string.IsNullOrEmpty(person.Id)) return AuthenticationRequired;
        if (!person.MayReadGated) return TokenLacksGatedRead;
        if (standing is null) return AccessDecision.Unavailable;
        if (standing.Relation == AccessRelation.Steward) return Allowed;
        if (policy.EuDisallowed && region != VisitorRegion.Elsewhere) return region == VisitorRegion.EuropeanUnion ? RegionRefused : RegionUnknown;
        if (standing.Relation == AccessRelation.Member && !policy.MembersGated) return Allowed;

        return standing.State switch
        {
            AccessState.Accepted => Allowed,
            AccessState.Pending => Pending,
            AccessState.Rejected => string.IsNullOrEmpty(standing.Reason) ? Rejected : new AccessDecision(AccessVerdict.Rejected, standing.Reason),
            AccessState.Reset => Reset,
            AccessState.None => NeverAsked,
            _ => AccessDecision.Unavailable,
        };
    }

    /// <summary>Whether the decision depends on the person's standing at all; open repositories, nobody, and tokens that may not read need no look-up.</summary>
    /// <param name="policy">The gate that holds for the repository.</param>
    /// <param name="person">Who asks.</param>
    /// <returns>True when <see cref="Decide"/> needs a standing.</returns>
    public static bool NeedsStanding(GatePolicy policy, GatePerson person) =>
        policy.Mode != GateMode.Open && !string.IsNullOrEmpty(person.Id) && person is { MayReadGated: true, MissingRight: null };

    /// <summary>Whether the decision depends on where the request comes from; most policies don't ask.</summary>
    /// <param name="policy">The gate that holds for the repository.</param>
    /// <returns>True when <see cref="Decide"/> needs a region.</returns>
    public static bool NeedsRegion(GatePolicy policy) => policy.EuDisallowed && policy.Mode != GateMode.Open;
}
