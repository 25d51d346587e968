using GateMiddleware.Decisions;
using Microsoft.AspNetCore.Http;

namespace GateMiddleware;

/// <summary>
/// Says where a request comes from. Implemented by the host, registered with <see cref="GateBuilder.UseRegions{T}"/>. Without one every place is unknown, and repositories that
/// refuse visitors from the European Union refuse everybody but their stewards.
/// </summary>
public interface IVisitorRegionSource
{
    /// <summary>Finds where a request comes from. Asked only for repositories whose policy restricts regions.</summary>
    /// <param name="context">The request; its remote address is the visitor's only if the host trusts whoever forwarded it.</param>
    /// <returns>The region; <see cref="VisitorRegion.Unknown"/> whenever there is doubt.</returns>
    VisitorRegion Find(HttpContext context);
}

internal sealed class NoRegions : IVisitorRegionSource
{
    public VisitorRegion Find(HttpContext context) => VisitorRegion.Unknown;
}
