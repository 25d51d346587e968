namespace RepoHost.Gating;

/// <summary>Licences as cards name them (contract 7.1).</summary>
internal static class Licenses
{
    private const int LongestIdentifier = 64;

    /// <summary>The ones that are offered, with their names; any other identifier can be written into the card.</summary>
    public static IReadOnlyList<(string Identifier, string Name)> Common { get; } =
    [
        ("apache-2.0", "Apache License 2.0"),
        ("mit", "MIT"),
        ("openrail", "OpenRAIL"),
        ("bigscience-openrail-m", "BigScience OpenRAIL-M"),
        ("creativeml-openrail-m", "CreativeML OpenRAIL-M"),
        ("cc0-1.0", "Creative Commons Zero 1.0"),
        ("cc-by-4.0", "Creative Commons Attribution 4.0"),
        ("cc-by-sa-4.0", "Creative Commons Attribution Share Alike 4.0"),
        ("cc-by-nc-4.0", "Creative Commons Attribution Non Commercial 4.0"),
        ("cc-by-nc-sa-4.0", "Creative Commons Attribution Non Commercial Share Alike 4.0"),
        ("cc-by-nc-nd-4.0", "Creative Commons Attribution Non Commercial No Derivatives 4.0"),
        ("odc-by", "Open Data Commons Attribution"),
        ("gpl-3.0", "GNU General Public License 3.0"),
        ("lgpl-3.0", "GNU Lesser General Public License 3.0"),
        ("agpl-3.0", "GNU Affero General Public License 3.0"),
        ("bsd-3-clause", "BSD 3-Clause"),
        ("mpl-2.0", "Mozilla Public License 2.0"),
        ("unlicense", "The Unlicense"),
        ("other", "Another one"),
    ];

    /// <summary>It is written into the card as it stands, so it may be nothing but an identifier.</summary>
    public static bool IsIdentifier(string license) =>
        license.Length is > 0 and <= LongestIdentifier && char.IsAsciiLetter(license[0]) && license.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '+');
}
