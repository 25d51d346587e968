using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Finding a repository, reading its card and using it: home, lists, profiles, model cards.</summary>
public sealed class CardTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    private static readonly string[] Pages = ["/", "/models", "/models?filter=onnx&gated=true", "/datasets", "/spaces", "/acme", $"/{World.Gated}", $"/{World.Open}", $"/datasets/{World.Dataset}"];

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_visitor_finds_a_model_reads_its_card_and_learns_how_to_use_it(bool script)
    {
        await using var browser = await chromium.OpenAsync(world.Server, script);
        var page = browser.Page;
        await browser.GoAsync("/");
        await page.Locator("main").GetByLabel("Search models by name").FillAsync("sentiment-open");
        await page.Locator("main").GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Assertions.Expect(page.Locator("[data-list] > li")).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = World.Open }).ClickAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 2 }).First).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("[data-facts]")).ToContainTextAsync("apache-2.0");
        await Assertions.Expect(page.Locator("[data-facts]")).ToContainTextAsync("11 files");

        await page.Locator("[data-use] > summary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-snippet=transformers] code")).ToContainTextAsync($"os.environ[\"HF_ENDPOINT\"] = \"{world.Server.Base}\"");
        await page.Locator("[data-snippet=hf] > summary").ClickAsync();
        await Assertions.Expect(page.Locator("[data-snippet=hf] code")).ToHaveTextAsync($"export HF_ENDPOINT={world.Server.Base}\nhf download {World.Open}");
        await Assertions.Expect(page.Locator("[data-snippet=transformers] code")).ToBeHiddenAsync();

        await page.Locator("[data-tags]").GetByRole(AriaRole.Link, new() { Name = "License: apache-2.0" }).ClickAsync();
        await Assertions.Expect(page).ToHaveURLAsync($"{world.Server.Base}/models?filter=license%3Aapache-2.0");
        await Assertions.Expect(page.Locator($"[data-list] [data-repository='{World.Gated}']")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator($"[data-list] [data-repository='{World.Private}']")).ToHaveCountAsync(0);
        await page.Locator("[data-list]").GetByRole(AriaRole.Link, new() { Name = World.Gated, Exact = true }).ClickAsync();
        await page.Locator(".repository-name").GetByRole(AriaRole.Link, new() { Name = "acme", Exact = true }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Acme");
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_pages_break_no_rule_of_accessibility(ColorScheme colors)
    {
        await using var browser = await chromium.OpenAsync(world.Server, colors: colors);
        foreach (var page in Pages)
        {
            Assert.Equal(200, await browser.GoAsync(page));
            await browser.AccessibleAsync();
        }

        await browser.GoAsync($"/{World.Open}");
        await browser.Page.Locator("[data-use] > summary").ClickAsync();
        await browser.AccessibleAsync();
        await browser.LoginAsync(await world.NewPersonAsync());
        await browser.AccessibleAsync();
    }

    [Fact]
    public async Task The_pages_fit_on_a_phone()
    {
        await using var browser = await chromium.OpenAsync(world.Server, viewport: new() { Width = 390, Height = 844 });
        foreach (var page in Pages)
        {
            await browser.GoAsync(page);
            await browser.FitsAsync();
        }

        await browser.GoAsync($"/{World.Open}");
        await browser.Page.Locator("[data-use] > summary").ClickAsync();
        await browser.FitsAsync();
        await browser.Page.Keyboard.PressAsync("Escape");
        await browser.Page.Locator("[data-contents] > summary").ClickAsync();
        await browser.FitsAsync();
    }

    [Fact]
    public async Task A_list_is_narrowed_while_one_types()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        var page = browser.Page;
        await browser.GoAsync("/models");
        await page.EvaluateAsync("window.same = true");
        await page.Locator("main").GetByLabel("Search models by name").PressSequentiallyAsync("sentiment-auto");
        await Assertions.Expect(page.Locator("[data-list] > li")).ToHaveCountAsync(1);
        await Assertions.Expect(page.Locator("[data-search-status]")).ToHaveTextAsync("1 found");
        await Assertions.Expect(page).ToHaveURLAsync($"{world.Server.Base}/models?search=sentiment-auto");
        await page.Locator("main").GetByLabel("Search models by name").FillAsync("there is no such model");
        await Assertions.Expect(page.Locator("[data-none]")).ToHaveTextAsync("No model matches. Show all models");
        Assert.True(await page.EvaluateAsync<bool>("window.same"));
    }

    [Fact]
    public async Task Snippets_and_code_of_cards_are_copied_with_a_button()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        var page = browser.Page;
        await browser.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await browser.GoAsync($"/{World.Open}");
        await page.Locator("[data-use] > summary").ClickAsync();
        await page.Locator("[data-snippet=git] > summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy: git" }).ClickAsync();
        await Assertions.Expect(page.Locator("#announcements")).ToHaveTextAsync("Copied");
        Assert.Equal($"git lfs install\ngit clone {world.Server.Base}/{World.Open}", await page.EvaluateAsync<string>("navigator.clipboard.readText()"));
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("[data-use] > summary")).ToBeFocusedAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Copy this code" }).First.ClickAsync();
        await page.WaitForFunctionAsync("async () => !(await navigator.clipboard.readText()).startsWith('git lfs')");
    }

    /// <summary>Many servers of this kind answer without TLS in a network of their own, where pages have no clipboard object.</summary>
    [Fact]
    public async Task Copying_works_where_the_browser_keeps_the_clipboard_from_the_page()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        var page = browser.Page;
        await page.AddInitScriptAsync("Object.defineProperty(Navigator.prototype, 'clipboard', { get: () => undefined })");
        await browser.GoAsync($"/{World.Open}");
        foreach (var (name, expected) in new[] { ($"Copy the name {World.Open}", World.Open), ("Copy the address", $"{world.Server.Base}/{World.Open}") })
        {
            await page.GetByRole(AriaRole.Button, new() { Name = name }).ClickAsync();
            await Assertions.Expect(page.Locator("#announcements")).ToHaveTextAsync("Copied");
            await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = name })).ToBeFocusedAsync();
            var search = page.GetByRole(AriaRole.Searchbox);
            await search.FillAsync("");
            await search.PressAsync("Control+V");
            await Assertions.Expect(search).ToHaveValueAsync(expected);
        }
    }

    [Fact]
    public async Task Pictures_of_a_card_are_shown_to_those_who_pass_the_gate_and_nothing_comes_from_elsewhere()
    {
        var id = await AddAsync("pictures", "---\ngated: auto\n---\n# Pictures\n\n![A plot](plot.png)\n\n![badge](https://badges.example.net/x.svg)\n\n<img src=\"https://badges.example.net/y.png\">\n");
        await using var browser = await chromium.OpenAsync(world.Server);
        var elsewhere = Elsewhere(browser);
        await browser.GoAsync($"/{id}");
        await Assertions.Expect(browser.Page.Locator("[data-card] img")).ToHaveCountAsync(0);
        await Assertions.Expect(browser.Page.Locator("[data-card] .held-picture")).ToHaveTextAsync("A plot");

        await browser.LoginAsync("card-author");
        await browser.GoAsync($"/{id}");
        await browser.Page.WaitForFunctionAsync("document.querySelector('[data-card] img').naturalWidth === 2");
        await Assertions.Expect(browser.Page.Locator("[data-card] a.linked-picture")).ToHaveCountAsync(2);
        Assert.Empty(elsewhere);
    }

    /// <summary>Threat row 36. A refused script, style or picture would be an error in the browser's console, which fails the test by itself.</summary>
    [Fact]
    public async Task A_hostile_card_runs_nothing_loads_nothing_and_changes_nothing_of_the_page()
    {
        const string ran = "document.title='ran';window.ran=1";
        var id = await AddAsync("hostile", $$"""
            ---
            license: "<script>{{ran}}</script>"
            tags: ["<img src=x onerror=\"{{ran}}\">", "\u202Eevil"]
            base_model: "\"><svg onload=\"{{ran}}\">"
            ---
            # <img src=x onerror="{{ran}}"> Title

            <script>{{ran}}</script><script src=a.js></script><svg onload="{{ran}}"><svg><script>{{ran}}</script></svg>
            <iframe srcdoc="<script>{{ran}}</script>"></iframe><object data=a.svg></object><embed src=a.svg><link rel=stylesheet href=a.css>
            <style>body { display: none }</style><meta http-equiv=refresh content="0;url=/logout"><base href="https://elsewhere.example/">
            <form action=/logout method=post><button>Log out</button></form><details open ontoggle="{{ran}}">x</details>
            <a href="javascript:{{ran}}" id=link1>one</a> [two](javascript:{{ran}}) <a href="data:text/html,<script>{{ran}}</script>">three</a>
            <img src="https://elsewhere.example/x.png"><img srcset="https://elsewhere.example/x.png 2x" src=plot.png><video src=x onerror="{{ran}}" poster=https://elsewhere.example/y.png></video>
            <math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror={{ran}}&gt;">
            <p style="position:fixed;inset:0;background:red">over everything</p><div id=main name=body class="skip menu" hidden>x</div>
            <noscript><p title="</noscript><img src=x onerror={{ran}}>"></noscript></div></main></body>

            ```"><script>{{ran}}</script>
            </code></pre><script>{{ran}}</script>
            ```
            """);
        await using var browser = await chromium.OpenAsync(world.Server);
        var elsewhere = Elsewhere(browser);
        await browser.LoginAsync("card-author");
        foreach (var address in (string[])[$"/{id}", "/models?search=hostile", "/"])
        {
            Assert.Equal(200, await browser.GoAsync(address));
            await Assertions.Expect(browser.Page.Locator("[data-menu=account]")).ToBeVisibleAsync();
            await Assertions.Expect(browser.Page.Locator("footer.site")).ToBeVisibleAsync();
            Assert.False(await browser.Page.EvaluateAsync<bool>("'ran' in window || document.title === 'ran'"));
            Assert.Equal($"{world.Server.Base}{address}", browser.Page.Url);
            Assert.Equal(0, await browser.Page.EvaluateAsync<int>("document.querySelectorAll('main script, main style, main iframe, main svg:not(.icon), main [style], main object, main embed, main form:not([role=search])').length"));
        }

        Assert.Empty(elsewhere);
    }

    /// <summary>Threat row 37: whatever somebody uploads is opened as text, without the site's cookies in reach.</summary>
    [Fact]
    public async Task Files_that_are_opened_run_nothing_in_the_sites_origin()
    {
        var script = "<script>document.title='ran'</script>";
        var id = await AddAsync("files", "# Files\n", new()
        {
            ["a.html"] = $"<html><head><title>page</title></head><body>{script}</body></html>",
            ["a.svg"] = $"<svg xmlns='http://www.w3.org/2000/svg' onload=\"document.title='ran'\">{script}</svg>",
            ["a.xml"] = $"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>{script}</html>",
            ["a.xhtml"] = $"<html xmlns='http://www.w3.org/1999/xhtml'><head>{script}</head></html>",
            ["a.pdf"] = "%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n",
            ["a.js"] = "document.title='ran'",
        });
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.LoginAsync("card-author");
        foreach (var file in (string[])["a.html", "a.svg", "a.xml", "a.xhtml", "a.pdf", "a.js"])
        {
            foreach (var verb in (string[])["resolve", "raw"])
            {
                Assert.Equal(200, await browser.GoAsync($"/{id}/{verb}/main/{file}"));
                Assert.NotEqual("ran", await browser.Page.TitleAsync());
                Assert.Equal(1, await browser.Page.Locator("body > pre").CountAsync());
                Assert.Equal("null", await browser.Page.EvaluateAsync<string>("self.origin"));
            }
        }
    }

    [Fact]
    public async Task The_first_page_is_under_50_kB_with_all_that_belongs_to_it_and_nothing_on_it_moves()
    {
        await using var browser = await chromium.OpenAsync(world.Server);
        await browser.GoAsync("/");
        await browser.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        var bytes = await browser.Page.EvaluateAsync<int>("[...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')].reduce((sum, e) => sum + e.transferSize, 0)");
        Assert.InRange(bytes, 5_000, 50_000);
        foreach (var page in Pages)
        {
            await browser.GoAsync(page);
            await browser.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
            var shift = await browser.Page.EvaluateAsync<double>(
                "new Promise(done => { let sum = 0; new PerformanceObserver(list => { for (const e of list.getEntries()) sum += e.value; }).observe({ type: 'layout-shift', buffered: true }); requestAnimationFrame(() => requestAnimationFrame(() => done(sum))); })");
            Assert.True(shift < 0.02, $"{page} moves by {shift}");
        }
    }

    /// <summary>Requests to any server but ours.</summary>
    private List<string> Elsewhere(SiteBrowser browser)
    {
        var elsewhere = new List<string>();
        browser.Context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(world.Server.Base + "/", StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                elsewhere.Add(request.Url);
        };
        return elsewhere;
    }

    /// <summary>A repository of card-author's with this card, a picture of two pixels, and whatever else.</summary>
    private async Task<string> AddAsync(string name, string card, Dictionary<string, string>? files = null)
    {
        if ((await world.Server.CommandAsync("", "token", "add", "card-author", "--name", "there", "--role", "read")).ExitCode != 0)
            await world.Server.AddReaderOfPagesAsync("card-author");
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("README.md"), card);
        await File.WriteAllBytesAsync(folder.File("plot.png"), Convert.FromBase64String("iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADUlEQVR4nGP4zwAE/wEHAAH/4iOeWQAAAABJRU5ErkJggg=="));
        foreach (var (file, text) in files ?? [])
            await File.WriteAllTextAsync(folder.File(file), text);
        await world.Server.AddRepositoryAsync("model", $"card-author/{name}", folder.Location);
        return $"card-author/{name}";
    }
}
