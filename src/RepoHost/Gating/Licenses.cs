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

    /// <summary>
    /// Every identifier that a card of the Hub may name. A licence that is none of them is "other", with a name of its own in <c>license_name</c>.
    /// </summary>
    public static IReadOnlyList<string> Known { get; } =
    [
        "apache-2.0", "mit", "openrail", "bigscience-openrail-m", "creativeml-openrail-m", "bigscience-bloom-rail-1.0", "bigcode-openrail-m", "afl-3.0",
        "artistic-2.0", "bsl-1.0", "bsd", "bsd-2-clause", "bsd-3-clause", "bsd-3-clause-clear", "c-uda", "cc", "cc0-1.0", "cc-by-2.0", "cc-by-2.5",
        "cc-by-3.0", "cc-by-4.0", "cc-by-sa-3.0", "cc-by-sa-4.0", "cc-by-nc-2.0", "cc-by-nc-3.0", "cc-by-nc-4.0", "cc-by-nd-4.0", "cc-by-nc-nd-3.0",
        "cc-by-nc-nd-4.0", "cc-by-nc-sa-2.0", "cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0", "cdla-sharing-1.0", "cdla-permissive-1.0", "cdla-permissive-2.0",
        "wtfpl", "ecl-2.0", "epl-1.0", "epl-2.0", "etalab-2.0", "eupl-1.1", "eupl-1.2", "agpl-3.0", "gfdl", "gpl", "gpl-2.0", "gpl-3.0", "lgpl",
        "lgpl-2.1", "lgpl-3.0", "isc", "h-research", "intel-research", "lppl-1.3c", "ms-pl", "apple-ascl", "apple-amlr", "mpl-2.0", "odc-by", "odbl",
        "openmdw-1.0", "openmdw-1.1", "openrail++", "osl-3.0", "postgresql", "ofl-1.1", "ncsa", "unlicense", "zlib", "pddl", "lgpl-lr",
        "deepfloyd-if-license", "fair-noncommercial-research-license", "llama2", "llama3", "llama3.1", "llama3.2", "llama3.3", "llama4", "grok2-community",
        "gemma", "unknown", "other",
    ];

    /// <summary>It is written into the card as it stands, so it may be nothing but an identifier.</summary>
    public static bool IsIdentifier(string license) =>
        license.Length is > 0 and <= LongestIdentifier && char.IsAsciiLetter(license[0]) && license.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '+');
}
