using System.Net;
using System.Text.RegularExpressions;
using GateMiddleware.Decisions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Data;
using RepoHost.Gating;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>The form that the card declares, from the page to the stored request (contract 6.5, 6.8; threat rows 36 and 47).</summary>
public sealed class GateFormTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    /// <summary>The licence may be edited by whom the gate does not let pass; the form's own field must not lead from there to another file.</summary>
    [Theory]
    [InlineData("LICENSE.txt", "")]
    [InlineData("LICENSE.txt", "?handler=Preview")]
    [InlineData("LICENSE", "")]
    public async Task The_editor_of_an_open_file_shows_and_writes_no_other(string open, string handler)
    {
        var record = await world.AddRepositoryAsync(
            RepositoryType.Model, $"acme/{world.NewName()}", new Dictionary<string, string> { ["README.md"] = GatePagesWorld.Card("manual"), ["secret.txt"] = "the secret of the gate\n" });
        await world.UpdateAsync(record, r => r.OrgMembersGated = true);
        using var writer = await PageVisitor.OpenAsync(world, "writer");
        Assert.Equal(403, (await writer.GetAsync($"/{record.FullName}/edit/main/secret.txt")).Status);
        var path = $"/{record.FullName}/edit/main/{open}";
        Assert.Equal(200, (await writer.GetAsync(path)).Status);
        foreach (var name in (string[])["secret.txt", "other.txt"])
        {
            var answer = await writer.PostFromAsync(path, path + handler, ("Name", name), ("Blob", ""), ("Text", "x"));
            Assert.Equal(403, answer.Status);
            Assert.DoesNotContain("the secret of the gate", answer.Html, StringComparison.Ordinal);
        }

        using var author = world.Client(world.People["author"].Token);
        Assert.Equal("the secret of the gate\n", await author.GetStringAsync($"/{record.FullName}/resolve/main/secret.txt", TestContext.Current.CancellationToken));
        using var missing = await author.GetAsync($"/{record.FullName}/resolve/main/other.txt", TestContext.Current.CancellationToken);
        Assert.Equal(404, (int)missing.StatusCode);
    }

    [Fact]
    public async Task Fields_stand_in_the_cards_order_under_their_labels_and_asking_stores_the_answers_with_what_was_agreed_to()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var visitor = await world.VisitAsync("stranger");
        var page = await visitor.GetAsync($"/{record.FullName}/access");
        Assert.Equal(["Company", "Country", "Born", "Use", "I agree"], page.Attributes("name").Where(n => GatePagesWorld.Answers.Any(a => a.Label == n)));
        Assert.Contains("<option value=\"FR\">France</option>", page.Html, StringComparison.Ordinal);
        Assert.Contains("<p>Be <strong>kind</strong>.</p>", page.Html, StringComparison.Ordinal);

        var sent = await visitor.PostAsync($"/{record.FullName}/access", [("gate-terms", TermsOf(page)), .. GatePagesWorld.Answers]);
        Assert.Equal((303, $"/{record.FullName}"), (sent.Status, sent.Location));

        var request = (await world.FindRequestAsync(record, "stranger"))!;
        Assert.Equal(GatePagesWorld.Answers.Select(a => KeyValuePair.Create(a.Label, a.Answer)), StoredAnswers.Read(request.Fields));
        Assert.Equal((AccessState.Pending, true), (request.State, request.Asked));
        Assert.Matches("^[0-9a-f]{40}$", request.CardCommit);
        Assert.Matches("^[0-9a-f]{64}$", request.TermsHash);

        var pending = await visitor.GetAsync($"/{record.FullName}/access");
        Assert.Equal("pending", pending.Attribute("data-gate"));
        Assert.Contains("France (FR)", pending.Text, StringComparison.Ordinal);
        Assert.Contains("Something else (other)", pending.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Company", "  ", "Fill in this field.")]
    [InlineData("Country", "XX", "Choose a country.")]
    [InlineData("Born", "1990-02-30", "Choose a date, written yyyy-mm-dd.")]
    [InlineData("Use", "world domination", "Choose one of the options.")]
    [InlineData("I agree", "", "Tick this box to go on.")]
    public async Task What_is_wrong_stands_beside_its_field_and_the_rest_is_kept(string label, string answer, string message)
    {
        var record = await world.AddAsync(GatePagesWorld.Card("auto"));
        using var visitor = await world.VisitAsync("stranger");
        var page = await visitor.PostAsync($"/{record.FullName}/access", GatePagesWorld.Answers.Select(a => a.Label == label ? (label, answer) : a));

        Assert.Equal((200, "form"), (page.Status, page.Attribute("data-gate")));
        var key = GateFormFields.Of(new("", null, null, "", [new(label, default, [])]))[0].Key;
        Assert.Contains($"<p class=\"error\" id=\"{key}-error\">{label}: {message}</p>", page.Html, StringComparison.Ordinal);
        Assert.Contains($"<a href=\"#{key}\">{label}: {message}</a>", page.Html, StringComparison.Ordinal);
        Assert.Equal(label == "Company", !page.Html.Contains("value=\"Example &amp; S&#xF6;hne\"", StringComparison.Ordinal));
        Assert.Equal(label == "Country", !page.Html.Contains("<option selected=\"\" value=\"FR\"", StringComparison.Ordinal));
        Assert.Equal(label == "Born", !page.Html.Contains("value=\"1990-02-28\"", StringComparison.Ordinal));
        Assert.Equal(label == "Use", !page.Html.Contains("<option selected=\"\" value=\"other\"", StringComparison.Ordinal));
        Assert.Equal(AccessState.None, await world.StateAsync(record, "stranger"));
    }

    [Fact]
    public async Task Whoever_asks_all_the_time_has_to_wait_and_loses_no_answer()
    {
        var name = world.NewName("eager");
        world.People[name] = await world.AddPersonAsync(name);
        var (asked, record) = (await world.AddAsync("---\ngated: manual\n---\n"), await world.AddAsync(GatePagesWorld.Card("manual")));
        for (var i = 0; i < AccessRequests.MostAskedInAnHour; i++)
        {
            await world.AskAsync(asked, name);
            Assert.True(await world.Services.GetRequiredService<AccessRequests>().WithdrawAsync(asked, world.People[name].Id, CancellationToken.None));
        }

        using var visitor = await world.VisitAsync(name);
        var page = await visitor.PostAsync($"/{record.FullName}/access", GatePagesWorld.Answers);
        Assert.Equal((200, "form"), (page.Status, page.Attribute("data-gate")));
        Assert.Contains("You have asked for access very often within an hour, so this request was not sent.", page.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Example &amp; S&#xF6;hne\"", page.Html, StringComparison.Ordinal);
        var sent = await visitor.PostFromAsync($"/{record.FullName}/access", $"/{record.FullName}/ask-access", GatePagesWorld.Answers);
        Assert.Equal(429, sent.Status);
        Assert.Equal(AccessState.None, await world.StateAsync(record, name));

        await world.AskAsync(record, "erin", GatePagesWorld.Answers);
    }

    public static TheoryData<string> HostileLabels =>
    [
        "csrf", "CSRF", "__RequestVerificationToken", "gate-terms", "_charset_", "field-0123456789abcdef", "handler", "method", "dataset", "submit",
        "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a.b[0].c", "........................................", "[", "]", "a[", "{{7*7}}", "@Model", "&amp;",
        "\u202Egnp.exe", "שלום עולם", "公司", "😀", "%00", "+", "a=b&c=d", "'; DROP TABLE Users; --",
    ];

    [Theory]
    [MemberData(nameof(HostileLabels))]
    public async Task A_label_may_be_anything_and_its_answer_arrives(string label)
    {
        var quoted = "\"" + label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
        var record = await world.AddAsync($"---\ngated: manual\nextra_gated_fields:\n  {quoted}: text\n  Company: text\n  company: text\n---\n");
        using var visitor = await world.VisitAsync("stranger");
        var page = await visitor.GetAsync($"/{record.FullName}/access");
        Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", page.Html, StringComparison.Ordinal);

        // As a browser does it: each text field of the form under its name, in the form's order.
        var names = Regex.Matches(page.Html, "<input[^>]*type=\"text\"[^>]*>").Select(input => new SeenPage(200, input.Value, null).Attribute("name")!).ToList();
        Assert.Equal(3, names.Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var empty = await visitor.PostAsync($"/{record.FullName}/access", names.Select(n => (n, "")));
        Assert.Equal(3, Regex.Count(empty.Html, "class=\"error\""));
        Assert.DoesNotContain("<script>alert", empty.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<img src=x", empty.Html, StringComparison.Ordinal);

        var sent = await visitor.PostAsync($"/{record.FullName}/access", names.Select((n, i) => (n, $"=answer {i}<b>")));
        Assert.Equal(303, sent.Status);
        Assert.Equal(
            [KeyValuePair.Create(label, "=answer 0<b>"), KeyValuePair.Create("Company", "=answer 1<b>"), KeyValuePair.Create("company", "=answer 2<b>")],
            StoredAnswers.Read((await world.FindRequestAsync(record, "stranger"))!.Fields));

        // What was asked and answered is text on every page that shows it.
        using var author = await world.VisitAsync("author");
        foreach (var (reader, path) in new[] { (visitor, $"/{record.FullName}/access"), (visitor, "/settings/gated-repos"), (author, $"/{record.FullName}/settings/access-requests") })
        {
            var shown = await reader.GetAsync(path);
            Assert.Contains("=answer 0&lt;b&gt;", shown.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", shown.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", shown.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_form_of_two_hundred_long_labels_can_be_asked_and_answered()
    {
        var labels = Enumerable.Range(0, 200).Select(i => $"{i} {string.Concat(Enumerable.Repeat("質", 400))}").ToList();
        var record = await world.AddAsync($"---\ngated: auto\nextra_gated_fields:\n{string.Concat(labels.Select(l => $"  \"{l}\": text\n"))}---\n");
        using var visitor = await world.VisitAsync("stranger");
        var fields = GateFormFields.Of(new("", null, null, "", [.. labels.Select(l => new GateMiddleware.Policy.GateField(l, default, []))]));
        var empty = await visitor.PostAsync($"/{record.FullName}/access", fields.Select(f => (f.Name, "")));
        Assert.Equal((200, 200), (empty.Status, Regex.Count(empty.Html, "class=\"error\"")));
        var sent = await visitor.PostAsync($"/{record.FullName}/access", fields.Select(f => (f.Name, "x")));
        Assert.Equal(303, sent.Status);
        Assert.Equal(AccessState.Accepted, await world.StateAsync(record, "stranger"));
    }

    /// <summary>A box with such a label was left out of the form, and whoever asked got in without having agreed.</summary>
    [Fact]
    public async Task A_label_of_five_thousand_characters_is_asked_and_comes_back_in_every_report()
    {
        var label = $"1. I agree {string.Concat(Enumerable.Repeat("to keep the files to myself, ", 200))[..4986]}so.";
        Assert.Equal(5000, label.Length);
        var record = await world.AddAsync($"---\ngated: auto\nextra_gated_fields:\n  ? \"{label.Replace("1. I agree", "1. I\\tagree\\n", StringComparison.Ordinal)}\"\n  : checkbox\n---\n");
        using var visitor = await world.VisitAsync("stranger");
        var page = await visitor.GetAsync($"/{record.FullName}/access");
        Assert.Contains($">{label}</label>", page.Html, StringComparison.Ordinal);
        var name = GateFormFields.Of(new("", null, null, "", [new(label, default, [])]))[0].Name;

        var refused = await visitor.PostAsync($"/{record.FullName}/access", ("gate-terms", TermsOf(page)));
        Assert.Equal((200, AccessState.None), (refused.Status, await world.StateAsync(record, "stranger")));
        Assert.Contains($"{label[..120].TrimEnd()}…: Tick this box to go on.", refused.Text, StringComparison.Ordinal);
        Assert.Equal(303, (await visitor.PostAsync($"/{record.FullName}/access", ("gate-terms", TermsOf(page)), (name, "on"))).Status);

        var request = (await world.FindRequestAsync(record, "stranger"))!;
        Assert.Equal(KeyValuePair.Create(label, "on"), Assert.Single(StoredAnswers.Read(request.Fields)));
        Assert.Equal((AccessState.Accepted, TermsOf(page)), (request.State, request.TermsHash));
        using var author = await world.VisitAsync("author");
        Assert.Contains($"<dt dir=\"auto\">{label}</dt>", (await author.GetAsync($"/{record.FullName}/settings/access-requests?status=accepted")).Html, StringComparison.Ordinal);
        Assert.Contains($"<dt dir=\"auto\">{label}</dt>", (await visitor.GetAsync("/settings/gated-repos")).Html, StringComparison.Ordinal);
        using var reports = world.Client(world.People["author"].Token);
        foreach (var report in (string[])["", "?format=csv"])
            Assert.Contains(label, await reports.GetStringAsync($"/{record.FullName}/user-access-report{report}", TestContext.Current.CancellationToken), StringComparison.Ordinal);

        // As the Hub names the field.
        using var other = await world.VisitAsync("dana");
        Assert.Equal(400, (await other.PostFromAsync("/settings/gated-repos", $"/{record.FullName}/ask-access")).Status);
        Assert.Equal(303, (await other.PostFromAsync("/settings/gated-repos", $"/{record.FullName}/ask-access", (label, "on"))).Status);
        Assert.Equal(AccessState.Accepted, await world.StateAsync(record, "dana"));
    }

    /// <summary>What people must agree to was not read, so agreeing to what is left of it let them in.</summary>
    [Fact]
    public async Task Filling_in_the_form_of_a_card_that_cannot_be_read_lets_nobody_in()
    {
        var record = await world.AddAsync("---\ngated: auto\nextra_gated_fields: I agree to everything\n---\n");
        await world.UpdateAsync(record, r => r.GateSetting = GateMiddleware.Policy.GateMode.Auto);
        using var visitor = await world.VisitAsync("erin");
        var page = await visitor.GetAsync($"/{record.FullName}/access");
        Assert.Contains("data-form-incomplete", page.Html, StringComparison.Ordinal);
        Assert.Equal(303, (await visitor.PostAsync($"/{record.FullName}/access", ("gate-terms", TermsOf(page)))).Status);
        Assert.Equal(AccessState.Pending, await world.StateAsync(record, "erin"));
        Assert.Equal(403, (await world.AuthCheckAsync(record, "erin")).Status);
    }

    [Fact]
    public async Task Texts_of_the_card_are_never_markup()
    {
        const string Hostile = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))";
        var record = await world.AddAsync(
            $"---\ngated: manual\nextra_gated_heading: '{Hostile}'\nextra_gated_prompt: '{Hostile}'\nextra_gated_description: '{Hostile}'\nextra_gated_button_content: '{Hostile}'\nextra_gated_fields:\n  Use:\n    type: select\n    options: ['{Hostile}']\n---\n");
        foreach (var person in (string?[])[null, "stranger"])
        {
            using var visitor = await world.VisitAsync(person);
            var page = await visitor.GetAsync($"/{record.FullName}/access");
            Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("onerror=\"", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", page.Html[page.Html.IndexOf("<main", StringComparison.Ordinal)..], StringComparison.Ordinal);
            Assert.DoesNotContain("href=\"javascript:", page.Html, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Terms_that_changed_while_the_page_was_open_are_shown_before_anybody_agrees_to_them()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var visitor = await world.VisitAsync("dana");
        var seen = await visitor.GetAsync($"/{record.FullName}/access");
        var terms = TermsOf(seen);
        await world.CommitCardAsync(record, GatePagesWorld.Card("manual").Replace("Be **kind**.", "Give us your soul.", StringComparison.Ordinal));

        var again = await visitor.PostAsync($"/{record.FullName}/access", [("gate-terms", terms), .. GatePagesWorld.Answers]);
        Assert.Contains("The authors have changed the conditions while this page was open.", again.Text, StringComparison.Ordinal);
        Assert.Contains("Give us your soul.", again.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Example &amp; S&#xF6;hne\"", again.Html, StringComparison.Ordinal);
        Assert.Equal(AccessState.None, await world.StateAsync(record, "dana"));

        var now = TermsOf(again);
        Assert.Equal(303, (await visitor.PostAsync($"/{record.FullName}/access", [("gate-terms", now), .. GatePagesWorld.Answers])).Status);
        Assert.Equal(now, (await world.FindRequestAsync(record, "dana"))!.TermsHash);

        // Changed afterwards: what was agreed to stays written down, and both sides see that it is not the present text.
        await world.CommitCardAsync(record, GatePagesWorld.Card("manual"));
        Assert.Contains("; the authors have changed them since", (await visitor.GetAsync($"/{record.FullName}/access")).Text, StringComparison.Ordinal);
        using var author = await world.VisitAsync("author");
        Assert.Contains("; they have changed since.", (await author.GetAsync($"/{record.FullName}/settings/access-requests")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Asking_needs_the_pages_own_field_and_a_person()
    {
        var record = await world.AddAsync("---\ngated: auto\n---\n");
        using var visitor = await world.VisitAsync("erin");
        foreach (var path in (string[])[$"/{record.FullName}/access", $"/{record.FullName}/ask-access"])
        {
            var forged = await visitor.PostWithoutFieldAsync(path);
            Assert.Equal(400, forged.Status);
            Assert.Contains("did not come from this site", WebUtility.HtmlDecode(forged.Html), StringComparison.Ordinal);
        }

        // A link, an image or a prefetch never asks.
        foreach (var path in (string[])[$"/{record.FullName}/access?gate-terms=x", $"/{record.FullName}/ask-access"])
            await visitor.GetAsync(path);
        Assert.Equal(0, await world.EventsAsync(record));
        using var nobody = await world.VisitAsync(null);
        Assert.Contains((await nobody.PostFromAsync("/login", $"/{record.FullName}/access")).Status, (int[])[400, 401]);
        Assert.Equal(303, (await visitor.PostAsync($"/{record.FullName}/access")).Status);
        Assert.Equal(AccessState.Accepted, await world.StateAsync(record, "erin"));
    }

    [Fact]
    public async Task A_rejected_person_has_no_form_and_sending_one_all_the_same_changes_nothing()
    {
        var record = await world.AddAsync("---\ngated: manual\n---\n");
        await world.AskAsync(record, "erin");
        await world.ReviewAsync(record, "erin", AccessState.Rejected, "no");
        using var visitor = await world.VisitAsync("erin");
        var answer = await visitor.PostFromAsync("/settings/gated-repos", $"/{record.FullName}/access");
        Assert.NotEqual(200, answer.Status);
        Assert.Equal(AccessState.Rejected, await world.StateAsync(record, "erin"));
        Assert.Equal(2, await world.EventsAsync(record));
    }

    private static string TermsOf(SeenPage page) => Regex.Match(page.Html, "name=\"gate-terms\" value=\"([0-9a-f]{64})\"").Groups[1].Value;
}
