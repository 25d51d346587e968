namespace RepoHost.Hosting;

/// <summary>Section <c>Proxy</c>: who may say where a request came from.</summary>
internal sealed class ProxyOptions
{
    public const string Section = "Proxy";

    /// <summary>Addresses and networks (CIDR), separated by commas or blanks. Default none: every request counts as coming from whoever has opened the connection.</summary>
    public string Trusted { get; set; } = "";
}
