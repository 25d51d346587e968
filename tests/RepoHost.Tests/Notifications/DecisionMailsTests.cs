using System.Globalization;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using MimeKit;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Notifications;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>What people hear of their own requests.</summary>
public sealed class DecisionMailsTests : IAsyncLifetime
{
    private MailRooms rooms = null!;
    private User author = null!;
    private User ada = null!;
    private RepositoryRecord repository = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await MailRooms.OpenAsync();
        author = await rooms.AddUserAsync("author");
        ada = await rooms.AddUserAsync("ada");
        // Daily, so that the mails to the author stay out of the way.
        repository = await rooms.AddRepositoryAsync("author/gated", author, NotificationsMode.Bulk);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Theory]
    [InlineData(AccessState.Accepted, "Your request for author/gated was accepted", false)]
    [InlineData(AccessState.Rejected, "Your request for author/gated was rejected", true)]
    [InlineData(AccessState.Reset, "Your request for author/gated was reset", true)]
    public async Task A_decision_is_told_with_its_reason(AccessState to, string subject, bool withReason)
    {
        await rooms.AskAsync(repository, ada);
        await rooms.ReviewAsync(repository, author, ada, to, "Please use <your> work address.\nThank you");
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal(("ada@mail.example", subject), (Assert.IsType<MailboxAddress>(Assert.Single(mail.To)).Address, mail.Subject));
        Assert.Equal(withReason, mail.TextBody!.Contains("> Please use <your> work address.\n> Thank you\n", StringComparison.Ordinal));
        Assert.Equal(withReason, mail.HtmlBody!.Contains("Please use &lt;your&gt; work address.<br>Thank you", StringComparison.Ordinal));
        Assert.Contains("https://hub.example/author/gated\n", mail.TextBody, StringComparison.Ordinal);
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task Access_that_is_granted_without_a_request_is_told()
    {
        Assert.Equal(ReviewOutcome.Done, await rooms.Requests.GrantAsync(repository, author.Id, new("ada", null), Cancel));
        Assert.Equal("You were given access to author/gated", Assert.Single(await rooms.NewMailsAsync()).Subject);
    }

    [Fact]
    public async Task What_people_do_themselves_and_going_back_to_the_queue_are_not_told()
    {
        await rooms.Requests.GrantAsync(repository, author.Id, new("author", null), Cancel);
        await rooms.AskAsync(repository, ada);
        await rooms.Requests.WithdrawAsync(repository, ada.Id, Cancel);
        await rooms.AskAsync(repository, ada, GateMode.Auto);
        await rooms.ReviewAsync(repository, author, ada, AccessState.Pending);
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task Of_two_decisions_in_a_row_the_one_that_holds_is_told()
    {
        await rooms.AskAsync(repository, ada);
        await rooms.ReviewAsync(repository, author, ada, AccessState.Accepted);
        await rooms.ReviewAsync(repository, author, ada, AccessState.Rejected, "By mistake");
        Assert.Equal("Your request for author/gated was rejected", Assert.Single(await rooms.NewMailsAsync()).Subject);
    }

    [Fact]
    public async Task Nobody_who_turned_them_off_or_is_disabled_gets_any()
    {
        await rooms.AskAsync(repository, ada);
        await rooms.ReviewAsync(repository, author, ada, AccessState.Accepted);
        await rooms.Switches.SetAsync(new(MailSwitch.Decisions, ada.Id), on: false, Cancel);
        Assert.Empty(await rooms.NewMailsAsync());
        await rooms.Switches.SetAsync(new(MailSwitch.Decisions, ada.Id), on: true, Cancel);
        await rooms.ReviewAsync(repository, author, ada, AccessState.Rejected);
        await rooms.Users.DisableAsync("ada", true, Cancel);
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task A_repository_that_became_private_is_not_named_to_outsiders()
    {
        await rooms.AskAsync(repository, ada);
        await rooms.ReviewAsync(repository, author, ada, AccessState.Rejected);
        await rooms.ChangeAsync(repository, r => r.Private = true);
        Assert.Empty(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task Authors_who_decide_over_and_over_again_fill_no_mailbox()
    {
        for (var i = 0; i < 3 * MailDelivery.MostDecisionsInAnHour; i++)
            Assert.Equal(ReviewOutcome.Done, await rooms.Requests.GrantAsync(await rooms.AddRepositoryAsync($"author/gated{i}", author), author.Id, new("ada", null), Cancel));
        Assert.Equal(MailDelivery.MostDecisionsInAnHour, (await rooms.NewMailsAsync()).Count);
        rooms.Time.Advance(TimeSpan.FromMinutes(59));
        Assert.Empty(await rooms.NewMailsAsync());
        rooms.Time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(MailDelivery.MostDecisionsInAnHour, (await rooms.NewMailsAsync()).Count);

        // Other people wait for none of it.
        await rooms.AddUserAsync("eve");
        await rooms.Requests.GrantAsync(repository, author.Id, new("eve", null), Cancel);
        Assert.Single(await rooms.NewMailsAsync());
    }

    [Fact]
    public async Task The_switches_of_a_person_are_kept_apart_and_a_wrong_zone_changes_nothing()
    {
        Assert.Equal(new MailSettings(null, true, true), await rooms.Switches.OfPersonAsync(ada.Id, Cancel));
        Assert.True(await rooms.Switches.ChangeAsync(ada.Id, new("Europe/Berlin", false, true), Cancel));
        Assert.False(await rooms.Switches.ChangeAsync(ada.Id, new("Europe/Atlantis", true, true), Cancel));
        Assert.Equal(new MailSettings("Europe/Berlin", false, true), await rooms.Switches.OfPersonAsync(ada.Id, Cancel));
        await rooms.Switches.SetAsync(new(MailSwitch.Decisions, ada.Id), on: false, Cancel);
        Assert.Equal(new MailSettings("Europe/Berlin", false, false), await rooms.Switches.OfPersonAsync(ada.Id, Cancel));
        Assert.Null(await rooms.Switches.OfPersonAsync("nobody", Cancel));
        await rooms.Switches.SetAsync(new(MailSwitch.Decisions, "nobody"), on: false, Cancel);
    }

    [Fact]
    public void An_address_for_unsubscribing_can_not_be_made_by_others()
    {
        var text = new Uri(rooms.Links.Of(new(MailSwitch.Requests, ada.Id))).Query.Split('=', 2)[1];
        Assert.Equal(new MailSubscription(MailSwitch.Requests, ada.Id), rooms.Links.ReadOrNull(text));
        foreach (var wrong in (string?[])[null, "", "x", "!!", text[..^2], string.Concat(text.AsSpan(0, 40), text[40] == 'a' ? "b" : "a", text.AsSpan(41)), new string('a', 5000)])
            Assert.Null(rooms.Links.ReadOrNull(wrong));
    }

    [Fact]
    public async Task Times_read_as_on_the_recipients_clock()
    {
        await rooms.Switches.ChangeAsync(author.Id, new("Asia/Tokyo", true, true), Cancel);
        await rooms.AskAsync(repository, ada); // at 12:00 UTC
        rooms.Time.SetUtcNow(DateTimeOffset.Parse("2030-05-07 00:00Z", CultureInfo.InvariantCulture));
        Assert.Contains("Asked: 6 May 2030 21:00 (Asia/Tokyo)", Assert.Single(await rooms.NewMailsAsync()).TextBody, StringComparison.Ordinal);
    }
}
