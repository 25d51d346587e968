using System.Globalization;
using MimeKit;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>Alone, because it measures the whole process.</summary>
[CollectionDefinition(nameof(ManyRequestsTests), DisableParallelization = true)]
[Collection(nameof(ManyRequestsTests))]
public sealed class ManyRequestsTests
{
    [Fact]
    public async Task Ten_thousand_requests_in_an_hour_make_ten_mails_and_one_more_and_memory_stays_small()
    {
        await using var rooms = await MailRooms.OpenAsync();
        rooms.Logs.Off = true; // what a test keeps is not what a server keeps
        var repository = await rooms.AddRepositoryAsync("author/gated", await rooms.AddUserAsync("author"));
        await rooms.AskManyAsync(repository, 0, 1);
        await rooms.NewMailsAsync(); // whatever is loaded once is loaded now
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var mails = new List<MimeMessage>();
        for (var second = 0; second < 3600; second += 36)
        {
            rooms.Time.Advance(TimeSpan.FromSeconds(36));
            await rooms.AskManyAsync(repository, 1 + (second / 36 * 100), 100);
            mails.AddRange(await rooms.NewMailsAsync());
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(grown, long.MinValue, 16_000_000);
        Assert.InRange(mails.Count, 9, 10);
        rooms.Time.Advance(TimeSpan.FromHours(1));
        mails.AddRange(await rooms.NewMailsAsync());
        Assert.InRange(mails.Count, 10, 11);

        // Everybody was counted once: the first request was told before the loop.
        Assert.Equal(10_000, mails.Sum(mail => int.Parse(mail.Subject!.Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture)));
        Assert.All(mails, mail => Assert.InRange(mail.TextBody!.Length, 100, 8_000));
        Assert.Matches(@"… and [0-9],[0-9]{3} more\n", mails[^1].TextBody!.ReplaceLineEndings("\n"));
    }
}
