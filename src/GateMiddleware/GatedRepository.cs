using GateMiddleware.Policy;

namespace GateMiddleware;

/// <summary>The repository that a request wants bytes from, as the host has resolved it.</summary>
/// <param name="Id">A stable id that a new repository of the same name does not inherit.</param>
/// <param name="Name">What people call it: <c>namespace/name</c>.</param>
/// <param name="Kind">"model", "dataset" or "space".</param>
/// <param name="PageUrl">The absolute URL of its page, where access can be asked for; built from configuration, never from the Host header.</param>
/// <param name="Policy">The gate that holds now.</param>
public sealed record GatedRepository(string Id, string Name, string Kind, string PageUrl, GatePolicy Policy);
