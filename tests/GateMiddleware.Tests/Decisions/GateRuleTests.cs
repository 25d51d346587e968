using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Tests.Support;
using Xunit;

namespace GateMiddleware.Tests.Decisions;

/// <summary>The whole truth table: mode x member gating x person x relation x state, each arm computed a second way from the product's rules.</summary>
public sealed class GateRuleTests
{
    public enum Who
    {
        Nobody,
        Full,
        Limited,
        Shut,
    }

    public static TheoryData<GateMode, bool, Who, AccessRelation, AccessState> Arms
    {
        get
        {
            var arms = new TheoryData<GateMode, bool, Who, AccessRelation, AccessState>();
            foreach (var mode in Enum.GetValues<GateMode>())
                foreach (var membersGated in new[] { false, true })
                    foreach (var who in Enum.GetValues<Who>())
                        foreach (var relation in Enum.GetValues<AccessRelation>())
                            foreach (var state in Enum.GetValues<AccessState>())
                                arms.Add(mode, membersGated, who, relation, state);
            return arms;
        }
    }

    [Theory]
    [MemberData(nameof(Arms))]
    public void Every_arm_has_its_answer(GateMode mode, bool membersGated, Who who, AccessRelation relation, AccessState state)
    {
        var person = Person(who);
        var decision = GateRule.Decide(Gates.Policy(mode, membersGated), person, Gates.Standing(state, 1, relation, "the reason"));

        var passesByRelation = relation == AccessRelation.Steward || (relation == AccessRelation.Member && !membersGated);
        var expected = (mode, who, passesByRelation, state) switch
        {
            (_, Who.Shut, _, _) => AccessVerdict.TokenLacksRight,
            (GateMode.Open, _, _, _) => AccessVerdict.Allowed,
            (_, Who.Nobody, _, _) => AccessVerdict.AuthenticationRequired,
            (_, Who.Limited, _, _) => AccessVerdict.TokenLacksGatedRead,
            (_, _, true, _) => AccessVerdict.Allowed,
            (_, Who.Full, false, AccessState.Accepted) => AccessVerdict.Allowed,
            (_, Who.Full, false, AccessState.Pending) => AccessVerdict.Pending,
            (_, Who.Full, false, AccessState.Rejected) => AccessVerdict.Rejected,
            (_, Who.Full, false, AccessState.Reset) => AccessVerdict.Reset,
            (_, Who.Full, false, _) => AccessVerdict.NeverAsked,
            _ => AccessVerdict.Unavailable,
        };
        Assert.Equal(expected, decision.Verdict);
        Assert.Equal(expected == AccessVerdict.Allowed, decision.IsAllowed);
        Assert.Equal(expected switch { AccessVerdict.Rejected => "the reason", AccessVerdict.TokenLacksRight => "It lacks a right.", _ => null }, decision.Reason);
        Assert.Equal(mode != GateMode.Open && who == Who.Full, GateRule.NeedsStanding(Gates.Policy(mode, membersGated), person));
    }

    private static GatePerson Person(Who who) => who switch
    {
        Who.Nobody => GatePerson.Anonymous,
        Who.Full => Gates.Dana,
        Who.Limited => Gates.Dana with { MayReadGated = false },
        _ => Gates.Dana with { MissingRight = "It lacks a right." },
    };

    public static TheoryData<GateMode, Who, AccessRelation, AccessState, VisitorRegion> RegionArms
    {
        get
        {
            var arms = new TheoryData<GateMode, Who, AccessRelation, AccessState, VisitorRegion>();
            foreach (var mode in Enum.GetValues<GateMode>())
                foreach (var who in Enum.GetValues<Who>())
                    foreach (var relation in Enum.GetValues<AccessRelation>())
                        foreach (var state in Enum.GetValues<AccessState>())
                            foreach (var region in Enum.GetValues<VisitorRegion>().Append((VisitorRegion)42))
                                arms.Add(mode, who, relation, state, region);
            return arms;
        }
    }

    /// <summary>From elsewhere everything is as without the restriction; from inside, and from nowhere known, only nobody, stewards and tokens that may not read are answered as ever.</summary>
    [Theory]
    [MemberData(nameof(RegionArms))]
    public void A_restriction_of_regions_holds_for_all_but_stewards(GateMode mode, Who who, AccessRelation relation, AccessState state, VisitorRegion region)
    {
        var person = Person(who);
        var open = Gates.Policy(mode);
        var standing = Gates.Standing(state, 1, relation, "the reason");
        var expected = (mode, who, relation, region) switch
        {
            (GateMode.Open, _, _, _) or (_, not Who.Full, _, _) or (_, _, AccessRelation.Steward, _) or (_, _, _, VisitorRegion.Elsewhere) => GateRule.Decide(open, person, standing).Verdict,
            (_, _, _, VisitorRegion.EuropeanUnion) => AccessVerdict.RegionRefused,
            _ => AccessVerdict.RegionUnknown,
        };
        Assert.Equal(expected, GateRule.Decide(open with { EuDisallowed = true }, person, standing, region).Verdict);
        Assert.Equal(GateRule.Decide(open, person, standing), GateRule.Decide(open, person, standing, region));
        Assert.Equal(mode != GateMode.Open, GateRule.NeedsRegion(open with { EuDisallowed = true }));
        Assert.False(GateRule.NeedsRegion(open));
    }

    [Fact]
    public void A_region_that_is_not_named_is_unknown() =>
        Assert.Equal(AccessVerdict.RegionUnknown, GateRule.Decide(Gates.Policy(GateMode.Auto) with { EuDisallowed = true }, Gates.Dana, Gates.Standing(AccessState.Accepted, 1)).Verdict);

    [Theory]
    [InlineData(GateMode.Auto)]
    [InlineData(GateMode.Manual)]
    [InlineData((GateMode)9)]
    public void Without_a_standing_nobody_passes_a_gate(GateMode mode)
    {
        Assert.Equal(AccessVerdict.Unavailable, GateRule.Decide(Gates.Policy(mode), Gates.Dana, null).Verdict);
        Assert.Equal(AccessVerdict.AuthenticationRequired, GateRule.Decide(Gates.Policy(mode), new GatePerson(""), null).Verdict);
    }

    [Fact]
    public void A_state_or_relation_unknown_to_the_rule_allows_nothing()
    {
        Assert.Equal(AccessVerdict.Unavailable, GateRule.Decide(Gates.Policy(GateMode.Auto), Gates.Dana, Gates.Standing((AccessState)42, 1)).Verdict);
        Assert.Equal(AccessVerdict.NeverAsked, GateRule.Decide(Gates.Policy(GateMode.Auto), Gates.Dana, Gates.Standing(AccessState.None, 1, (AccessRelation)42)).Verdict);
        Assert.False(default(AccessVerdict) == AccessVerdict.Allowed);
    }
}
