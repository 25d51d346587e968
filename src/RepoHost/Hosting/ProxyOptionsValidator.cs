using Microsoft.Extensions.Options;

namespace RepoHost.Hosting;

internal sealed class ProxyOptionsValidator(IConfiguration configuration) : IValidateOptions<ProxyOptions>
{
    public ValidateOptionsResult Validate(string? name, ProxyOptions options)
    {
        var faults = TrustedProxies.Items(options.Trusted)
            .Where(item => TrustedProxies.ParseOrNull(item) is null)
            .Select(item => $"Proxy:Trusted '{item}' is neither an address nor a network; write 10.0.0.7, 10.0.0.0/8 or fd00::/8.")
            .ToList();
        // The framework's own switch: it believes whoever sends the header (threat row 46).
        if (string.Equals(configuration["ForwardedHeaders_Enabled"], "true", StringComparison.OrdinalIgnoreCase))
            faults.Add("ASPNETCORE_FORWARDEDHEADERS_ENABLED lets everybody choose the address that they come from; remove it, and name your proxies in Proxy:Trusted.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
