using System.Globalization;

namespace RepoHost.Data;

/// <summary>
/// Patterns for LIKE, with a backslash as the escape, for texts that contain what somebody has typed. SQLite knows the two cases of ASCII letters only, in LIKE and
/// in lower(): of others the usual ways to write a name are looked for.
/// </summary>
internal sealed record NamePatterns(string Typed, string Lower, string Upper, string Title)
{
    public const string Escape = @"\";

    public static NamePatterns Containing(string text)
    {
        var lower = text.ToLowerInvariant();
        return new(Pattern(text), Pattern(lower), Pattern(text.ToUpperInvariant()), Pattern(CultureInfo.InvariantCulture.TextInfo.ToTitleCase(lower)));
    }

    private static string Pattern(string text) =>
        "%" + text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
}
