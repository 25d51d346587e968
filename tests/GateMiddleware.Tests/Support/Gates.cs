using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.Extensions.Options;

namespace GateMiddleware.Tests.Support;

/// <summary>Policies, repositories and people that many tests speak of.</summary>
internal static class Gates
{
    public static readonly GatePerson Dana = new("dana-id");

    public static GatePolicy Policy(GateMode mode, bool membersGated = false) => GatePolicy.Combine(null, mode, null, membersGated);

    public static GatedRepository Repository(GateMode mode = GateMode.Manual, string id = "repo-1", bool membersGated = false) =>
        new(id, "acme/gated", "model", "https://hub.example/acme/gated", Policy(mode, membersGated));

    public static AccessStanding Standing(AccessState state, long version, AccessRelation relation = AccessRelation.None, string? reason = null) =>
        new(relation, state, reason, version);

    public static IOptions<GateOptions> Options(Action<GateOptions>? configure = null)
    {
        var options = new GateOptions();
        configure?.Invoke(options);
        return Microsoft.Extensions.Options.Options.Create(options);
    }
}
