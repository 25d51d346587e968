using System.Globalization;

namespace RepoHost.Hosting;

/// <summary>Sizes as people type them: <c>1500000</c>, <c>10GB</c>, <c>1.5 TB</c>, <c>512MiB</c>. The other way round is <see cref="ByteCount"/>.</summary>
internal static class ByteSize
{
    private static readonly Dictionary<string, long> Units = new(StringComparer.OrdinalIgnoreCase)
    {
        [""] = 1,
        ["B"] = 1,
        ["bytes"] = 1,
        ["k"] = 1_000,
        ["kB"] = 1_000,
        ["M"] = 1_000_000,
        ["MB"] = 1_000_000,
        ["G"] = 1_000_000_000,
        ["GB"] = 1_000_000_000,
        ["T"] = 1_000_000_000_000,
        ["TB"] = 1_000_000_000_000,
        ["KiB"] = 1L << 10,
        ["MiB"] = 1L << 20,
        ["GiB"] = 1L << 30,
        ["TiB"] = 1L << 40,
    };

    /// <summary>False for what is no size, is negative or has more than a quintillion bytes. Fractions of a byte are dropped.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        var trimmed = text.Trim();
        var number = string.Concat(trimmed.TakeWhile(c => char.IsAsciiDigit(c) || c == '.'));
        if (!Units.TryGetValue(trimmed[number.Length..].Trim(), out var factor)
            || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return false;
        if (amount > 1_000_000_000_000_000_000m / factor)
            return false;
        bytes = (long)(amount * factor);
        return true;
    }
}
