namespace RepoHost.Notifications;

/// <summary>When the mail of the day goes out.</summary>
internal static class DigestHours
{
    /// <summary>The first moment after <paramref name="after"/> at which the clock of the zone shows the hour.</summary>
    public static DateTimeOffset Next(DateTimeOffset after, int hour, TimeZoneInfo zone)
    {
        var today = TimeZoneInfo.ConvertTime(after, zone).Date;
        for (var day = 0; ; day++)
        {
            var at = Moment(today.AddDays(day).AddHours(hour), zone);
            if (at > after)
                return at;
        }
    }

    private static DateTimeOffset Moment(DateTime clock, TimeZoneInfo zone)
    {
        // The hour that summer time skips: the first moment after the gap.
        while (zone.IsInvalidTime(clock))
            clock = clock.AddMinutes(15);

        // The hour that comes twice: the first one, whose offset is the larger.
        var offset = zone.IsAmbiguousTime(clock) ? zone.GetAmbiguousTimeOffsets(clock).Max() : zone.GetUtcOffset(clock);
        return new DateTimeOffset(clock, offset).ToUniversalTime();
    }
}
