using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace RepoHost.Hosting;

/// <summary>The proxies whose word counts about where a request came from (threat row 46). Everybody else's is a claim that anybody can make.</summary>
internal sealed class TrustedProxies(IOptions<ProxyOptions> options)
{
    private readonly IPNetwork[] _networks = [.. Items(options.Value.Trusted).Select(ParseOrNull).OfType<IPNetwork>()];

    public bool Any => _networks.Length > 0;

    /// <summary>An IPv4 address is the same in its IPv6 spelling, which is how a server that listens on both sees it.</summary>
    public bool Contains(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return Array.Exists(_networks, network => network.Contains(plain));
    }

    /// <summary>From the right, as far as proxies of ours wrote the header: the first address that is none of theirs is the visitor's.</summary>
    public ForwardedHeadersOptions Describe()
    {
        var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        // The framework trusts this machine unless told otherwise.
        forwarded.KnownProxies.Clear();
        forwarded.KnownIPNetworks.Clear();
        foreach (var network in _networks)
            forwarded.KnownIPNetworks.Add(network);
        return forwarded;
    }

    public static string[] Items(string list) => list.Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    public static IPNetwork? ParseOrNull(string item)
    {
        if (item.Contains('/', StringComparison.Ordinal))
            return IPNetwork.TryParse(item, out var network) ? Plain(network) : null;
        if (!IPAddress.TryParse(item, out var address))
            return null;
        address = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return new(address, address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork ? 32 : 128);
    }

    private static IPNetwork Plain(IPNetwork network) =>
        network.BaseAddress.IsIPv4MappedToIPv6 && network.PrefixLength >= 96 ? new(network.BaseAddress.MapToIPv4(), network.PrefixLength - 96) : network;
}
