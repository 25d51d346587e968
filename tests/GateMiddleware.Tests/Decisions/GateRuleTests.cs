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
        var person = who switch { Who.Nobody => GatePerson.Anonymous, Who.Full => Gates.Dana, Who.Limited => Gates.Dana with { MayReadGated = false }, _ => Gates.Dana with { MissingRight = "It lacks a right." } };
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
