using System.Net;
using System.Net.Sockets;

namespace RepoHost.Accounts;

/// <summary>Who counts as one client where nobody is known: an IPv4 address, or an IPv6 network of 64 bits, since whoever has one such address has 2^64 of them.</summary>
internal static class ClientNetwork
{
    public static IPAddress Of(IPAddress? client)
    {
        if (client is null)
            return IPAddress.None;
        if (client.IsIPv4MappedToIPv6)
            return client.MapToIPv4();
        if (client.AddressFamily != AddressFamily.InterNetworkV6)
            return client;
        var bytes = client.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }
}
