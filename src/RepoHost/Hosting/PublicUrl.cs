using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;

namespace RepoHost.Hosting;

/// <summary>The server's address as clients see it: the one source of every absolute URL (contract 1.8, traps T7 and T8).</summary>
internal sealed class PublicUrl(IOptions<RepoHostOptions> options, IServer server)
{
    private readonly string? _configured = options.Value.PublicUrl?.TrimEnd('/');
    private string? _listening;

    /// <summary>Scheme, host, port and path base, without a slash at the end.</summary>
    public string Base => _configured ?? (_listening ??= ListeningAddress()) ?? "http://localhost:5080";

    /// <summary>The path that clients know us under; empty without one.</summary>
    public PathString PathBase { get; } = PathBaseOf(options.Value.PublicUrl);

    /// <summary>Whether clients use TLS by the configured address; without one, each request tells for itself.</summary>
    public static bool IsHttps(string? publicUrl) => publicUrl?.StartsWith("https:", StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>The path part of the configured address: what a proxy puts before our routes; empty without one.</summary>
    public static PathString PathBaseOf(string? publicUrl) =>
        publicUrl is not null && Uri.TryCreate(publicUrl.TrimEnd('/'), UriKind.Absolute, out var uri) && uri.AbsolutePath.Length > 1
            ? new PathString(uri.AbsolutePath)
            : PathString.Empty;

    /// <param name="path">Escaped path with a leading slash.</param>
    public string Of(string path) => Base + path;

    private string? ListeningAddress()
    {
        var address = server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault();
        if (address is null)
            return null;

        // "http://+:80", "http://*:80" and "http://0.0.0.0:80" are listening addresses that no client can type.
        var binding = BindingAddress.Parse(address);
        var anyHost = binding.Host is "+" or "*" || (IPAddress.TryParse(binding.Host.Trim('[', ']'), out var ip) && (ip.Equals(IPAddress.Any) || ip.Equals(IPAddress.IPv6Any)));
        return $"{binding.Scheme}://{(anyHost ? "localhost" : binding.Host)}:{binding.Port}{binding.PathBase.TrimEnd('/')}";
    }
}
