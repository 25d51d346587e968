using System.Collections.Frozen;

namespace GateMiddleware.Policy;

/// <summary>
/// Which ISO 3166-1 alpha-2 codes lie in the European Union: the 27 member states, and those of their territories that belong to it and have a code of their own.
/// Not the rest of the European Economic Area (Iceland, Liechtenstein, Norway), not Switzerland, not the United Kingdom: the card's key says EU.
/// </summary>
public static class EuropeanUnion
{
    private static readonly FrozenSet<string> Codes = FrozenSet.ToFrozenSet(
    [
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GR", "HR", "HU", "IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK",
        // Outermost regions (article 349 of the treaty) and Åland.
        "GF", "GP", "MF", "MQ", "RE", "YT", "AX",
        // Reserved by ISO for the union as a whole; country files have it for addresses that they can place no better.
        "EU",
    ], StringComparer.Ordinal);

    /// <summary>Whether a country or territory belongs to the European Union.</summary>
    /// <param name="countryCode">Its alpha-2 code in upper case.</param>
    /// <returns>True when it does.</returns>
    public static bool Includes(string countryCode) => Codes.Contains(countryCode);
}
