using Microsoft.Extensions.Options;

namespace RepoHost.Gating;

internal sealed class GatingOptionsValidator : IValidateOptions<GatingOptions>
{
    public ValidateOptionsResult Validate(string? name, GatingOptions options) =>
        options.LeaseSeconds is >= 1 and <= 300
            ? ValidateOptionsResult.Success
            : ValidateOptionsResult.Fail($"Gating:LeaseSeconds is {options.LeaseSeconds}; choose 1 to 300: it is how long a revocation may have to wait when the cache can't be told.");
}
