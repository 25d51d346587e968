using Microsoft.Extensions.Options;

namespace GateMiddleware;

/// <summary>Names every wrong setting at once, with what is allowed.</summary>
internal sealed class GateOptionsValidator : IValidateOptions<GateOptions>
{
    public ValidateOptionsResult Validate(string? name, GateOptions options)
    {
        var faults = new List<string>();
        Check(faults, nameof(options.Lease), options.Lease, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10));
        Check(faults, nameof(options.SourceTimeout), options.SourceTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(1));
        Check(faults, nameof(options.AnnounceRetry), options.AnnounceRetry, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(10));
        Check(faults, nameof(options.RedisTimeout), options.RedisTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromSeconds(5));
        Check(faults, nameof(options.RedisProbeInterval), options.RedisProbeInterval, TimeSpan.FromMilliseconds(50), TimeSpan.FromMinutes(1));
        if (options.MemoryCapacity is < 100 or > 10_000_000) faults.Add($"{nameof(options.MemoryCapacity)} is {options.MemoryCapacity}; set it to 100 to 10,000,000.");
        if (string.IsNullOrWhiteSpace(options.RedisKeyPrefix)) faults.Add($"{nameof(options.RedisKeyPrefix)} is empty; set it to a short word and a colon.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }

    private static void Check(List<string> faults, string name, TimeSpan value, TimeSpan least, TimeSpan most)
    {
        if (value < least || value > most) faults.Add($"{name} is {value}; set it to {least} to {most}.");
    }
}
