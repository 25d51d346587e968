using System.Net;
using System.Text.RegularExpressions;
using GateMiddleware.Decisions;
using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>A form was sent after the session had ended, and all that somebody had written was gone. So were the answers of a request that was reset.</summary>
public sealed class KeptFormTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    [Fact]
    public async Task Answers_survive_the_end_of_a_session_and_are_sent_after_the_next_login()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var visitor = await world.VisitAsync("stranger");
        visitor.FetchSite = "same-origin";
        var path = $"/{record.FullName}/access";
        var form = await visitor.GetAsync(path);
        (string, string)[] sent = [("csrf", CsrfOf(form)), ("gate-terms", form.Attributes("value").First(v => v.Length == 64)), .. GatePagesWorld.Answers];
        visitor.LoseSession();

        var ended = await visitor.PostWithoutFieldAsync(path, sent);
        Assert.Equal(401, ended.Status);
        Assert.Contains("Your session has ended. What you filled in is kept on this page", ended.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/login?next=%2Flogin%2Fdone\" target=\"_blank\"", ended.Html, StringComparison.Ordinal);
        Assert.Contains($"action=\"{path}\" data-kept", ended.Html.Replace("enctype=\"application/x-www-form-urlencoded\" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        var kept = Hidden(ended);
        Assert.Equal(sent.Skip(1), kept.Where(field => field.Name != "csrf"));
        Assert.DoesNotContain(kept, field => field == sent[0]);

        // Too early.
        Assert.Equal(401, (await visitor.PostWithoutFieldAsync(path, kept)).Status);

        await world.StateAsync(record, "stranger");
        await visitor.LogInAsync(world, "stranger");
        var again = await visitor.PostWithoutFieldAsync(path, kept);
        Assert.Equal((200, "form"), (again.Status, again.Attribute("data-gate")));
        Assert.Contains("You have logged in again, as stranger. Your answers are still here", again.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Example &amp; S&#xF6;hne\"", again.Html, StringComparison.Ordinal);
        Assert.Contains("<option selected=\"\" value=\"FR\"", again.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"1990-02-28\"", again.Html, StringComparison.Ordinal);
        Assert.Contains("<option selected=\"\" value=\"other\"", again.Html, StringComparison.Ordinal);
        Assert.Matches("<input checked=\"\"[^>]*name=\"I agree\"", again.Html);
        Assert.Equal(AccessState.None, await world.StateAsync(record, "stranger"));

        Assert.Equal(303, (await visitor.PostWithoutFieldAsync(path, [("csrf", CsrfOf(again)), .. sent.Skip(1)])).Status);
        Assert.Equal(AccessState.Pending, await world.StateAsync(record, "stranger"));
    }

    /// <summary>Another site could write somebody's answers, their consent among them.</summary>
    [Theory]
    [InlineData("cross-site")]
    [InlineData("same-site")]
    [InlineData("none")]
    [InlineData(null)]
    public async Task A_form_that_may_come_from_elsewhere_is_never_shown_again(string? site)
    {
        var record = await world.AddAsync(GatePagesWorld.Card("auto"));
        foreach (var person in (string?[])[null, "stranger"])
        {
            using var visitor = await world.VisitAsync(person);
            visitor.FetchSite = site;
            var answer = await visitor.PostWithoutFieldAsync($"/{record.FullName}/access", GatePagesWorld.Answers);
            Assert.Equal(person is null ? 401 : 400, answer.Status);
            Assert.DoesNotContain("Example", answer.Html, StringComparison.Ordinal);
            Assert.Equal(AccessState.None, await world.StateAsync(record, "stranger"));
        }
    }

    [Fact]
    public async Task Any_other_form_is_sent_once_more_by_a_button_and_in_the_name_that_it_says()
    {
        var record = await world.AddAsync(GatePagesWorld.Card(""));
        using var visitor = await world.VisitAsync("author");
        visitor.FetchSite = "same-origin";
        var path = $"/{record.FullName}/edit/main";
        (string, string)[] sent = [("csrf", CsrfOf(await visitor.GetAsync(path))), ("Name", "notes.md"), ("Text", "first\nsecond <b>\n"), ("Summary", "Notes"), ("Blob", "")];
        visitor.LoseSession();
        var ended = await visitor.PostWithoutFieldAsync(path, sent);
        Assert.Equal(401, ended.Status);
        await visitor.LogInAsync(world, "writer");

        var again = await visitor.PostWithoutFieldAsync(path, Hidden(ended));
        Assert.Equal(400, again.Status);
        Assert.Contains("nothing was changed yet. What you filled in is kept here. Sent now, it is in the name of writer.", again.Text, StringComparison.Ordinal);
        using var client = world.Client(world.People["author"].Token);
        using (var missing = await client.GetAsync($"/{record.FullName}/resolve/main/notes.md", TestContext.Current.CancellationToken))
            Assert.Equal(404, (int)missing.StatusCode);

        Assert.Equal(303, (await visitor.PostWithoutFieldAsync(path, Hidden(again))).Status);
        Assert.Equal("first\nsecond <b>\n", await client.GetStringAsync($"/{record.FullName}/resolve/main/notes.md", TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_password_is_written_into_no_page()
    {
        using var visitor = await world.VisitAsync(null);
        visitor.FetchSite = "same-origin";
        var answer = await visitor.PostWithoutFieldAsync("/login", [("name", "ada"), ("password", "correct horse"), ("Password", "battery staple"), ("next", "/models")]);
        Assert.Equal(400, answer.Status);
        Assert.Contains(("name", "ada"), Hidden(answer));
        Assert.Contains("Passwords and files can't be kept", WebUtility.HtmlDecode(answer.Html), StringComparison.Ordinal);
        Assert.DoesNotContain("horse", answer.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("staple", answer.Html, StringComparison.Ordinal);

        // And a page that asks for one under a new name is a fault here.
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repository.Root, "src", "RepoHost", "Pages"), "*.cshtml", SearchOption.AllDirectories))
        {
            foreach (Match field in Regex.Matches(await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken), "<(field|input)[^>]*type=\"password\"[^>]*>"))
                Assert.Contains(Regex.Match(field.Value, "name=\"([^\"]+)\"").Groups[1].Value, KeptForm.PasswordFields.AsEnumerable());
        }
    }

    [Fact]
    public async Task What_is_too_long_is_not_read_for_somebody_unknown()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("auto"));
        using var visitor = await world.VisitAsync(null);
        visitor.FetchSite = "same-origin";
        var answer = await visitor.PostWithoutFieldAsync($"/{record.FullName}/access", [("Company", new string('x', KeptForm.Most))]);
        Assert.Equal(401, answer.Status);
        Assert.DoesNotContain("data-kept", answer.Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_reset_the_form_holds_the_former_answers_but_agreeing_is_a_new_act()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        await world.ReviewAsync(record, "dana", AccessState.Reset, "more, please");
        using var visitor = await world.VisitAsync("dana");
        var page = await visitor.GetAsync($"/{record.FullName}");
        Assert.Equal("formagain", page.Attribute("data-gate"));
        Assert.Contains("Your former answers are filled in.", page.Text, StringComparison.Ordinal);
        Assert.Contains("value=\"Example &amp; S&#xF6;hne\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("<option selected=\"\" value=\"FR\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("value=\"1990-02-28\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("<option selected=\"\" value=\"other\"", page.Html, StringComparison.Ordinal);
        Assert.DoesNotMatch("<input checked=\"\"[^>]*name=\"I agree\"", page.Html);

        // Somebody else's form is empty, and so is this person's for another repository.
        using var other = await world.VisitAsync("erin");
        Assert.DoesNotContain("Example", (await other.GetAsync($"/{record.FullName}")).Html, StringComparison.Ordinal);
        var second = await world.AddAsync(GatePagesWorld.Card("manual"));
        Assert.DoesNotContain("Example", (await visitor.GetAsync($"/{second.FullName}")).Html, StringComparison.Ordinal);
    }

    private static string CsrfOf(SeenPage page) => WebUtility.HtmlDecode(Regex.Match(page.Html, """name="csrf"[^>]*value="([^"]+)""").Groups[1].Value);

    private static List<(string Name, string Value)> Hidden(SeenPage page)
    {
        var form = Regex.Match(page.Html, "<form[^>]*data-kept.*?</form>", RegexOptions.Singleline).Value;
        return [.. Regex.Matches(form, "<input[^>]*>").Select(input => new SeenPage(200, input.Value, null)).Select(input => (input.Attribute("name")!, input.Attribute("value")!))];
    }
}
