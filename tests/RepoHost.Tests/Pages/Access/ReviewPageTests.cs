using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>Reviewing in the browser: decisions, several at once, adding access, two reviewers, and who may do none of it (threat rows 24c, 24d, 36, 47).</summary>
public sealed class ReviewPageTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    [Fact]
    public async Task A_reviewer_sees_who_asked_with_what_and_takes_the_request_through_its_states()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var reviewer = await world.VisitAsync("writer");
        var page = await reviewer.GetAsync(Of(record));
        Assert.Equal(["dana"], page.Attributes("data-request"));
        Assert.Equal(("dana Example", "dana@example.org"), (Regex.Match(page.Text, "dana Example").Value, page.TextOf("data-mail")));
        Assert.Contains("France (FR)", page.Text, StringComparison.Ordinal);
        Assert.Contains("Yes", page.Text, StringComparison.Ordinal);
        Assert.Contains("pending (1)", Counts(page), StringComparison.Ordinal);

        await DecideAsync(reviewer, record, "dana", "accepted", "dana has access now.");
        Assert.Equal(200, (await world.AuthCheckAsync(record, "dana")).Status);
        var accepted = await reviewer.GetAsync(Of(record, "accepted"));
        Assert.Matches("Accepted by writer", accepted.Text);

        await DecideAsync(reviewer, record, "dana", "rejected", "The request of dana is rejected.", ("rejectionReason", "  not a company\r\nthat we know  "));
        Assert.Equal("not a company\nthat we know", (await world.FindRequestAsync(record, "dana"))!.Reason);
        var rejected = await reviewer.GetAsync(Of(record, "rejected"));
        Assert.Contains("Reason: not a company that we know", rejected.Text, StringComparison.Ordinal);
        Assert.Contains("Rejected by writer", rejected.Text, StringComparison.Ordinal);

        await DecideAsync(reviewer, record, "dana", "pending", "The request of dana is back among the pending ones.");
        await DecideAsync(reviewer, record, "dana", "reset", "The request of dana is reset: they may ask again.", ("resetReason", "the form has changed"));
        var reset = await reviewer.GetAsync(Of(record, "reset"));
        Assert.Equal("pending (0) accepted (0) rejected (0) reset (1)", Counts(reset));

        // The history, newest first: who, what, why.
        var told = reset.Text[reset.Text.IndexOf("History", StringComparison.Ordinal)..];
        Assert.Matches("writer reset: the form has changed.*writer put it back to pending.*writer rejected: not a company that we know.*writer accepted.*dana asked for access", told);
    }

    [Fact]
    public async Task Whoever_got_access_without_asking_has_not_shared_the_address()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var reviewer = await world.VisitAsync("author");
        var added = await reviewer.PostAsync(Of(record), ("handler", "grant"), ("grantee", "DANA"));
        Assert.Equal((303, $"/{record.FullName}/settings/access-requests?status=accepted"), (added.Status, added.Location));
        Assert.Equal(AccessState.Accepted, await world.StateAsync(record, "dana"));
        var page = await reviewer.GetAsync(Of(record, "accepted"));
        Assert.Contains("access was added", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("dana@example.org", page.Html, StringComparison.Ordinal);

        var again = await reviewer.PostAsync(Of(record), ("handler", "grant"), ("grantee", "dana"));
        Assert.Contains("<p class=\"error\" id=\"grantee-error\">dana has access already.</p>", again.Html, StringComparison.Ordinal);
        var unknown = await reviewer.PostAsync(Of(record), ("handler", "grant"), ("grantee", "<b>nobody"));
        Assert.Contains("There is no user of this name.", unknown.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"&lt;b&gt;nobody\"", unknown.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_reviewers_the_slower_one_sees_what_the_other_did_and_overrules_nothing()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var slower = await world.VisitAsync("author");
        var seen = await slower.GetAsync(Of(record));
        await world.ReviewAsync(record, "dana", AccessState.Rejected, "no <b>company</b>", by: "writer");

        var late = await slower.PostAsync(Of(record), Decision(seen, "dana", "accepted"));
        Assert.Equal(200, late.Status);
        Assert.Contains("writer rejected meanwhile: the request of dana is rejected. Your decision changed nothing", late.Text, StringComparison.Ordinal);
        Assert.Contains("Reason: no &lt;b&gt;company&lt;/b&gt;", late.Html, StringComparison.Ordinal);
        Assert.Equal(AccessState.Rejected, await world.StateAsync(record, "dana"));
        Assert.Equal(2, await world.EventsAsync(record));

        // What is shown then can be decided on.
        Assert.Equal(303, (await slower.PostAsync(Of(record), Decision(late, "dana", "accepted"))).Status);
        Assert.Equal(AccessState.Accepted, await world.StateAsync(record, "dana"));
    }

    [Fact]
    public async Task A_request_that_was_withdrawn_meanwhile_is_not_decided()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var reviewer = await world.VisitAsync("author");
        var seen = await reviewer.GetAsync(Of(record));
        Assert.True(await world.Services.GetRequiredService<AccessRequests>().WithdrawAsync(record, world.People["dana"].Id, CancellationToken.None));
        await world.AskAsync(record, "dana", ("Company", "Another"));
        var late = await reviewer.PostAsync(Of(record), Decision(seen, "dana", "accepted"));
        Assert.Contains("dana asked for access meanwhile: the request of dana is pending.", late.Text, StringComparison.Ordinal);
        Assert.Equal(AccessState.Pending, await world.StateAsync(record, "dana"));
    }

    [Fact]
    public async Task A_reason_that_is_too_long_stands_beside_its_field_and_is_kept()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var reviewer = await world.VisitAsync("author");
        var reason = "<script>alert(1)</script>" + new string('x', 176);
        var page = await reviewer.PostAsync(Of(record), [.. Decision(await reviewer.GetAsync(Of(record)), "dana", "rejected"), ("rejectionReason", reason)]);
        Assert.Contains("A reason has at most 200 characters; this one has 201.", page.Text, StringComparison.Ordinal);
        Assert.Contains($"&#xA;{WebUtility.HtmlEncode(reason)}</textarea>", page.Html, StringComparison.Ordinal);
        Assert.Equal(AccessState.Pending, await world.StateAsync(record, "dana"));

        // A browser counts a line break as one character and sends two.
        var lines = string.Join("\r\n", Enumerable.Repeat(new string('x', 19), 10));
        Assert.Equal(303, (await reviewer.PostAsync(Of(record), [.. Decision(page, "dana", "rejected"), ("rejectionReason", lines + "y")])).Status);
        Assert.Equal(200, (await world.FindRequestAsync(record, "dana"))!.Reason!.Length);
    }

    [Fact]
    public async Task Several_are_decided_at_once_and_those_that_changed_meanwhile_are_named()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        foreach (var name in (string[])["dana", "erin", "stranger"])
            await world.AskAsync(record, name, ("Company", name));
        using var reviewer = await world.VisitAsync("author");
        var seen = await reviewer.GetAsync(Of(record));
        // A reason that is too long loses no tick.
        (string, string)[] two = [.. Selected(seen).Take(2)];
        var refused = await reviewer.PostAsync(Of(record), [("handler", "batch"), ("to", "rejected"), ("rejectionReason", new string('x', 201)), .. two]);
        Assert.Equal(two, Regex.Matches(refused.Html, "<input [^>]*name=\"person\"[^>]*>").Select(m => m.Value).Where(i => i.Contains(" checked", StringComparison.Ordinal))
            .Select(i => ("person", Regex.Match(i, "value=\"([^\"]*)\"").Groups[1].Value)));

        await world.ReviewAsync(record, "erin", AccessState.Reset, "once more", by: "writer");

        var answer = await reviewer.PostAsync(Of(record), [("handler", "batch"), ("to", "rejected"), ("rejectionReason", "closed"), .. Selected(seen)]);
        Assert.Contains("writer reset meanwhile: the request of erin is reset.", answer.Text, StringComparison.Ordinal);
        Assert.Contains("2 requests are rejected now.", answer.Text, StringComparison.Ordinal);
        Assert.Equal(
            (AccessState.Rejected, AccessState.Reset, AccessState.Rejected),
            (await world.StateAsync(record, "dana"), await world.StateAsync(record, "erin"), await world.StateAsync(record, "stranger")));
        Assert.Equal("closed", (await world.FindRequestAsync(record, "dana"))!.Reason);

        var rejected = await reviewer.GetAsync(Of(record, "rejected"));
        Assert.Equal(303, (await reviewer.PostAsync(Of(record, "rejected"), [("handler", "batch"), ("to", "accepted"), .. Selected(rejected)])).Status);
        Assert.Equal(200, (await world.AuthCheckAsync(record, "dana")).Status);

        var none = await reviewer.PostAsync(Of(record), ("handler", "batch"), ("to", "accepted"));
        Assert.Contains("Tick the requests first", none.Text, StringComparison.Ordinal);
        foreach (var person in (string[])["x", "x:y", $"{world.People["dana"].Id}:-1", ":1", new string('x', 65) + ":1"])
            Assert.Equal(400, (await reviewer.PostAsync(Of(record), ("handler", "batch"), ("to", "accepted"), ("person", person))).Status);
        Assert.Equal(400, (await reviewer.PostAsync(Of(record), [("handler", "batch"), ("to", "accepted"), .. Enumerable.Repeat(("person", "a:1"), 101)])).Status);
    }

    [Theory]
    [InlineData("decide", "none")]
    [InlineData("decide", "ACCEPTED")]
    [InlineData("nothing", "accepted")]
    [InlineData("", "accepted")]
    public async Task A_form_that_makes_no_sense_is_refused_and_changes_nothing(string handler, string to)
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var reviewer = await world.VisitAsync("author");
        Assert.Equal(400, (await reviewer.PostAsync(Of(record), ("handler", handler), ("user", world.People["dana"].Id), ("seen", "1"), ("to", to))).Status);
        Assert.Equal(1, await world.EventsAsync(record));
    }

    [Fact]
    public async Task Ids_of_another_repository_decide_nothing_there_and_nothing_here()
    {
        // Threat row 24c: erin owns a gated repository and is nobody at the other one.
        var mine = await world.AddAsync(GatePagesWorld.Card("manual"), owner: "erin");
        var theirs = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(theirs, "dana", GatePagesWorld.Answers);
        var request = (await world.FindRequestAsync(theirs, "dana"))!;
        using var erin = await world.VisitAsync("erin");
        foreach (var to in (string[])["accepted", "rejected", "reset"])
        {
            var answer = await erin.PostAsync(Of(mine), ("handler", "decide"), ("user", request.UserId), ("seen", Number(request.Version)), ("to", to));
            Assert.Contains("This request was withdrawn, or never made here.", answer.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("Example &amp; S", answer.Html, StringComparison.Ordinal);
            var many = await erin.PostAsync(Of(mine), ("handler", "batch"), ("to", to), ("person", $"{request.UserId}:{Number(request.Version)}"));
            Assert.Contains("This request was withdrawn, or never made here.", many.Text, StringComparison.Ordinal);
        }

        Assert.Equal((AccessState.Pending, 1, 0), (await world.StateAsync(theirs, "dana"), await world.EventsAsync(theirs), await world.EventsAsync(mine)));
        Assert.Empty((await erin.GetAsync(Of(mine))).Attributes("data-request"));
    }

    [Theory]
    [InlineData("member")]
    [InlineData("stranger")]
    [InlineData("dana")]
    [InlineData(null)]
    public async Task Whoever_may_not_review_sees_nobodys_name_address_or_answer(string? person)
    {
        // Threat row 24d: personal data of those who asked.
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var visitor = await world.VisitAsync(person);
        foreach (var path in (string[])["settings/access-requests", "settings/access-requests?status=pending&q=d", "settings/access-requests/people?q=d", "settings", "user-access-report", "user-access-report?format=csv"])
        {
            var page = await visitor.GetAsync($"/{record.FullName}/{path}");
            Assert.Contains(page.Status, (int[])[302, 401, 403]);
            Assert.DoesNotContain("dana@example.org", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("Example &", page.Html, StringComparison.Ordinal);
        }

        var decided = await visitor.PostFromAsync(person is null ? "/login" : "/settings/gated-repos", Of(record), ("handler", "decide"), ("user", world.People["dana"].Id), ("seen", "1"), ("to", "accepted"));
        Assert.Contains(decided.Status, (int[])[400, 401, 403]);
        Assert.Equal(1, await world.EventsAsync(record));
    }

    [Fact]
    public async Task Nothing_is_decided_by_a_link_or_by_another_sites_form()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var reviewer = await world.VisitAsync("author");
        (string, string)[] fields = [("handler", "decide"), ("user", world.People["dana"].Id), ("seen", Number((await world.FindRequestAsync(record, "dana"))!.Version)), ("to", "accepted")];
        var query = string.Join('&', fields.Select(f => $"{f.Item1}={f.Item2}"));
        Assert.Equal(200, (await reviewer.GetAsync($"{Of(record)}?{query}")).Status);
        Assert.Equal(400, (await reviewer.PostWithoutFieldAsync(Of(record), fields)).Status);
        Assert.Equal(400, (await reviewer.PostWithoutFieldAsync(Of(record), [("csrf", "CfDJ8"), .. fields])).Status);
        Assert.Equal((AccessState.Pending, 1), (await world.StateAsync(record, "dana"), await world.EventsAsync(record)));
        Assert.Equal(303, (await reviewer.PostAsync(Of(record), fields)).Status);
    }

    [Fact]
    public async Task Without_a_gate_requests_are_shown_but_not_decided_like_on_the_API()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var reviewer = await world.VisitAsync("author");
        var seen = await reviewer.GetAsync(Of(record));
        await world.CommitCardAsync(record, "# Open\n");
        var page = await reviewer.GetAsync(Of(record));
        Assert.NotNull(page.TextOf("data-ungated"));
        Assert.Equal(["dana"], page.Attributes("data-request"));
        Assert.DoesNotContain("value=\"accepted\"", page.Html, StringComparison.Ordinal);
        var answer = await reviewer.PostAsync(Of(record), Decision(seen, "dana", "accepted"));
        Assert.Equal(400, answer.Status);
        Assert.Contains($"model {record.FullName} is not gated", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_are_searched_by_name_and_user_name_and_paged_forth_and_back()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        var names = Enumerable.Range(0, 60).Select(i => $"{world.NewName("page")}-{i:00}").ToList();
        foreach (var name in names)
        {
            world.People[name] = await world.AddPersonAsync(name);
            await world.AskAsync(record, name, ("Company", "x"));
        }

        using var reviewer = await world.VisitAsync("author");
        List<SeenPage> pages = [await reviewer.GetAsync(Of(record))];
        while (Link(pages[^1], "next") is { } next)
            pages.Add(await reviewer.GetAsync(next));
        Assert.Equal([25, 25, 10], pages.Select(p => p.Attributes("data-request").Count));
        Assert.Equal(names.Order(), pages.SelectMany(p => p.Attributes("data-request")).Order());
        Assert.Null(Link(pages[0], "prev"));
        var back = await reviewer.GetAsync(Link(await reviewer.GetAsync(Link(pages[2], "prev")!), "prev")!);
        Assert.Equal(pages[0].Attributes("data-request"), back.Attributes("data-request"));
        Assert.Null(Link(back, "prev"));
        Assert.NotNull(Link(back, "next"));

        var found = await reviewer.GetAsync($"{Of(record)}?q={names[7].ToUpperInvariant()}");
        Assert.Equal([names[7]], found.Attributes("data-request"));
        Assert.Equal([names[7]], (await reviewer.GetAsync($"{Of(record)}?q={names[7][1..].ToUpperInvariant()}%20EXAM")).Attributes("data-request"));
        foreach (var nothing in (string[])["%25", "_", "é", "zz<b>", "\u0000", "%7F"])
            Assert.True((await reviewer.GetAsync($"{Of(record)}?q={Uri.EscapeDataString(Uri.UnescapeDataString(nothing))}")).Attributes("data-request").Count == 0, Uri.EscapeDataString(nothing));
        foreach (var nonsense in (string[])["after=x", "before=AAAA", "status=nonsense", $"q={new string('x', 5000)}"])
            Assert.Equal(25, (await reviewer.GetAsync($"{Of(record)}?{nonsense}")).Attributes("data-request").Count);

        // What was decided lately is at the top of the other lists.
        foreach (var name in names.Take(30))
            await world.ReviewAsync(record, name, AccessState.Accepted);
        var accepted = await reviewer.GetAsync(Of(record, "accepted"));
        Assert.Equal("pending (30) accepted (30) rejected (0) reset (0)", Counts(accepted));
        Assert.Equal(25, accepted.Attributes("data-request").Count);
    }

    [Fact]
    public async Task A_full_name_is_found_whatever_its_letters_and_their_case()
    {
        var (record, name) = (await world.AddAsync(GatePagesWorld.Card("manual")), world.NewName("letters"));
        var added = await world.Services.GetRequiredService<UserAccounts>().AddAsync(name, $"{name}@example.org", "Özlem Çelik O'Hara 100%", null, false, CancellationToken.None);
        world.People[name] = new(added.User!.Id, name, "");
        await world.AskAsync(record, name, ("Company", "x"));
        using var reviewer = await world.VisitAsync("author");
        foreach (var (typed, found) in new[] { ("Özlem", true), ("özlem", true), ("ÖZLEM", true), ("özlem çelik", true), ("çel", true), ("zlem", true), ("o'hara", true), ("100%", true), ("1_0%", false), ("Ozlem", false) })
            Assert.True(found == ((await reviewer.GetAsync($"{Of(record)}?q={Uri.EscapeDataString(typed)}")).Attributes("data-request").Count == 1), typed);
    }

    [Fact]
    public async Task The_search_for_people_tells_names_and_states_and_no_addresses()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var reviewer = await world.VisitAsync("writer");
        Assert.Equal("""[{"user":"dana","fullname":"dana Example","state":"pending"}]""", (await reviewer.GetAsync($"{Of(record)}/people?q=DAN")).Html);
        foreach (var nothing in (string[])["", "%25", "example.org", "ana", "%C3%A9", new string('x', 300)])
            Assert.Equal("[]", (await reviewer.GetAsync($"{Of(record)}/people?q={nothing}")).Html);
        await world.Services.GetRequiredService<UserAccounts>().DisableAsync("dana", true, CancellationToken.None);
        Assert.Equal("[]", (await reviewer.GetAsync($"{Of(record)}/people?q=dana")).Html);
        await world.Services.GetRequiredService<UserAccounts>().DisableAsync("dana", false, CancellationToken.None);

        var statuses = new List<int>();
        for (var i = 0; i < 140; i++)
            statuses.Add((await reviewer.GetAsync($"{Of(record)}/people?q=a")).Status);
        Assert.Equal(429, statuses[^1]);
        using var other = await world.VisitAsync("author");
        Assert.Equal(200, (await other.GetAsync($"{Of(record)}/people?q=a")).Status);
    }

    [Fact]
    public async Task Hostile_names_and_reasons_are_text_in_every_list()
    {
        const string Hostile = "<script>alert(1)</script>\"><img src=x onerror=alert(1)>";
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        var name = world.NewName("hostile");
        world.People[name] = await world.AddPersonAsync(name);
        await using (var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync())
            await db.Users.Where(u => u.Id == world.People[name].Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.FullName, Hostile));
        await world.AskAsync(record, name, (Hostile, Hostile), ("long", new string('x', 10_000)));
        using var reviewer = await world.VisitAsync("author");
        var state = "pending";
        foreach (var next in (AccessState[])[AccessState.Rejected, AccessState.Reset, AccessState.Accepted])
        {
            var page = await reviewer.GetAsync(Of(record, state));
            Assert.Contains("&lt;script&gt;alert(1)&lt;/script&gt;", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", page.Html, StringComparison.Ordinal);
            await world.ReviewAsync(record, name, next, Hostile);
            state = next.ToString().ToLowerInvariant();
        }
    }

    private static string Of(RepositoryRecord record, string? status = null) => $"/{record.FullName}/settings/access-requests{(status is null ? "" : $"?status={status}")}";

    private static string Counts(SeenPage page) =>
        string.Join(' ', Regex.Matches(page.Html, "data-tab=\"(\\w+)\">.*?<span data-count>(\\d+)<").Select(m => $"{m.Groups[1].Value} ({m.Groups[2].Value})"));

    private static string? Link(SeenPage page, string rel) =>
        Regex.Match(page.Html, $"href=\"([^\"]+)\" rel=\"{rel}\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static IEnumerable<(string, string)> Selected(SeenPage page) => Regex.Matches(page.Html, "name=\"person\" value=\"([^\"]+)\"").Select(m => ("person", m.Groups[1].Value));

    /// <summary>What the buttons of a row send.</summary>
    private (string, string)[] Decision(SeenPage page, string person, string to)
    {
        var id = world.People[person].Id;
        var seen = Regex.Match(page.Html, $"name=\"user\" value=\"{id}\">\\s*<input type=\"hidden\" name=\"seen\" value=\"(\\d+)\"").Groups[1].Value;
        return [("handler", "decide"), ("user", id), ("seen", seen), ("to", to)];
    }

    private async Task DecideAsync(PageVisitor reviewer, RepositoryRecord record, string person, string to, string notice, params (string, string)[] more)
    {
        var list = Of(record, (await world.StateAsync(record, person)).ToString().ToLowerInvariant());
        var answer = await reviewer.PostAsync(list, [.. Decision(await reviewer.GetAsync(list), person, to), .. more]);
        Assert.Equal((303, list), (answer.Status, answer.Location));
        Assert.Equal(notice, (await reviewer.GetAsync(list)).TextOf("data-notice"));
        Assert.Equal(to, (await world.StateAsync(record, person)).ToString().ToLowerInvariant());
    }
}
