using System.Globalization;

namespace RepoHost.Pages.Access;

/// <summary>The instant in a cursor: milliseconds, as the database has it.</summary>
internal static class RequestTime
{
    private const long EndOfTime = 253402300800000;

    public static string Write(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    public static DateTimeOffset? Parse(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds < EndOfTime
            ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
            : null;
}
