using System.Globalization;
using RepoHost.Notifications;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>When the mail of the day goes out, by the clocks of the world.</summary>
public sealed class DigestHoursTests
{
    [Theory]
    [InlineData("UTC", "2030-05-06 07:59:59", 8, "2030-05-06 08:00:00")]
    [InlineData("UTC", "2030-05-06 08:00:00", 8, "2030-05-07 08:00:00")]
    [InlineData("UTC", "2030-05-06 23:30:00", 0, "2030-05-07 00:00:00")]
    [InlineData("UTC", "2030-12-31 08:00:01", 8, "2031-01-01 08:00:00")]
    [InlineData("Europe/Berlin", "2030-05-06 05:59:00", 8, "2030-05-06 06:00:00")]
    [InlineData("Europe/Berlin", "2030-01-06 06:59:00", 8, "2030-01-06 07:00:00")]
    [InlineData("Asia/Kathmandu", "2030-05-06 00:00:00", 8, "2030-05-06 02:15:00")]
    [InlineData("Pacific/Kiritimati", "2030-05-06 17:00:00", 8, "2030-05-06 18:00:00")]
    [InlineData("Pacific/Pago_Pago", "2030-05-06 17:00:00", 8, "2030-05-06 19:00:00")]
    public void The_hour_comes_on_the_clock_of_the_zone(string zone, string after, int hour, string expected) => Check(zone, after, hour, expected);

    [Theory]
    // The last Sunday of March 2030 in Berlin: 02:00 does not exist, the clock goes from 01:59 to 03:00, which is 01:00 UTC.
    [InlineData("Europe/Berlin", "2030-03-31 00:30:00", 2, "2030-03-31 01:00:00")]
    [InlineData("Europe/Berlin", "2030-03-31 01:00:00", 2, "2030-04-01 00:00:00")]
    [InlineData("Europe/Berlin", "2030-03-30 07:00:00", 8, "2030-03-31 06:00:00")]
    // Half an hour is skipped on Lord Howe Island.
    [InlineData("Australia/Lord_Howe", "2030-10-05 15:00:00", 2, "2030-10-05 15:30:00")]
    public void An_hour_that_summer_time_skips_is_the_first_moment_after_it(string zone, string after, int hour, string expected) => Check(zone, after, hour, expected);

    [Theory]
    // The last Sunday of October 2030 in Berlin: 02:30 comes twice, first at 00:30 UTC.
    [InlineData("Europe/Berlin", "2030-10-26 23:59:00", 2, "2030-10-27 00:00:00")]
    [InlineData("Europe/Berlin", "2030-10-27 00:00:00", 2, "2030-10-28 01:00:00")]
    [InlineData("Europe/Berlin", "2030-10-27 00:59:00", 2, "2030-10-28 01:00:00")]
    public void An_hour_that_comes_twice_is_the_first_one_and_only_that(string zone, string after, int hour, string expected) => Check(zone, after, hour, expected);

    [Fact]
    public void Through_a_year_there_is_one_moment_for_each_day_in_every_zone()
    {
        foreach (var name in TimeZones.Names)
        {
            var zone = TimeZones.FindOrNull(name)!;
            var at = new DateTimeOffset(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
            var days = new HashSet<DateTime>();
            for (var day = 0; day < 365; day++)
            {
                at = DigestHours.Next(at, 2, zone);
                Assert.True(days.Add(TimeZoneInfo.ConvertTime(at, zone).Date), $"{name} {at}");
            }

            Assert.Equal(364, (days.Max() - days.Min()).Days);
        }
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("/etc/localtime")]
    [InlineData("Europe/Berlin\n")]
    [InlineData("Europe/Atlantis")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_zone_is_refused(string? name) => Assert.Null(TimeZones.FindOrNull(name));

    private static void Check(string zone, string after, int hour, string expected) =>
        Assert.Equal(Utc(expected), DigestHours.Next(Utc(after), hour, TimeZones.FindOrNull(zone)!));

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
