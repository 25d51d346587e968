using Microsoft.Extensions.Options;

namespace RepoHost.Hosting;

/// <summary>Stops the start on settings that can't work, naming every fault at once and what to change.</summary>
internal sealed class RepoHostOptionsValidator : IValidateOptions<RepoHostOptions>
{
    public ValidateOptionsResult Validate(string? name, RepoHostOptions options)
    {
        var faults = new List<string>();

        if (string.IsNullOrWhiteSpace(options.DataDirectory))
            faults.Add("RepoHost:DataDirectory is empty; name a folder that the server may write to, or remove the setting to use 'data'.");
        else if (options.DataDirectory.Contains('\0', StringComparison.Ordinal) || File.Exists(options.DataDirectory))
            faults.Add($"RepoHost:DataDirectory '{options.DataDirectory}' is a file; name a folder.");

        if (options.PublicUrl is { } url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps))
                faults.Add($"RepoHost:PublicUrl '{url}' is not an http or https address; write it as clients do, e.g. https://hub.example.org.");
            else if (parsed.Query.Length > 0 || parsed.Fragment.Length > 0 || parsed.UserInfo.Length > 0)
                faults.Add($"RepoHost:PublicUrl '{parsed.Scheme}://{parsed.Authority}…' carries a query, fragment or user name; only scheme, host, port and path belong there.");
        }

        if (!string.Equals(options.Database, "sqlite", StringComparison.OrdinalIgnoreCase))
            faults.Add($"RepoHost:Database '{options.Database}' is unknown; the valid name is 'sqlite'.");

        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
