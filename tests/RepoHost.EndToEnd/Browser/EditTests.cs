using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Texts are changed in the browser: the card and its gate above all.</summary>
public sealed class EditTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    private const string Card = """
        ---
        license: mit
        gated: manual
        extra_gated_heading: Ask us first
        extra_gated_prompt: Please be **kind**.
        extra_gated_fields:
          Company: text
          I agree: checkbox
        ---
        # A gated model

        Some text.
        """;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_author_writes_the_gate_into_the_card_sees_the_form_to_be_and_the_gate_holds(bool script)
    {
        var (name, id) = await NewAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.LoginAsync(name);
        await browser.GoAsync($"/{id}");
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Edit model card" }).ClickAsync();
        await Check(browser, script);
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Commit changes" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-notice]")).ToHaveTextAsync("The text is as it was, so there was nothing to commit.");
        await browser.GoAsync($"/{id}/blob/main/README.md");
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Edit", Exact = true }).ClickAsync();
        await browser.Page.GetByLabel("Text of the file").FillAsync(Card);
        if (!script)
            await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Preview" }).ClickAsync();
        var preview = browser.Page.Locator("[data-preview]");
        await Assertions.Expect(preview.Locator("[data-next-gate=manual]")).ToContainTextAsync("now there is none");
        await Assertions.Expect(preview.GetByRole(AriaRole.Heading, new() { Name = "Ask us first" })).ToBeVisibleAsync();
        await Assertions.Expect(preview.Locator("strong", new() { HasText = "kind" })).ToBeVisibleAsync();
        await Assertions.Expect(preview.GetByLabel("Company")).ToBeDisabledAsync();
        await Assertions.Expect(preview.GetByRole(AriaRole.Heading, new() { Name = "A gated model" })).ToBeVisibleAsync();
        await Assertions.Expect(browser.Page.GetByLabel("Text of the file")).ToHaveValueAsync(Card.ReplaceLineEndings("\n"));
        await Check(browser, script);

        await browser.Page.GetByLabel("In one line").FillAsync("A gate");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Commit changes" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator(".repository-head [data-gated=manual]")).ToBeVisibleAsync();
        using var stranger = world.Server.As(world.Stranger);
        using (var refused = await stranger.GetAsync($"/{id}/resolve/main/config.json"))
            Assert.Equal((403, "GatedRepo"), ((int)refused.StatusCode, Assert.Single(refused.Headers.GetValues("X-Error-Code"))));

        // Front matter that can't be read is told while it is written, and refused when it is sent; the text stays.
        await browser.GoAsync($"/{id}/edit/main/README.md");
        await browser.Page.GetByLabel("Text of the file").FillAsync("---\ngated: perhaps\n---\n# Broken\n");
        if (script)
            await Assertions.Expect(preview.Locator("[data-problems]")).ToContainTextAsync("README.md, line 2, column 8:");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Commit changes" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToContainTextAsync("README.md, line 2, column 8:");
        await Assertions.Expect(browser.Page.GetByLabel("Text of the file")).ToHaveValueAsync("---\ngated: perhaps\n---\n# Broken\n");
        await Check(browser, script);
    }

    [Fact]
    public async Task A_writer_is_told_that_only_others_may_lower_the_gate()
    {
        var name = await world.NewPersonAsync();
        await world.Server.RunAsync("org", "member", "acme", name, "--role", "write");
        var id = await world.NewRepositoryAsync();
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync(name);
        await browser.GoAsync($"/{id}/edit/main/README.md");
        await browser.Page.GetByLabel("Text of the file").FillAsync("# No gate any more\n");
        await Assertions.Expect(browser.Page.Locator("[data-next-gate=open]")).ToContainTextAsync("a commit of this will be refused");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Commit changes" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-faults]")).ToContainTextAsync("This would lower the repository's gate from manual to open");
        await Assertions.Expect(browser.Page.GetByLabel("Text of the file")).ToHaveValueAsync("# No gate any more\n");
        await browser.AccessibleAsync();
    }

    [Fact]
    public async Task Two_who_edit_the_same_file_both_keep_what_they_wrote()
    {
        var (name, id) = await NewAsync();
        await using var first = await chromium.OpenAsync(world.Server);
        await using var second = await chromium.OpenAsync(world.Server);
        foreach (var browser in new[] { first, second })
        {
            await browser.LoginAsync(name);
            await browser.GoAsync($"/{id}/edit/main/vocab.txt");
        }

        await first.Page.GetByLabel("Text of the file").FillAsync("the first one's words\n");
        await first.Page.GetByRole(AriaRole.Button, new() { Name = "Commit changes" }).ClickAsync();
        await Assertions.Expect(first.Page.Locator("#L1")).ToHaveTextAsync("the first one's words\n");
        await second.Page.GetByLabel("Text of the file").FillAsync("the second one's words\n");
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Commit changes" }).ClickAsync();
        await Assertions.Expect(second.Page.Locator("[data-faults]")).ToContainTextAsync("Somebody has changed this file since you began");
        await Assertions.Expect(second.Page.Locator("[data-theirs]")).ToContainTextAsync("the first one's words");
        await Assertions.Expect(second.Page.GetByLabel("Text of the file")).ToHaveValueAsync("the second one's words\n");
        await second.AccessibleAsync();
        await second.Page.GetByRole(AriaRole.Button, new() { Name = "Commit changes" }).ClickAsync();
        await Assertions.Expect(second.Page.Locator("#L1")).ToHaveTextAsync("the second one's words\n");
    }

    [Fact]
    public async Task A_new_file_is_written_on_a_phone()
    {
        var (name, id) = await NewAsync();
        await using var browser = await chromium.OpenAsync(world.Server, viewport: new() { Width = 390, Height = 844 });
        await browser.LoginAsync(name);
        await browser.GoAsync($"/{id}/tree/main");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Link, new() { Name = "Settings", Exact = true }).Last).ToBeInViewportAsync(new() { Ratio = 1 });
        await browser.Page.GetByText("Add file").ClickAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Create a file" }).ClickAsync();
        await browser.Page.GetByLabel("Name", new() { Exact = true }).FillAsync("docs/usage.md");
        await browser.Page.GetByLabel("Text", new() { Exact = true }).FillAsync("# How it is used\n\n<script>alert(1)</script>\n");
        await Assertions.Expect(browser.Page.Locator("[data-preview]").GetByRole(AriaRole.Heading, new() { Name = "How it is used" })).ToBeVisibleAsync();
        await Assertions.Expect(browser.Page.GetByLabel("In one line")).ToHaveAttributeAsync("placeholder", "Create usage.md");
        await browser.FitsAsync();
        await browser.AccessibleAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Commit changes" }).ClickAsync();
        Assert.EndsWith($"/{id}/blob/main/docs/usage.md", browser.Page.Url, StringComparison.Ordinal);
        await Assertions.Expect(browser.Page.Locator("[data-latest]")).ToContainTextAsync("Create usage.md");
    }

    private static async Task Check(SiteBrowser browser, bool script)
    {
        if (script)
            await browser.AccessibleAsync();
    }

    private async Task<(string Person, string Id)> NewAsync()
    {
        var name = await world.NewPersonAsync();
        await world.Server.AddRepositoryAsync("model", $"{name}/texts", Paths.Sample("models/acme/tiny-sentiment-open"));
        return (name, $"{name}/texts");
    }
}
