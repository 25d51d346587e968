using RepoHost.Data;

namespace RepoHost.Notifications;

/// <summary>IANA time zones as this machine knows them.</summary>
internal static class TimeZones
{
    private static readonly Lazy<IReadOnlyList<string>> AllNames = new(() =>
        [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => zone.Id).Where(IsPlace).Order(StringComparer.Ordinal)]);

    /// <summary>Null for a name that this machine does not know.</summary>
    public static TimeZoneInfo? FindOrNull(string? name) =>
        // The runtime makes a path of the name.
        name is { Length: > 0 and <= Lengths.TimeZone } && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '_' or '-' or '+') && char.IsAsciiLetter(name[0])
            && TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)
            ? zone
            : null;

    /// <summary>The names to choose from, in order: places, and UTC.</summary>
    public static IReadOnlyList<string> Names => AllNames.Value;

    private static bool IsPlace(string id) => id == "UTC" || (id.Contains('/', StringComparison.Ordinal) && !id.StartsWith("Etc/", StringComparison.Ordinal));
}
