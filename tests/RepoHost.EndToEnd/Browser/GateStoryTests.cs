using System.Text.Json;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Browser.Pages;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>The whole story of a gate in the browser and with git, as its four people live it, with script and without; then by keyboard, on a phone, and with hostile texts.</summary>
public sealed class GateStoryTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    private const string File = "config.json";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_organization_gates_its_model_people_ask_and_a_reviewer_decides(bool script)
    {
        var (boss, author, asker, stranger) = (await world.NewPersonAsync(), await world.NewPersonAsync(), await world.NewPersonAsync(), await world.NewPersonAsync());
        await world.Server.RunAsync("org", "member", "acme", boss, "--role", "admin");
        await world.Server.RunAsync("org", "member", "acme", author, "--role", "write");
        var id = await UngatedAsync();
        await using var bossAt = await LoggedInAsync(boss, script);
        await using var authorAt = await LoggedInAsync(author, script);
        await using var askerAt = await LoggedInAsync(asker, script);
        await using var strangerAt = await LoggedInAsync(stranger, script);
        var (settings, review, bossReview) = (new SettingsPage(bossAt, id), new ReviewPage(authorAt, id), new ReviewPage(bossAt, id));
        var (askers, strangers) = (new RepositoryPageObject(askerAt, id), new RepositoryPageObject(strangerAt, id));

        // Open, until an admin of the organization enables access requests.
        await askers.OpenAsync();
        await askers.ShowsNoGateAsync();
        await settings.OpenAsync();
        await CheckAsync(bossAt);
        await settings.EnableAccessRequestsAsync();
        await settings.SaysAsync("gate", "Access requests are enabled, with automatic approval.");
        await settings.ChooseAsync("Manual approval");
        await settings.SaysAsync("gate", "Access requests are enabled, with manual approval.");
        await CheckAsync(bossAt);

        // The form is the card's; a missing answer is told beside its field, and the others are kept.
        await askers.OpenAsync();
        await askers.ShowsAsync("form");
        Assert.Equal(World.Answers.Keys, await askers.LabelsAsync());
        await CheckAsync(askerAt);
        await askers.AnswerAsync(World.Answers);
        await askers.AnswerAsync("Full name", "   ");
        await askers.AgreeAsync();
        await askers.HasErrorAsync("Full name", "Full name: Fill in this field.");
        await Assertions.Expect(askerAt.Page.Locator("[data-faults]")).ToBeFocusedAsync();
        foreach (var (label, answer) in World.Answers.Where(a => a.Key != "Full name" && a.Value != "on"))
            await askers.StillHoldsAsync(label, answer);
        await CheckAsync(askerAt);
        await askers.AnswerAsync("Full name", World.Answers["Full name"]);
        await askers.AgreeAsync();
        await askers.ShowsAsync("pending");
        await askers.SaysAsync("Your request to access this repo has been successfully submitted, and is pending a review from the repo's authors.");
        await CheckAsync(askerAt);
        Assert.Equal((403, $"Your request to access model {id} is awaiting a review from the repo authors."), await askers.RefusedDownloadAsync(File));

        // Someone who may write reviews; somebody else may not even look.
        await review.OpenAsync();
        await review.CountsAsync("pending", 1);
        await review.AnsweredAsync(asker, "Country", "Germany (DE)");
        await CheckAsync(authorAt);
        await review.AcceptAsync(asker);
        await review.SaysAsync($"{asker} has access now.");
        Assert.Equal(403, await new ReviewPage(strangerAt, id).OpenAsync());
        await strangers.OpenAsync();
        await strangers.ShowsAsync("form");

        // Accepted: the browser's session is enough to download.
        await askers.OpenAsync();
        await askers.ShowsAsync("accepted");
        await askers.SaysAsync("You have been granted access to this model");
        await CheckAsync(askerAt);
        Assert.Equal("{\"tiny\": true}\n", await askers.DownloadAsync(File));
        Assert.Equal(403, (await strangers.RefusedDownloadAsync(File)).Status);

        // A token made in the browser, for the real git.
        var tokens = new TokenPages(askerAt);
        await tokens.OpenNewAsync();
        await tokens.NameAsync("laptop");
        await tokens.ChooseAsync("Read");
        using var git = await PersonsGit.OfAsync(await tokens.MakeAsync());
        await git.RunAsync("clone", "-q", $"{world.Server.Base}/{id}", "model");
        Assert.Equal("{\"tiny\": true}\n", await System.IO.File.ReadAllTextAsync(git.File($"model/{File}")));

        // Rejected, with a reason.
        await review.OpenAsync("accepted");
        await review.RejectAsync(asker, "no company <b>of</b> that name");
        await review.SaysAsync($"The request of {asker} is rejected.");
        await askers.OpenAsync();
        await askers.ShowsAsync("rejected");
        await askers.SaysAsync("Your request to access this repo has been rejected by the repo's authors.");
        await askers.GivesReasonAsync("no company <b>of</b> that name");
        await CheckAsync(askerAt);
        Assert.Equal((403, $"Your request to access model {id} has been rejected by the repo's authors. Reason: no company <b>of</b> that name"), await askers.RefusedDownloadAsync(File));
        var fetched = await git.TryAsync("-C", git.File("model"), "fetch");
        Assert.NotEqual(0, fetched.ExitCode);
        Assert.Contains($"remote: Your request to access model {id} has been rejected by the repo's authors. Reason: no company <b>of</b> that name", fetched.Errors, StringComparison.Ordinal);

        // Reset: they may ask again, and the reason says why.
        await review.OpenAsync("rejected");
        await CheckAsync(authorAt);
        await review.ResetAsync(asker, "please try again");
        await askers.OpenAsync();
        await askers.ShowsAsync("formagain");
        await askers.GivesReasonAsync("please try again");
        await CheckAsync(askerAt);
        await askers.AnswerAsync(World.Answers);
        await askers.AgreeAsync();
        await askers.ShowsAsync("pending");
        await bossReview.OpenAsync();
        await bossReview.AcceptTogetherAsync(asker);
        await bossReview.SaysAsync("1 request is accepted now.");

        // Access for somebody who did not ask.
        if (script)
            await bossReview.AddAccessBySearchAsync(stranger.ToUpperInvariant(), stranger);
        else
            await bossReview.AddAccessAsync(stranger);
        await bossReview.SaysAsync($"{stranger} has access now.");
        await bossReview.CountsAsync("accepted", 2);
        await CheckAsync(bossAt);
        Assert.Equal("{\"tiny\": true}\n", await strangers.DownloadAsync(File));

        // The report, as the two files that it comes in.
        var (name, json) = await bossReview.DownloadReportAsync("Download user access report");
        Assert.Equal($"user-access-report-{id.Replace('/', '-')}.json", name);
        var rows = JsonSerializer.Deserialize<JsonElement[]>(json)!;
        Assert.Equal(
            new[] { $"{asker} accepted {boss}", $"{stranger} accepted {boss}" }.Order(StringComparer.Ordinal),
            rows.Select(r => $"{r.GetProperty("user").GetString()} {r.GetProperty("status").GetString()} {r.GetProperty("grantedBy").GetProperty("user").GetString()}").Order(StringComparer.Ordinal));
        var (csvName, csv) = await bossReview.DownloadReportAsync("CSV");
        Assert.Equal($"user-access-report-{id.Replace('/', '-')}.csv", csvName);
        Assert.Equal(3, csv.Split("\r\n", StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"\"{asker}@example.org\"", csv, StringComparison.Ordinal);
        Assert.DoesNotContain($"{stranger}@example.org", csv, StringComparison.Ordinal);

        // And each finds their own requests.
        await askerAt.GoAsync("/settings/gated-repos");
        await Assertions.Expect(askerAt.Page.Locator($"li[data-request=\"{id}\"] [data-state]")).ToHaveTextAsync("accepted");
        await CheckAsync(askerAt);
    }

    [Fact]
    public async Task The_form_is_filled_in_and_sent_with_the_keyboard_alone()
    {
        var asker = await world.NewPersonAsync();
        var id = await world.NewRepositoryAsync();
        await using var browser = await LoggedInAsync(asker, script: true);
        await browser.GoAsync($"/{id}");
        var keys = browser.Page.Keyboard;
        async Task ReachAsync(string label)
        {
            var field = browser.Page.GetByLabel(label, new() { Exact = true });
            for (var i = 0; i < 60 && !await field.EvaluateAsync<bool>("e => e === document.activeElement"); i++)
                await keys.PressAsync("Tab");
            await Assertions.Expect(field).ToBeFocusedAsync();
        }

        await ReachAsync("Full name");
        await keys.TypeAsync("Peter Müller");
        await ReachAsync("Company or university");
        await keys.TypeAsync("Example Ltd");
        await ReachAsync("Country");
        await keys.TypeAsync("Germ");
        await ReachAsync("Date of birth");
        // Day and month are the same: which comes first is the browser's own affair.
        await keys.TypeAsync("02021990");
        await ReachAsync("I want to use this model for");
        await keys.PressAsync("ArrowDown");
        await ReachAsync("I agree to use this model for non-commercial purposes only");
        await keys.PressAsync("Space");
        await keys.PressAsync("Tab");
        await keys.PressAsync("Enter");
        await new RepositoryPageObject(browser, id).ShowsAsync("pending");
        await browser.Page.Locator(".gate-request summary").ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-answer=\"Country\"]")).ToHaveTextAsync("Germany (DE)");
        await Assertions.Expect(browser.Page.Locator("[data-answer=\"Date of birth\"]")).ToHaveTextAsync("1990-02-02");
    }

    [Fact]
    public async Task Somebody_who_is_not_logged_in_is_led_to_the_form_and_back()
    {
        var (asker, id) = (await world.NewPersonAsync(), await world.NewRepositoryAsync());
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.GoAsync($"/{id}");
        var page = new RepositoryPageObject(browser, id);
        await page.ShowsAsync("login");
        await browser.AccessibleAsync();
        await Assertions.Expect(browser.Page.Locator(".gate")).ToContainTextAsync("Log in or Sign Up to review the conditions and access this model content.");
        await Assertions.Expect(browser.Page.Locator(".gate").GetByRole(AriaRole.Link, new() { Name = "Sign Up" })).ToHaveAttributeAsync("href", $"/join?next=%2F{id.Replace("/", "%2F", StringComparison.Ordinal)}");
        await browser.Page.Locator(".gate").GetByRole(AriaRole.Link, new() { Name = "Log in" }).ClickAsync();
        await browser.Page.GetByLabel("User name or mail address").FillAsync(asker);
        await browser.Page.GetByLabel("Password", new() { Exact = true }).FillAsync(HubServer.Password);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Log in" }).ClickAsync();
        await page.ShowsAsync("form");
    }

    [Fact]
    public async Task Where_the_card_holds_the_gate_the_page_offers_to_take_it_out_of_the_card()
    {
        var (boss, id) = (await world.NewPersonAsync(), await world.NewRepositoryAsync());
        await world.Server.RunAsync("org", "member", "acme", boss, "--role", "admin");
        await using var browser = await LoggedInAsync(boss, script: true);
        var settings = new SettingsPage(browser, id);
        await settings.OpenAsync();
        await settings.ChooseAsync("No access requests");
        await settings.RefusesAsync("says gated: manual, and the stricter of card and setting holds.");
        await CheckAsync(browser);
        await settings.CommitTheRemovalAsync();
        await settings.SaysAsync("gate", "The gate is taken out of the card. Access requests are disabled.");
        await settings.DeleteAsync(id);
        Assert.Equal(404, await browser.GoAsync($"/{id}"));
    }

    [Fact]
    public async Task Several_are_selected_at_once_and_the_slower_reviewer_sees_what_the_other_did()
    {
        var (boss, other) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        foreach (var person in (string[])[boss, other])
            await world.Server.RunAsync("org", "member", "acme", person, "--role", "admin");
        var id = await world.NewRepositoryAsync();
        var askers = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            askers.Add(await world.NewPersonAsync());
            await world.AskAsync(id, await world.Server.AddTokenAsync(askers[i], "read"), World.Answers);
        }

        await using var browser = await LoggedInAsync(boss, script: true);
        var review = new ReviewPage(browser, id);
        await review.OpenAsync();
        await browser.Page.GetByLabel("Select all on this page").CheckAsync();
        await Assertions.Expect(browser.Page.Locator("[data-selected]")).ToHaveTextAsync("3 selected:");
        await using var faster = await LoggedInAsync(other, script: true);
        var fasterReview = new ReviewPage(faster, id);
        await fasterReview.OpenAsync();
        await fasterReview.RejectAsync(askers[0], "not this one");

        await browser.Page.Locator("[data-batch]").GetByRole(AriaRole.Button, new() { Name = "Accept" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToContainTextAsync($"{other} rejected meanwhile: the request of {askers[0]} is rejected.");
        await Assertions.Expect(browser.Page.Locator("[data-changed]").Locator($"li[data-request=\"{askers[0]}\"]")).ToContainTextAsync("Reason: not this one");
        await review.CountsAsync("accepted", 2);
        await CheckAsync(browser);
    }

    [Fact]
    public async Task Access_is_added_with_one_click_while_people_are_still_proposed()
    {
        var (boss, guest, id) = (await world.NewPersonAsync(), await world.NewPersonAsync(), await world.NewRepositoryAsync());
        await world.Server.RunAsync("org", "member", "acme", boss, "--role", "admin");
        await using var browser = await LoggedInAsync(boss, script: true);
        var review = new ReviewPage(browser, id);
        await review.OpenAsync();
        await review.AddAccessAtOnceAsync(guest);
        await review.SaysAsync($"{guest} has access now.");
        await review.CountsAsync("accepted", 1);
    }

    [Fact]
    public async Task Hostile_texts_of_cards_names_and_answers_are_text_to_a_real_browser()
    {
        const string Hostile = "<script>document.title='hit'</script>\"><img src=x onerror=\"document.title='hit'\">\u202Etxet";
        var (boss, asker) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        await world.Server.RunAsync("org", "member", "acme", boss, "--role", "admin");
        var quoted = JsonSerializer.Serialize(Hostile);
        var id = await AddAsync($"---\ngated: manual\nextra_gated_heading: {quoted}\nextra_gated_prompt: {quoted}\nextra_gated_description: {quoted}\nextra_gated_button_content: {quoted}\nextra_gated_fields:\n  {quoted}: text\n  csrf: text\n---\n");
        await using var browser = await LoggedInAsync(asker, script: true);
        var page = new RepositoryPageObject(browser, id);
        await page.OpenAsync();
        Assert.Equal(2, (await page.LabelsAsync()).Count);
        foreach (var field in await browser.Page.Locator(".gate form input[type=text]").AllAsync())
            await field.FillAsync(Hostile);
        await page.AgreeAsync();
        await page.ShowsAsync("pending");
        await using var bossAt = await LoggedInAsync(boss, script: true);
        var review = new ReviewPage(bossAt, id);
        await review.OpenAsync();
        await review.AnsweredAsync(asker, "csrf", Hostile);
        await review.RejectAsync(asker, Hostile);
        await page.OpenAsync();
        await page.GivesReasonAsync(Hostile);
        await browser.GoAsync("/settings/gated-repos");
        await bossAt.GoAsync($"/{id}/settings/access-requests?status=rejected");
        foreach (var at in (SiteBrowser[])[browser, bossAt])
        {
            Assert.NotEqual("hit", await at.Page.TitleAsync());
            Assert.Equal(0, await at.Page.Locator("main img[src=x]").CountAsync());
            await at.AccessibleAsync();
        }
    }

    [Fact]
    public async Task Everything_fits_on_a_phone()
    {
        var (boss, asker) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        await world.Server.RunAsync("org", "member", "acme", boss, "--role", "admin");
        var id = await world.NewRepositoryAsync();
        var phone = new ViewportSize { Width = 390, Height = 844 };
        await using var askerAt = await chromium.OpenAsync(world.Server, viewport: phone);
        await askerAt.LoginAsync(asker);
        var page = new RepositoryPageObject(askerAt, id);
        await page.OpenAsync();
        await askerAt.FitsAsync();
        await page.AnswerAsync(World.Answers);
        await page.AnswerAsync("Full name", new string('w', 1500));
        await page.AgreeAsync();
        await page.ShowsAsync("pending");
        await askerAt.Page.Locator(".gate-request summary").First.ClickAsync();
        await askerAt.FitsAsync();
        await askerAt.GoAsync("/settings/gated-repos");
        await askerAt.FitsAsync();

        await using var bossAt = await chromium.OpenAsync(world.Server, viewport: phone, colors: ColorScheme.Dark);
        await bossAt.LoginAsync(boss);
        await new SettingsPage(bossAt, id).OpenAsync();
        await CheckAsync(bossAt);
        await new ReviewPage(bossAt, id).OpenAsync();
        await bossAt.Page.Locator("[data-reason-of=reject] summary").First.ClickAsync();
        await CheckAsync(bossAt);
    }

    private async Task<SiteBrowser> LoggedInAsync(string person, bool script)
    {
        var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(person);
        return browser;
    }

    private static async Task CheckAsync(SiteBrowser browser)
    {
        // axe is a script itself.
        if (browser.HasScript)
        {
            await browser.AccessibleAsync();
            await browser.FitsAsync();
        }
    }

    /// <summary>The sample with all five kinds of fields, whose card says nothing of a gate.</summary>
    private async Task<string> UngatedAsync()
    {
        var card = await System.IO.File.ReadAllTextAsync(Paths.Sample("models/acme/tiny-sentiment", "README.md"));
        return await AddAsync(card.Replace("gated: manual\n", "", StringComparison.Ordinal));
    }

    private async Task<string> AddAsync(string card)
    {
        using var folder = new TemporaryFolder();
        await System.IO.File.WriteAllTextAsync(folder.File("README.md"), card);
        await System.IO.File.WriteAllTextAsync(folder.File(File), "{\"tiny\": true}\n");
        return await world.NewRepositoryFromAsync(folder.Location);
    }
}
