using Microsoft.Extensions.Options;

namespace RepoHost.Accounts;

/// <summary>Stops the start on settings that can't work, naming every fault at once and what to change.</summary>
internal sealed class OidcOptionsValidator : IValidateOptions<OidcOptions>
{
    public ValidateOptionsResult Validate(string? name, OidcOptions options)
    {
        if (!options.IsConfigured)
        {
            return options.ClientId is null && options.ClientSecret is null
                ? ValidateOptionsResult.Success
                : ValidateOptionsResult.Fail("Oidc:ClientId is set without Oidc:Authority; name the issuer's address too, or remove both.");
        }

        var faults = new List<string>();
        if (!Uri.TryCreate(options.Authority, UriKind.Absolute, out var authority) || (authority.Scheme != Uri.UriSchemeHttps && authority.Scheme != Uri.UriSchemeHttp))
            faults.Add($"Oidc:Authority '{options.Authority}' is not an https address; write it as the issuer names itself, e.g. https://login.example.org/realms/main.");
        else if (authority.Scheme == Uri.UriSchemeHttp && !authority.IsLoopback)
            faults.Add($"Oidc:Authority '{options.Authority}' is not encrypted, so anybody on the way could log in as anyone; it must begin with https.");
        if (string.IsNullOrWhiteSpace(options.ClientId))
            faults.Add("Oidc:ClientId is missing; it is what the issuer calls this server.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
