using GateMiddleware.Decisions;

namespace GateMiddleware;

/// <summary>What the gate found, for the endpoint behind it: <c>HttpContext.Features.Get&lt;IGateFeature&gt;()</c>.</summary>
public interface IGateFeature
{
    /// <summary>The repository.</summary>
    GatedRepository Repository { get; }

    /// <summary>The decision. Behind <c>ObserveGate</c> and on a public exception it may refuse.</summary>
    AccessDecision Decision { get; }
}

internal sealed record GateFeature(GatedRepository Repository, AccessDecision Decision) : IGateFeature;
