namespace RepoHost.Gating.Regions;

/// <summary>What a country file says about an address.</summary>
/// <param name="CountryCode">ISO 3166-1 alpha-2, in upper case; not checked.</param>
/// <param name="Name">In English; null when the file has none.</param>
/// <param name="InEuropeanUnion">The file's own word, which may know more than the code does.</param>
internal sealed record Place(string CountryCode, string? Name, bool InEuropeanUnion)
{
    /// <summary>
    /// Reads the record of an address as the known makers of country files write it: <c>country: {iso_code, names, is_in_european_union}</c>,
    /// or <c>country_code</c> beside <c>country</c> as plain texts, or <c>country</c> as the code itself. Where a network is registered says nothing about where it is used.
    /// </summary>
    /// <returns>Null when it names no country.</returns>
    public static Place? ReadOrNull(IReadOnlyDictionary<string, object> record)
    {
        var country = record.GetValueOrDefault("country");
        if (country is IReadOnlyDictionary<string, object> map)
            return Text(map, "iso_code") is { } code
                ? new(code.ToUpperInvariant(), map.GetValueOrDefault("names") is IReadOnlyDictionary<string, object> names ? Text(names, "en") : null, map.GetValueOrDefault("is_in_european_union") is true)
                : null;
        if (Text(record, "country_code") is { } plain)
            return new(plain.ToUpperInvariant(), country as string, false);
        return country is string { Length: 2 } only ? new(only.ToUpperInvariant(), null, false) : null;
    }

    private static string? Text(IReadOnlyDictionary<string, object> map, string key) => map.GetValueOrDefault(key) is string { Length: > 0 } text ? text : null;
}
