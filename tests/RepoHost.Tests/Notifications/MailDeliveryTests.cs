using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Notifications;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>Every mail goes out once, whatever crashes, refuses or is slow.</summary>
public sealed class MailDeliveryTests : IAsyncLifetime
{
    private static readonly MailFailure Greylisted = new(MailFailureExtent.Mail, "smtp 451", "later");
    private static readonly MailFailure NoSuchRecipient = new(MailFailureExtent.MailForGood, "smtp 550", "never");
    private static readonly MailFailure Down = new(MailFailureExtent.Server, "connect", "down");

    private readonly Dictionary<string, MailFailure> answers = [];
    private ScriptedTransport server = null!;
    private MailRooms rooms = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        server = new ScriptedTransport(message => Task.FromResult(answers.GetValueOrDefault(message.To.Mailboxes.Single().Address)));
        rooms = await MailRooms.OpenAsync(server);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task A_mail_is_sent_once_and_its_text_and_address_are_gone_afterwards()
    {
        await EnqueueAsync("ada");
        await rooms.RunAsync();
        await rooms.RunAsync();
        Assert.Equal("ada@mail.example", Assert.Single(server.Taken).To);
        var mail = Assert.Single(await RowsAsync());
        Assert.Equal((MailState.Sent, "", null, null, null), (mail.State, mail.Recipient, mail.Subject, mail.Text, mail.Html));

        // Not even in a page of the file that is no longer used.
        await using (var db = await rooms.DatabaseAsync())
            await db.Database.ExecuteSqlRawAsync("PRAGMA wal_checkpoint(TRUNCATE);", Cancel);
        Assert.DoesNotContain("secret link", await File.ReadAllTextAsync(Path.Combine(rooms.Directory, "repohost.db"), System.Text.Encoding.Latin1, Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Many_workers_in_two_processes_send_every_mail_once()
    {
        for (var i = 0; i < 120; i++)
            await EnqueueAsync($"person{i}");
        await using var second = rooms.OpenAgain();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run((i % 2 == 0 ? rooms : second).RunAsync, Cancel)));
        await rooms.RunAsync();
        Assert.Equal(120, server.Taken.Count);
        Assert.Equal(120, server.Taken.Select(t => t.To).Distinct().Count());
        Assert.Equal(120, server.Taken.Select(t => t.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_process_that_dies_between_sending_and_noting_it_leaves_a_mail_that_is_sent_again_under_the_same_id_and_not_before_its_claim_has_ended()
    {
        var taken = new TaskCompletionSource();
        var never = new TaskCompletionSource<MailFailure?>();
        var dying = new ScriptedTransport(async message =>
        {
            server.Taken.Enqueue((message.MessageId!, message.To.Mailboxes.Single().Address));
            taken.SetResult();
            return await never.Task;
        });
        await using var other = rooms.OpenAgain(dying);
        await EnqueueAsync("ada");
        var dead = other.Delivery.DeliverAsync(Cancel);
        await taken.Task.WaitAsync(Cancel);

        await rooms.RunAsync();
        rooms.Time.Advance(TimeSpan.FromSeconds(30 + 119));
        await rooms.RunAsync();
        Assert.Single(server.Taken);

        rooms.Time.Advance(TimeSpan.FromSeconds(2));
        await rooms.RunAsync();
        Assert.Equal(2, server.Taken.Count);
        Assert.Single(server.Taken.Select(t => t.Id).Distinct());
        Assert.Equal(MailState.Sent, Assert.Single(await RowsAsync()).State);
        rooms.Time.Advance(TimeSpan.FromDays(1));
        await rooms.RunAsync();
        Assert.Equal(2, server.Taken.Count);
        never.SetResult(null);
        await dead;
    }

    [Fact]
    public async Task A_file_is_one_even_if_the_process_died_before_noting_it()
    {
        await using var files = await MailRooms.OpenAsync();
        await files.Outbox.EnqueueAsync("ada@mail.example", "Reset", "secret link", null, "1", Cancel);
        await files.RunAsync();
        await using (var db = await files.DatabaseAsync())
            await db.OutboxMails.ExecuteUpdateAsync(m => m.SetProperty(x => x.State, MailState.Waiting).SetProperty(x => x.Recipient, "ada@mail.example"), Cancel);
        await files.RunAsync();
        Assert.Single(files.Mails());
        Assert.Single(Directory.GetFiles(Path.Combine(files.Directory, "mail")));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Directory.GetFiles(Path.Combine(files.Directory, "mail"))[0]));
    }

    [Fact]
    public async Task Each_failure_doubles_the_pause_from_ten_seconds_to_four_hours_and_after_three_days_it_is_given_up()
    {
        answers["ada@mail.example"] = Greylisted;
        await EnqueueAsync("ada");
        var start = rooms.Time.GetUtcNow();
        var tried = new List<TimeSpan>();
        while ((await RowsAsync())[0] is { State: MailState.Waiting } row)
        {
            if (row.DueAt > start)
            {
                rooms.Time.SetUtcNow(row.DueAt.AddMilliseconds(-1));
                await rooms.Delivery.DeliverAsync(Cancel);
                Assert.Equal(tried.Count, server.Asked.Count);
                rooms.Time.SetUtcNow(row.DueAt);
            }

            await rooms.Delivery.DeliverAsync(Cancel);
            tried.Add(row.DueAt - start);
        }

        int[] expected = [0, 10, 30, 70, 150, 310, 630, 1270, 2550, 5110, 10230, 20470];
        Assert.Equal(expected, tried.Take(12).Select(t => (int)t.TotalSeconds));
        Assert.Equal(TimeSpan.FromHours(4), tried[^1] - tried[^2]);
        Assert.InRange(tried[^1], TimeSpan.FromDays(3), TimeSpan.FromDays(3) + TimeSpan.FromHours(4));
        var mail = Assert.Single(await RowsAsync());
        Assert.Equal((MailState.GivenUp, "smtp 451", null, ""), (mail.State, mail.LastError, mail.Text, mail.Recipient));
        Assert.Contains($"Mail {mail.Id} (Account) is given up after attempt {tried.Count}: smtp 451.", rooms.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_recipient_who_is_refused_is_in_nobodys_way_and_is_not_tried_again()
    {
        answers["bad@mail.example"] = NoSuchRecipient;
        foreach (var name in (string[])["ada", "bad", "eve"])
            await EnqueueAsync(name);
        await rooms.RunAsync();
        rooms.Time.Advance(TimeSpan.FromDays(2));
        await rooms.RunAsync();
        Assert.Equal(["ada@mail.example", "bad@mail.example", "eve@mail.example"], server.Asked);
        Assert.Equal([MailState.Sent, MailState.GivenUp, MailState.Sent], (await RowsAsync()).Select(m => m.State));
    }

    [Fact]
    public async Task What_is_no_address_is_given_up_and_is_in_nobodys_way()
    {
        foreach (var address in (string[])["@", "a@b@c", "Ada <ada@mail.example>", "two@mail.example, three@mail.example", "x@mail.example\r\nBcc: eve@mail.example"])
            await rooms.Outbox.EnqueueAsync(address, "Reset", "Text", null, address, Cancel);
        await EnqueueAsync("ada");
        await rooms.RunAsync();
        Assert.Equal("ada@mail.example", Assert.Single(server.Taken).To);
        Assert.Equal(5, (await RowsAsync()).Count(m => m.State == MailState.GivenUp));
    }

    [Fact]
    public async Task A_server_that_is_down_is_asked_once_a_round_and_everything_goes_out_when_it_is_back()
    {
        for (var i = 0; i < 10; i++)
        {
            answers[$"person{i}@mail.example"] = Down;
            await EnqueueAsync($"person{i}");
        }

        var round = await rooms.Delivery.DeliverAsync(Cancel);
        Assert.Equal((Down, false), (round.Server, round.More));
        Assert.Single(server.Asked);
        answers.Clear();
        await rooms.RunAsync();
        Assert.Equal(9, server.Taken.Count);
        rooms.Time.Advance(TimeSpan.FromSeconds(10));
        await rooms.RunAsync();
        Assert.Equal(10, server.Taken.Count);
    }

    [Fact]
    public async Task A_mail_whose_link_has_ended_is_not_sent_and_its_text_goes_even_while_the_server_is_down()
    {
        answers["ada@mail.example"] = Down;
        await rooms.Outbox.EnqueueAsync(new AccountMail("ada@mail.example", "Reset", "secret link", "1") { ExpiresAt = rooms.Time.GetUtcNow() + TimeSpan.FromHours(1) }, Cancel);
        await rooms.RunAsync();
        rooms.Time.Advance(TimeSpan.FromHours(1));
        await rooms.Delivery.RemoveAsync(rooms.Time.GetUtcNow().AddDays(-40), Cancel);
        Assert.Equal((MailState.NotNeeded, null), (Assert.Single(await RowsAsync()).State, (await RowsAsync())[0].Text));
        answers.Clear();
        await rooms.RunAsync();
        Assert.Empty(server.Taken);
    }

    [Fact]
    public async Task What_ended_long_ago_is_removed_and_what_waits_is_not()
    {
        answers["eve@mail.example"] = Down;
        await EnqueueAsync("ada");
        await EnqueueAsync("eve");
        await rooms.RunAsync();
        rooms.Time.Advance(TimeSpan.FromDays(50));
        await rooms.Delivery.RemoveAsync(rooms.Time.GetUtcNow().AddDays(-40), Cancel);
        await rooms.Notices.RemoveAsync(rooms.Time.GetUtcNow().AddDays(-40), Cancel);
        Assert.Equal("eve@mail.example", Assert.Single(await RowsAsync()).Recipient);
    }

    [Fact]
    public async Task The_worker_wakes_for_rows_of_its_own_process_and_stops_when_it_is_told()
    {
        var came = new TaskCompletionSource();
        var waiting = new ScriptedTransport(_ =>
        {
            came.TrySetResult();
            return Task.FromResult<MailFailure?>(null);
        });
        await using var process = rooms.OpenAgain(waiting);
        await using (await process.StartWorkerAsync())
        {
            // The fake clock stands still: nothing but the bell wakes it.
            await process.Outbox.EnqueueAsync("ada@mail.example", "Reset", "Text", null, "1", Cancel);
            await came.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
        }

        await process.Outbox.EnqueueAsync("eve@mail.example", "Reset", "Text", null, "2", Cancel);
        Assert.Equal("ada@mail.example", Assert.Single(waiting.Asked));
    }

    [Fact]
    public async Task The_worker_finds_rows_of_other_processes_by_looking()
    {
        var came = new TaskCompletionSource();
        var waiting = new ScriptedTransport(_ =>
        {
            came.TrySetResult();
            return Task.FromResult<MailFailure?>(null);
        });
        await using var process = rooms.OpenAgain(waiting);
        await using var worker = await process.StartWorkerAsync();
        await EnqueueAsync("ada");
        while (!came.Task.IsCompleted)
        {
            rooms.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.WhenAny(came.Task, Task.Delay(50, Cancel));
            Cancel.ThrowIfCancellationRequested();
        }

        Assert.Equal("ada@mail.example", Assert.Single(waiting.Asked));
    }

    [Fact]
    public async Task A_server_that_stays_down_is_asked_less_and_less_often()
    {
        var down = new ScriptedTransport(_ => Task.FromResult<MailFailure?>(Down));
        await using var process = rooms.OpenAgain(down);
        for (var i = 0; i < 200; i++)
            await EnqueueAsync($"person{i}");
        await using var worker = await process.StartWorkerAsync();

        // An hour in steps of five seconds, each as long as the worker needs to come round once.
        for (var step = 0; step < 720; step++)
        {
            rooms.Time.Advance(TimeSpan.FromSeconds(5));
            await Task.Delay(5, Cancel);
        }

        // 5, 10, 20, 40, 80, 160, 300 s and then every 300 s.
        Assert.InRange(down.Asked.Count, 2, 20);
        Assert.Contains("The mail server takes no mail at the moment: connect.", process.Logs.Text, StringComparison.Ordinal);
    }

    private Task<bool> EnqueueAsync(string name) => rooms.Outbox.EnqueueAsync($"{name}@mail.example", "Reset", "secret link", null, name, Cancel);

    private async Task<List<OutboxMail>> RowsAsync()
    {
        await using var db = await rooms.DatabaseAsync();
        return await db.OutboxMails.AsNoTracking().OrderBy(m => m.Id).ToListAsync(Cancel);
    }
}
