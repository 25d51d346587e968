using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Files, versions and history as a visitor sees them.</summary>
public sealed class FilesTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    private const string Repository = World.Open;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_visitor_goes_from_the_list_to_a_file_its_history_and_a_commit(bool script)
    {
        await using var browser = await chromium.OpenAsync(world.Server, script);
        Assert.Equal(200, await browser.GoAsync($"/{Repository}/tree/main"));
        await Assertions.Expect(browser.Page.Locator("[data-path='model.safetensors'] [data-lfs]")).ToBeVisibleAsync();
        await Check(browser, script);

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "config.json", Exact = true }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("#L1")).ToHaveTextAsync("{");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Region, new() { Name = "config.json" })).ToContainTextAsync("\"hidden_dim\"");
        await browser.GoAsync($"/{Repository}/blob/main/config.json#L3");
        await Assertions.Expect(browser.Page.Locator(".line:target")).ToHaveAttributeAsync("id", "L3");
        await Check(browser, script);

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "History" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-commit]")).ToHaveCountAsync(1);
        await Check(browser, script);

        await browser.Page.Locator("[data-commit] .commit-title").ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-change='config.json'] .line.add").First).ToContainTextAsync("+{");
        await Check(browser, script);

        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "Files at this commit" }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-path='config.json']")).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_branch_is_picked_and_the_place_is_kept(bool script)
    {
        var id = await ManyBranchesAsync();
        await using var browser = await chromium.OpenAsync(world.Server, script);
        await browser.GoAsync($"/{id}/blob/main/sub/a.txt");
        var picker = browser.Page.Locator("[data-revisions]");
        await picker.Locator("summary").ClickAsync();
        if (script)
        {
            await Assertions.Expect(picker.GetByRole(AriaRole.Searchbox)).ToBeFocusedAsync();
            await picker.GetByRole(AriaRole.Searchbox).FillAsync("topic/7");
            await Assertions.Expect(picker.Locator(".lists a:visible")).ToHaveCountAsync(11);
            await browser.AccessibleAsync();
            await picker.GetByRole(AriaRole.Searchbox).FillAsync("no such thing");
            await Assertions.Expect(picker.Locator("[data-none]")).ToBeVisibleAsync();
            await picker.GetByRole(AriaRole.Searchbox).FillAsync("");
        }

        await picker.GetByRole(AriaRole.Link, new() { Name = "topic/7", Exact = true }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Region, new() { Name = "a.txt" })).ToHaveTextAsync("topic 7\n");
        Assert.EndsWith("/blob/topic%2F7/sub/a.txt", browser.Page.Url, StringComparison.Ordinal);

        await picker.Locator("summary").ClickAsync();
        await picker.GetByRole(AriaRole.Searchbox).FillAsync("TOPIC/99");
        await picker.GetByRole(AriaRole.Searchbox).PressAsync("Enter");
        await Assertions.Expect(browser.Page.Locator("[data-ref]")).ToHaveCountAsync(1);
        if (script)
            await browser.AccessibleAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "topic/99" }).First.ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-path='sub']")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Whoever_has_no_access_sees_names_and_is_led_to_the_form()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.GoAsync($"/{World.Gated}/tree/main");
        await Assertions.Expect(browser.Page.Locator("[data-gated-note]")).ToContainTextAsync("you need access");
        await browser.AccessibleAsync();
        await browser.Page.GetByRole(AriaRole.Link, new() { Name = "config.json", Exact = true }).ClickAsync();
        await Assertions.Expect(browser.Page.Locator("[data-gate-message]")).ToContainTextAsync("is restricted");
        Assert.Equal(200, await browser.GoAsync($"/{World.Gated}/blob/main/README.md"));
        await Assertions.Expect(browser.Page.Locator("#L1")).ToHaveTextAsync("---");
    }

    [Fact]
    public async Task Pictures_are_shown_and_nothing_in_a_repository_runs()
    {
        const string Hostile = "\"><img src=x onerror=alert(1)>";
        var id = await ImportAsync(stream => stream
            .Commit("main", $"{Hostile}", ("sub/" + Hostile, $"<script>alert(1)</script>{Hostile}\n"), ("page.html", "<script>alert(1)</script>\n"), ("drawing.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>\n"))
            .Commit("main", "a picture", "picture.png", Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==")));
        await using var browser = await chromium.OpenAsync(world.Server);
        browser.Page.Dialog += (_, dialog) => Assert.Fail($"a script of a repository ran: {dialog.Message}");
        foreach (var page in (string[])["tree/main", "tree/main/sub", $"blob/main/sub/{Uri.EscapeDataString(Hostile)}", "commits/main", "commit/main~", "blob/main/page.html", "blob/main/drawing.svg", $"commits/main/sub/{Uri.EscapeDataString(Hostile)}"])
            await browser.GoAsync($"/{id}/{page}");
        await browser.GoAsync($"/{id}/blob/main/picture.png");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Img, new() { Name = "picture.png" })).ToHaveJSPropertyAsync("naturalWidth", 1);
    }

    [Fact]
    public async Task Commits_far_back_are_filled_in_afterwards()
    {
        var id = await ImportAsync(stream =>
        {
            stream.Commit("main", "the beginning", ("old.txt", "1"), ("busy.txt", "0"));
            for (var i = 0; i < 500; i++)
                stream.Commit("main", $"change {i}", ("busy.txt", $"{i}"));
            return stream;
        });
        await using var without = await chromium.OpenAsync(world.Server, script: false);
        await without.GoAsync($"/{id}/tree/main");
        await Assertions.Expect(without.Page.Locator("[data-path='busy.txt'] .file-commit")).ToHaveTextAsync("change 499");
        await Assertions.Expect(without.Page.Locator("[data-path='old.txt'] .file-commit")).ToHaveTextAsync("");

        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.GoAsync($"/{id}/tree/main");
        await browser.Page.Locator("[data-path='old.txt']").GetByRole(AriaRole.Link, new() { Name = "the beginning" }).ClickAsync();
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Heading, new() { Name = "the beginning" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_pages_fit_a_phone_and_can_be_read_in_light_and_dark(ColorScheme colors)
    {
        var id = await ManyBranchesAsync();
        await using var browser = await chromium.OpenAsync(world.Server, colors: colors, viewport: new() { Width = 390, Height = 844 });
        foreach (var page in (string[])[$"{id}/tree/main", $"{id}/blob/main/sub/a%20rather%20long%20name%20of%20a%20file%20that%20goes%20on%20and%20on%20and%20on%20and%20on.txt", $"{id}/commits/main", $"{id}/commit/topic%2F7", $"{id}/refs", $"{Repository}/blob/main/config.json", $"{Repository}/blob/main/model.safetensors", $"{Repository}/commit/main"])
        {
            Assert.Equal(200, await browser.GoAsync("/" + page));
            await browser.FitsAsync();
            await browser.AccessibleAsync();
            // A column that a narrow screen leaves out goes with its heading, or the others stand under wrong ones.
            Assert.Empty(await browser.Page.EvaluateAsync<string[]>(
                "[...document.querySelectorAll('thead:not(.hidden) th')].filter(th => { const cell = th.closest('table').tBodies[0].rows[0].cells[th.cellIndex]; return (th.offsetParent === null) !== (cell.offsetParent === null); }).map(th => th.textContent)"));
        }
    }

    private static async Task Check(SiteBrowser browser, bool script)
    {
        if (script)
            await browser.AccessibleAsync();
    }

    private Task<string> ManyBranchesAsync() => ImportAsync(stream =>
    {
        stream.Commit("main", "first", ("sub/a.txt", "main"), ("sub/a rather long name of a file that goes on and on and on and on.txt", "text\n"));
        for (var i = 0; i < 120; i++)
            stream.Commit($"topic/{i}", $"work on {i} with a title that is a good deal longer than any title should be, and has_one_very_long_word_without_any_blank_in_it_at_all", ("sub/a.txt", $"topic {i}"));
        return stream;
    });

    private async Task<string> ImportAsync(Func<WrittenHistory, WrittenHistory> write)
    {
        using var folder = new TemporaryFolder();
        var id = $"acme/files-{Guid.NewGuid():N}"[..20];
        await write(new WrittenHistory()).ImportAsync(folder.File("bare"));
        await world.Server.AddRepositoryAsync("model", id, folder.File("bare"));
        return id;
    }
}
