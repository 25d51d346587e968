using System.Net;
using GateMiddleware;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.Extensions.Options;
using RepoHost.Hosting;

namespace RepoHost.Gating.Regions;

/// <summary>Where visitors are, by their address and the operator's country file. Whatever is in doubt is unknown.</summary>
internal sealed class VisitorPlaces(CountryFile countries, TrustedProxies proxies, IOptions<GeoOptions> options) : IVisitorRegionSource
{
    /// <summary>What an <c>ip_location</c> field holds when the place can't be told.</summary>
    public const string Unknown = "unknown";

    /// <summary>Kosovo has no code in ISO 3166-1; this one, which is free for such uses, is what country files write.</summary>
    private const string Kosovo = "XK";

    /// <summary>Nobody's place can be told, and whose place can't be told is refused.</summary>
    public bool AllUnknown => !countries.IsThere && !AllowsUnknown;

    /// <summary>Not while the file that should tell is missing or broken: then it is nobody's wish that everybody is let in.</summary>
    private bool AllowsUnknown => options.Value.AllowUnknown && (!countries.IsConfigured || countries.IsThere);

    public VisitorRegion Find(HttpContext context) => RegionOf(FindPlace(context)) switch
    {
        VisitorRegion.Unknown when AllowsUnknown => VisitorRegion.Elsewhere,
        var region => region,
    };

    /// <summary>The answer to an <c>ip_location</c> field: <c>Germany (DE)</c>, or <see cref="Unknown"/>.</summary>
    public string Describe(HttpContext context)
    {
        if (FindPlace(context) is not { } place || RegionOf(place) == VisitorRegion.Unknown)
            return Unknown;
        return (Country.Find(place.CountryCode)?.Name ?? place.Name) is { Length: > 0 } name ? $"{name} ({place.CountryCode})" : place.CountryCode;
    }

    private Place? FindPlace(HttpContext context)
    {
        // A proxy of ours that does not say for whom it asks: where the proxy stands is not where the visitor is.
        if (context.Connection.RemoteIpAddress is not { } address || proxies.Contains(address))
            return null;
        return countries.Find(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
    }

    private static VisitorRegion RegionOf(Place? place) => place is null ? VisitorRegion.Unknown
        : place.InEuropeanUnion || EuropeanUnion.Includes(place.CountryCode) ? VisitorRegion.EuropeanUnion
        : Country.Find(place.CountryCode) is not null || place.CountryCode == Kosovo ? VisitorRegion.Elsewhere
        : VisitorRegion.Unknown;
}
