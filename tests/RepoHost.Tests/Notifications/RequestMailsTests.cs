using System.Globalization;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Notifications;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>Who hears of new requests, when, and how often (contract 6.9, threat 49).</summary>
public sealed class RequestMailsTests : IAsyncLifetime
{
    private MailRooms rooms = null!;
    private User author = null!;
    private User ada = null!;
    private User eve = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await MailRooms.OpenAsync();
        author = await rooms.AddUserAsync("author");
        ada = await rooms.AddUserAsync("ada", "Ada Lovelace");
        eve = await rooms.AddUserAsync("eve");
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task The_owner_hears_of_a_request_at_once_and_once()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author);
        await rooms.AskAsync(repository, ada);
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal("author@mail.example", To(mail));
        Assert.Equal("ada asks for access to author/gated", mail.Subject);
        foreach (var part in (string[])[mail.TextBody!, mail.HtmlBody!])
        {
            Assert.Contains("Ada Lovelace", part, StringComparison.Ordinal);
            Assert.Contains("ada@mail.example", part, StringComparison.Ordinal);
            Assert.Contains("https://hub.example/author/gated/settings/access-requests", part, StringComparison.Ordinal);
        }

        rooms.Time.Advance(TimeSpan.FromDays(3));
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task A_gate_that_opens_by_itself_makes_no_mail()
    {
        await rooms.AskAsync(await rooms.AddRepositoryAsync("author/gated", author), ada, GateMode.Auto);
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task Who_asks_twice_is_told_once()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author);
        await rooms.AskAsync(repository, ada);
        await rooms.AskAsync(repository, ada);
        Assert.Single(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task One_person_asks_sixty_times_an_hour_and_no_more_wherever_and_however_often_they_take_it_back()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author);
        var other = await rooms.AddRepositoryAsync("author/other", author);
        for (var i = 0; i < AccessRequests.MostAskedInAnHour; i++)
        {
            rooms.Time.Advance(TimeSpan.FromSeconds(1));
            await rooms.AskAsync(repository, ada);
            Assert.True(await rooms.Requests.WithdrawAsync(repository, ada.Id, CancellationToken.None));
        }

        await rooms.AskAsync(other, ada);
        Assert.Empty(await rooms.NewMailsAsync());
        await rooms.AskAsync(other, eve);
        Assert.Equal("eve asks for access to author/other", Assert.Single(await rooms.NewMailsAsync()).Subject);

        // The first of them is an hour ago.
        rooms.Time.Advance(TimeSpan.FromHours(1) - TimeSpan.FromSeconds(59));
        await rooms.AskAsync(other, ada);
        Assert.Equal("ada asks for access to author/other", Assert.Single(await rooms.NewMailsAsync()).Subject);
    }

    [Theory]
    [InlineData("Team@Mail.Example")]
    [InlineData(" The Team <Team@Mail.Example>")]
    public async Task The_address_of_the_settings_comes_before_the_owner(string address)
    {
        await rooms.AskAsync(await rooms.AddRepositoryAsync("author/gated", author, address: address), ada);
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal("Team@Mail.Example", To(mail));
    }

    [Fact]
    public async Task The_first_five_admins_of_an_organization_hear_of_it_in_the_order_in_which_they_came()
    {
        await rooms.Organizations.AddAsync("acme", null, "author", Cancel);
        for (var i = 1; i <= 7; i++)
        {
            rooms.Time.Advance(TimeSpan.FromMinutes(1));
            await rooms.AddUserAsync($"admin{i}");
            await rooms.Organizations.SetMemberAsync("acme", $"admin{i}", i == 2 ? OrganizationRole.Write : OrganizationRole.Admin, Cancel);
        }

        await rooms.Users.DisableAsync("admin3", true, Cancel);
        await rooms.AskAsync(await rooms.AddRepositoryAsync("acme/gated", author), ada);
        Assert.Equal(["admin1@mail.example", "admin4@mail.example", "admin5@mail.example", "admin6@mail.example", "author@mail.example"], Recipients(await rooms.NewMailsAsync()));
    }

    [Fact]
    public async Task Who_does_not_want_to_hear_of_it_does_not_and_a_disabled_owner_neither()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author);
        await rooms.Switches.ChangeAsync(author.Id, new(null, Requests: false, Decisions: true), Cancel);
        await rooms.AskAsync(repository, ada);
        Assert.Empty(await rooms.NewMailsAsync());
        await rooms.Switches.ChangeAsync(author.Id, new(null, Requests: true, Decisions: true), Cancel);
        await rooms.Users.DisableAsync("author", true, Cancel);
        await rooms.AskAsync(repository, eve);
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task An_address_without_an_account_can_be_turned_off_and_on_by_the_address_in_its_mails()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, address: "Team@mail.example");
        await rooms.AskAsync(repository, ada);
        var mail = Assert.Single(await rooms.NewMailsAsync());
        var subscription = rooms.Links.ReadOrNull(new Uri(Unsubscribe(mail)).Query.Split('=', 2)[1])!;
        Assert.True(await rooms.Switches.IsOnAsync(subscription, Cancel));
        await rooms.Switches.SetAsync(subscription, on: false, Cancel);
        Assert.False(await rooms.Switches.IsOnAsync(subscription, Cancel));
        await rooms.AskAsync(repository, eve);
        Assert.Empty(await rooms.NewMailsAsync());
        await rooms.Switches.SetAsync(subscription, on: true, Cancel);
        await rooms.AskAsync(repository, await rooms.AddUserAsync("late"));
        Assert.Single(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task The_settings_of_a_person_hold_for_their_own_address_too_but_not_for_one_that_they_only_claim()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, address: "author@mail.example");
        var claimed = await rooms.AddRepositoryAsync("author/claimed", author, address: "eve@mail.example");
        await rooms.UnconfirmAsync(eve);
        await rooms.Switches.ChangeAsync(author.Id, new(null, Requests: false, Decisions: true), Cancel);
        await rooms.Switches.ChangeAsync(eve.Id, new(null, Requests: false, Decisions: true), Cancel);
        await rooms.AskAsync(repository, ada);
        await rooms.AskAsync(claimed, ada);
        Assert.Equal(["eve@mail.example"], Recipients(await rooms.NewMailsAsync()));
    }

    [Fact]
    public async Task A_mail_of_the_day_is_one_however_many_requests_and_repositories()
    {
        var first = await rooms.AddRepositoryAsync("author/first", author, NotificationsMode.Bulk);
        var second = await rooms.AddRepositoryAsync("author/second", author, NotificationsMode.Bulk);
        await rooms.AskAsync(first, ada);
        await rooms.AskAsync(first, eve);
        await rooms.AskAsync(second, ada);
        Assert.Empty(await rooms.NewMailsAsync());
        rooms.Time.SetUtcNow(Utc("2030-05-07 07:59"));
        Assert.Empty(await rooms.NewMailsAsync());

        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal("3 new access requests for 2 repositories", mail.Subject);
        Assert.Contains("author/first (model), 2 requests:", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("author/second (model), 1 request:", mail.TextBody, StringComparison.Ordinal);
        await rooms.AskAsync(second, eve);
        rooms.Time.SetUtcNow(Utc("2030-05-07 23:00"));
        Assert.Empty(await rooms.NewMailsAsync());
        rooms.Time.SetUtcNow(Utc("2030-05-08 09:30"));
        Assert.Equal("eve asks for access to author/second", Assert.Single(await rooms.NewMailsAsync()).Subject);
        rooms.Time.Advance(TimeSpan.FromDays(2));
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task The_hour_is_that_of_each_recipients_own_clock()
    {
        await rooms.Organizations.AddAsync("acme", null, "author", Cancel);
        foreach (var (name, zone) in new[] { ("berlin", "Europe/Berlin"), ("auckland", "Pacific/Auckland"), ("denver", "America/Denver") })
        {
            await rooms.AddUserAsync(name, zone: zone);
            await rooms.Organizations.SetMemberAsync("acme", name, OrganizationRole.Admin, Cancel);
        }

        await rooms.AskAsync(await rooms.AddRepositoryAsync("acme/gated", author, NotificationsMode.Bulk), ada); // at 12:00 UTC
        await rooms.RunAsync();
        foreach (var (at, who) in new[]
        {
            ("2030-05-06 13:59", ""), ("2030-05-06 14:00", "denver"), ("2030-05-06 19:59", ""), ("2030-05-06 20:00", "auckland"), ("2030-05-07 05:59", ""), ("2030-05-07 06:00", "berlin"),
            ("2030-05-07 07:59", ""), ("2030-05-07 08:00", "author"), ("2030-05-09 00:00", ""),
        })
        {
            rooms.Time.SetUtcNow(Utc(at));
            Assert.Equal(who.Length == 0 ? [] : [$"{who}@mail.example"], Recipients(await rooms.NewMailsAsync()));
        }
    }

    [Fact]
    public async Task Over_a_change_of_the_clocks_there_is_still_one_mail_a_day()
    {
        rooms.Time.SetUtcNow(Utc("2030-10-24 12:00"));
        var berlin = await rooms.AddUserAsync("berlin", zone: "Europe/Berlin");
        var repository = await rooms.AddRepositoryAsync("berlin/gated", berlin, NotificationsMode.Bulk);
        var came = new List<string>();
        for (var hour = 0; hour < 5 * 24; hour++)
        {
            await rooms.AskManyAsync(repository, hour, 1);
            if ((await rooms.NewMailsAsync()) is { Count: > 0 } mails)
                came.Add($"{mails.Count} at {rooms.Time.GetUtcNow():MM-dd HH:mm}");
            rooms.Time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(["1 at 10-25 06:00", "1 at 10-26 06:00", "1 at 10-27 07:00", "1 at 10-28 07:00", "1 at 10-29 07:00"], came);
    }

    [Fact]
    public async Task Who_moves_to_another_time_zone_gets_no_second_mail_of_the_day()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, NotificationsMode.Bulk);
        await rooms.AskAsync(repository, ada);
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        Assert.Single(await rooms.NewMailsAsync());

        // In Denver it is 02:00, so 08:00 is still to come on this very day.
        await rooms.Switches.ChangeAsync(author.Id, new("America/Denver", Requests: true, Decisions: true), Cancel);
        await rooms.AskAsync(repository, eve);
        rooms.Time.SetUtcNow(Utc("2030-05-07 14:00"));
        Assert.Empty(await rooms.NewMailsAsync());
        rooms.Time.SetUtcNow(Utc("2030-05-08 14:00"));
        Assert.Single(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task A_server_that_was_off_at_the_hour_sends_the_mail_when_it_is_back()
    {
        await rooms.AskAsync(await rooms.AddRepositoryAsync("author/gated", author, NotificationsMode.Bulk), ada);
        rooms.Time.SetUtcNow(Utc("2030-05-09 17:12"));
        Assert.Single(await rooms.NewMailsAsync());
        rooms.Time.SetUtcNow(Utc("2030-05-10 08:00"));
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task Requests_that_are_withdrawn_or_decided_by_then_are_not_told()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, NotificationsMode.Bulk);
        await rooms.AskAsync(repository, ada);
        await rooms.AskAsync(repository, eve);
        await rooms.Requests.WithdrawAsync(repository, ada.Id, Cancel);
        await rooms.ReviewAsync(repository, author, eve, AccessState.Accepted);
        await rooms.NewMailsAsync();
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task A_request_that_is_withdrawn_and_made_again_is_one_in_the_mail()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, NotificationsMode.Bulk);
        await rooms.AskAsync(repository, ada);
        await rooms.Requests.WithdrawAsync(repository, ada.Id, Cancel);
        rooms.Time.Advance(TimeSpan.FromMinutes(1));
        await rooms.AskAsync(repository, ada);
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        Assert.Equal("ada asks for access to author/gated", Assert.Single(await rooms.NewMailsAsync()).Subject);
    }

    [Fact]
    public async Task Who_is_no_longer_an_admin_is_told_nothing_and_who_became_one_is()
    {
        await rooms.Organizations.AddAsync("acme", null, "author", Cancel);
        await rooms.AskAsync(await rooms.AddRepositoryAsync("acme/gated", author, NotificationsMode.Bulk), ada);
        await rooms.RunAsync();
        await rooms.Organizations.SetMemberAsync("acme", "eve", OrganizationRole.Admin, Cancel);
        await rooms.Organizations.RemoveMemberAsync("acme", "author", Cancel);
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        Assert.Equal(["eve@mail.example"], Recipients(await rooms.NewMailsAsync()));
    }

    [Fact]
    public async Task Who_stops_being_an_admin_while_the_mail_server_is_down_is_told_nothing()
    {
        await rooms.Organizations.AddAsync("acme", null, "author", Cancel);
        await rooms.Organizations.SetMemberAsync("acme", "eve", OrganizationRole.Admin, Cancel);
        await rooms.AskAsync(await rooms.AddRepositoryAsync("acme/gated", author), ada);
        await rooms.Notices.AddressAsync(Cancel);
        await rooms.Notices.GatherAsync(Cancel);
        await rooms.Organizations.RemoveMemberAsync("acme", "author", Cancel);
        Assert.Equal(["eve@mail.example"], Recipients(await rooms.NewMailsAsync()));
    }

    [Fact]
    public async Task An_address_that_is_set_in_the_meantime_hears_of_what_waits()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, NotificationsMode.Bulk);
        await rooms.AskAsync(repository, ada);
        await rooms.RunAsync();
        await rooms.ChangeAsync(repository, r => r.GatedNotificationsEmail = "team@mail.example");
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        Assert.Equal(["team@mail.example"], Recipients(await rooms.NewMailsAsync()));
    }

    [Fact]
    public async Task A_digest_of_ten_thousand_requests_can_be_read()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, NotificationsMode.Bulk);
        await rooms.AskManyAsync(repository, 0, 10_000);
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal("10,000 new access requests for author/gated", mail.Subject);
        Assert.Contains("author/gated (model), 10,000 requests:", mail.TextBody, StringComparison.Ordinal);
        Assert.Equal(RequestsLetter.MostListed, mail.TextBody!.Split('\n').Count(line => line.StartsWith("  - Person", StringComparison.Ordinal)));
        Assert.Contains("  - … and 9,950 more\n", mail.TextBody.ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.Equal(RequestsLetter.MostListed, mail.HtmlBody!.Split("<li>Person").Length - 1);
        await using var db = await rooms.DatabaseAsync();
        Assert.Equal(1, await db.OutboxMails.CountAsync(Cancel));
        rooms.Time.Advance(TimeSpan.FromDays(1));
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task Requests_to_many_repositories_are_one_mail_that_names_some()
    {
        for (var i = 0; i < 60; i++)
            await rooms.AskAsync(await rooms.AddRepositoryAsync($"author/gated{i}", author, NotificationsMode.Bulk), ada);
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal("60 new access requests for 60 repositories", mail.Subject);
        Assert.Equal(RequestsLetter.MostRepositories, mail.TextBody!.Split("Review them:").Length - 1);
        Assert.Contains("… and 40 requests for 40 more repositories.", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Thousands_of_requests_to_one_repository_hide_none_to_another()
    {
        var crowded = await rooms.AddRepositoryAsync("author/crowded", author, NotificationsMode.Bulk);
        await rooms.AskManyAsync(crowded, 0, 1000);
        await rooms.AskAsync(await rooms.AddRepositoryAsync("author/quiet", author, NotificationsMode.Bulk), ada);
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        var text = Assert.Single(await rooms.NewMailsAsync()).TextBody!;
        Assert.Contains("  - Ada Lovelace (ada)", text, StringComparison.Ordinal);
        Assert.Contains("  - … and 975 more", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_processes_at_once_make_one_mail()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author);
        await using var second = rooms.OpenAgain();
        for (var round = 0; round < 5; round++)
        {
            await rooms.AskManyAsync(repository, round * 20, 20);
            await Task.WhenAll(Task.Run(rooms.RunAsync, Cancel), Task.Run(second.RunAsync, Cancel), Task.Run(rooms.RunAsync, Cancel));
            rooms.Time.Advance(TimeSpan.FromHours(2));
        }

        var mails = await rooms.NewMailsAsync();
        Assert.Equal(100, mails.Sum(mail => int.Parse(mail.Subject!.Split(' ')[0], CultureInfo.InvariantCulture)));
        await using var db = await rooms.DatabaseAsync();
        Assert.All(await db.OutboxMails.ToListAsync(Cancel), mail => Assert.Equal((MailState.Sent, 1), (mail.State, mail.Attempts)));
    }

    [Fact]
    public async Task A_repository_that_is_deleted_takes_what_was_to_be_told_with_it()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, NotificationsMode.Bulk);
        await rooms.AskAsync(repository, ada);
        await rooms.RunAsync();
        await using (var db = await rooms.DatabaseAsync())
            await db.Repositories.Where(r => r.Id == repository.Id).ExecuteDeleteAsync(Cancel);
        rooms.Time.SetUtcNow(Utc("2030-05-07 08:00"));
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task Names_of_others_begin_no_header_and_no_tag()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author);
        await using (var db = await rooms.DatabaseAsync())
        {
            // No form lets these in; the mails don't rely on it.
            await db.Users.Where(u => u.Id == ada.Id).ExecuteUpdateAsync(
                u => u.SetProperty(x => x.FullName, "Ada\r\nBcc: victim@mail.example\r\n\r\n<script>alert(1)</script>\u202E").SetProperty(x => x.UserName, "ada\r\nBcc: victim@mail.example"), Cancel);
            await db.Users.Where(u => u.Id == author.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.FullName, "Au\r\nBcc: victim@mail.example\r\nthor \u00FC, \"<x@y.example>"), Cancel);
        }

        await rooms.AskAsync(repository, ada);
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal("author@mail.example", To(mail));
        Assert.Empty(mail.Bcc);
        Assert.Empty(mail.Cc);
        Assert.DoesNotContain(mail.Headers, header => header.Field.Equals("Bcc", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain('\n', mail.Subject!);
        Assert.DoesNotContain("<script", mail.HtmlBody, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', mail.TextBody!);
        Assert.DoesNotContain(mail.TextBody!.Split('\n'), line => line.StartsWith("Bcc", StringComparison.Ordinal));
    }

    [Fact]
    public async Task No_address_is_in_any_log_line()
    {
        var repository = await rooms.AddRepositoryAsync("author/gated", author, address: "team@mail.example");
        await rooms.AskAsync(repository, ada);
        await rooms.ReviewAsync(repository, author, ada, AccessState.Rejected, "not ada@mail.example");
        await rooms.Outbox.EnqueueAsync("new@mail.example", "Reset", "secret link", null, "reset:1", Cancel);
        await rooms.Outbox.EnqueueAsync("broken@", "Reset", "secret link", null, "reset:2", Cancel);
        Assert.Equal(2, (await rooms.NewMailsAsync()).Count);
        Assert.Contains("Mail ", rooms.Logs.Text, StringComparison.Ordinal);
        Assert.Contains("is given up", rooms.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("mail.example", rooms.Logs.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("broken@", rooms.Logs.Text, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("secret link", rooms.Logs.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static string To(MimeMessage mail) => Assert.IsType<MailboxAddress>(Assert.Single(mail.To)).Address;

    private static string[] Recipients(IEnumerable<MimeMessage> mails) => [.. mails.Select(To).Order(StringComparer.Ordinal)];

    private static string Unsubscribe(MimeMessage mail) => mail.Headers["List-Unsubscribe"]!.Trim('<', '>');

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
