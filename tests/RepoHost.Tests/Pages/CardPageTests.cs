using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>The page of a repository.</summary>
public sealed class CardPageTests(PageWorld world) : IClassFixture<PageWorld>
{
    private static int _names;

    [Fact]
    public async Task The_card_of_a_gated_repository_is_there_for_everybody_and_its_front_matter_is_no_text()
    {
        foreach (var address in (string[])["/acme/gated", "/datasets/acme/gated", "/spaces/acme/gated"])
        {
            foreach (var caller in (string[])["nobody", "stranger", "pending", "accepted", "author"])
            {
                var page = await world.GetAsync(address, caller);
                Assert.Equal(HttpStatusCode.OK, page.Status);
                Assert.Equal("Gated", page.Dom.QuerySelector("[data-card] h2")!.FirstChild!.TextContent);
                Assert.DoesNotContain("extra_gated_fields", page.Dom.Body!.TextContent, StringComparison.Ordinal);
                Assert.Equal("manual", page.Dom.QuerySelector("[data-gated]")!.GetAttribute("data-gated"));
                Assert.Equal("mit", page.Dom.QuerySelector("[data-facts] dd")!.TextContent.Trim());
            }
        }
    }

    [Fact]
    public async Task HEAD_is_answered_too()
    {
        var page = await world.GetAsync("/acme/gated", "nobody", HttpMethod.Head);
        Assert.Equal((HttpStatusCode.OK, ""), (page.Status, page.Text));
    }

    [Fact]
    public async Task Pictures_of_a_gated_repository_are_sent_to_those_who_pass_the_gate_alone()
    {
        var name = await AddAsync("---\ngated: manual\n---\n![A plot](plot.png)\n");
        Assert.Empty((await world.GetAsync($"/{name}", "stranger")).Dom.QuerySelectorAll("[data-card] img"));
        Assert.Equal($"/{name}/resolve/main/plot.png", (await world.GetAsync($"/{name}", "author")).Dom.QuerySelector("[data-card] img")!.GetAttribute("src"));
        Assert.Empty((await world.GetAsync($"/{name}", "nobody")).Dom.QuerySelectorAll("[data-card] img"));
    }

    [Fact]
    public async Task A_gated_card_shows_pictures_that_everybody_may_read()
    {
        var open = await AddAsync("# Open\n");
        var gated = await AddAsync("---\ngated: manual\n---\n");
        var hidden = $"acme/hidden-{Interlocked.Increment(ref _names)}";
        await world.AddRepositoryAsync(RepositoryType.Model, hidden, new Dictionary<string, string> { ["plot.png"] = "not really" }, isPrivate: true);
        var name = await AddFilesAsync(new()
        {
            ["README.md"] = $"---\ngated: manual\nextra_gated_prompt: '![terms](images/open.png)'\n---\n![a](images/open.png) ![b](images/shut.png) ![c](/{open}/resolve/main/plot.png) ![d](/{gated}/resolve/main/plot.png)\n"
                + $"![e](/{hidden}/resolve/main/plot.png) ![f](/acme/there-is-none/resolve/main/plot.png) ![g](/models/x/resolve/main/../../plot.png) ![h](./images/../images/open.png)\n",
            ["images/open.png"] = "open",
            ["images/shut.png"] = "shut",
        });
        var record = (await world.Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Model, "acme", name["acme/".Length..], CancellationToken.None))!;
        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(record.Id, row => row.OpenFiles = "images/open.png", CancellationToken.None);

        foreach (var reader in (string[])["nobody", "stranger"])
        {
            var page = await world.GetAsync($"/{name}", reader);
            Assert.Equal(
                [$"/{name}/resolve/main/images/open.png", $"/{open}/resolve/main/plot.png", $"/{name}/resolve/main/images/open.png"],
                page.Dom.QuerySelectorAll("[data-card] img").Select(img => img.GetAttribute("src")));
            Assert.Equal(["b", "d", "e", "f", "g"], page.Dom.QuerySelectorAll("[data-card] .held-picture").Select(held => held.TextContent));
            Assert.Equal($"/{name}/resolve/main/images/open.png", page.Dom.QuerySelector("[data-gate-prompt] img")!.GetAttribute("src"));
        }

        Assert.Equal("open", (await world.GetAsync($"/{name}/resolve/main/images/open.png", "nobody")).Text);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.GetAsync($"/{name}/resolve/main/images/shut.png", "nobody")).Status);

        // Closed again: the text was remembered with its pictures.
        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(record.Id, row => row.OpenFiles = null, CancellationToken.None);
        Assert.Equal([$"/{open}/resolve/main/plot.png"], (await world.GetAsync($"/{name}", "nobody")).Dom.QuerySelectorAll("[data-card] img").Select(img => img.GetAttribute("src")));
    }

    [Fact]
    public async Task Words_of_the_front_matter_lead_to_what_says_the_same()
    {
        var name = await AddAsync("---\nlicense: mit\nlanguage: [en]\nlibrary_name: transformers\npipeline_tag: text-generation\ntags: [tiny-one, \"a,b\", \"<script>x</script>\"]\n---\n# A\n");
        var badges = (await world.GetAsync($"/{name}", "nobody")).Dom.QuerySelectorAll("[data-tags] a");
        Assert.Equal(
            ["/models?pipeline_tag=text-generation", "/models?library=transformers", "/models?filter=en", "/models?filter=license%3Amit", "/models?filter=tiny-one", "/models?filter=a%2Cb", "/models?filter=%3Cscript%3Ex%3C%2Fscript%3E"],
            badges.Select(b => b.GetAttribute("href")));
        foreach (var address in badges.Select(b => b.GetAttribute("href")!).Where(a => !a.Contains("%2C", StringComparison.Ordinal)))
            Assert.Contains($"href=\"/{name}\"", (await world.GetAsync(address, "nobody")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_card_is_told_to_those_who_may_repair_it_with_line_and_column()
    {
        var name = await AddAsync("---\nlicense: mit\nextra_gated_fields:\n  Company: nonsense\n---\n# Card\n");
        foreach (var caller in (string[])["author", "writer"])
        {
            var problems = (await world.GetAsync($"/{name}", caller)).Dom.QuerySelector("[data-card-problems]")!;
            Assert.Contains("README.md, line 4, column 12: ", problems.TextContent, StringComparison.Ordinal);
            Assert.Equal($"/{name}/edit/main/README.md", problems.QuerySelector("a")!.GetAttribute("href"));
        }

        foreach (var caller in (string[])["nobody", "stranger", "member"])
            Assert.Null((await world.GetAsync($"/{name}", caller)).Dom.QuerySelector("[data-card-problems]"));
    }

    [Fact]
    public async Task A_card_that_cannot_be_read_still_shows_its_text_and_closes_the_gate()
    {
        var name = await AddAsync("---\ngated: perhaps\n---\n# Its text\n");
        var stranger = await world.GetAsync($"/{name}", "stranger");
        Assert.Equal("manual", stranger.Dom.QuerySelector("[data-gated]")!.GetAttribute("data-gated"));
        Assert.Equal("Its text", stranger.Dom.QuerySelector("[data-card] h2")!.FirstChild!.TextContent);
        Assert.Null(stranger.Dom.QuerySelector("[data-card-problems]"));
        Assert.Contains("line 2", (await world.GetAsync($"/{name}", "author")).Dom.QuerySelector("[data-card-problems]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_without_a_card_says_so_and_authors_can_write_one()
    {
        var name = await AddFilesAsync(new() { ["config.json"] = "{}" });
        Assert.Equal($"/{name}/edit/main/README.md", (await world.GetAsync($"/{name}", "author")).Dom.QuerySelector("[data-no-card] a")!.GetAttribute("href"));
        Assert.Equal($"/{name}/tree/main", (await world.GetAsync($"/{name}", "stranger")).Dom.QuerySelector("[data-no-card] a")!.GetAttribute("href"));
    }

    [Fact]
    public async Task A_repository_without_files_tells_those_who_may_write_how_to_bring_some()
    {
        var name = $"acme/page-{Interlocked.Increment(ref _names)}";
        using var client = world.Client(world.People["author"].Token);
        using var made = await client.PostAsync("/api/repos/create", new StringContent($"{{\"name\":\"{name[5..]}\",\"organization\":\"acme\"}}", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, made.StatusCode);
        var help = (await world.GetAsync($"/{name}", "writer")).Dom.QuerySelector("[data-empty]")!.TextContent;
        Assert.Contains($"hf upload {name} .", help, StringComparison.Ordinal);
        Assert.Contains($"git clone {world.Address.GetLeftPart(UriPartial.Authority)}/{name}", help, StringComparison.Ordinal);
        Assert.DoesNotContain("hf upload", (await world.GetAsync($"/{name}", "stranger")).Dom.QuerySelector("[data-empty]")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_README_that_is_kept_as_LFS_is_no_card()
    {
        var name = await AddFilesAsync(new() { [".gitattributes"] = "*.md filter=lfs diff=lfs merge=lfs -text\n", ["README.md"] = "# Not shown\n" });
        var page = await world.GetAsync($"/{name}", "author");
        Assert.Contains("Large File Storage", page.Dom.QuerySelector("[data-no-card]")!.TextContent, StringComparison.Ordinal);
        Assert.DoesNotContain("Not shown", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_card_is_cut_and_a_blob_beyond_what_git_hands_out_at_once_is_read()
    {
        var name = await AddAsync("---\nlicense: mit\n---\n# Long\n\n" + string.Concat(Enumerable.Repeat("many words are in this line of it\n\n", 20_000)));
        var page = await world.GetAsync($"/{name}", "nobody");
        Assert.NotNull(page.Dom.QuerySelector("[data-cut]"));
        Assert.True(page.Text.Length < 600_000, $"{page.Text.Length}");
    }

    [Fact]
    public async Task A_hostile_card_in_a_hostile_commit_is_text()
    {
        const string hostile = "\"><img src=x onerror=alert(1)><script>alert(1)</script>";
        var name = await AddAsync($"---\nlicense: {System.Text.Json.JsonSerializer.Serialize(hostile)}\nbase_model: {System.Text.Json.JsonSerializer.Serialize(hostile)}\nextra_gated_fields:\n  {System.Text.Json.JsonSerializer.Serialize(hostile)}: x\n---\n{hostile}\n\n# {hostile}\n");
        foreach (var caller in (string[])["nobody", "author"])
        {
            var page = await world.GetAsync($"/{name}", caller);
            Assert.Empty(page.Dom.QuerySelectorAll("script:not([src]), [onerror]"));
        }
    }

    [Fact]
    public async Task The_snippets_carry_this_servers_address_and_ask_for_a_token_where_one_is_needed()
    {
        var server = world.Address.GetLeftPart(UriPartial.Authority);
        var open = (await world.GetAsync("/acme/open", "nobody")).Dom;
        Assert.Equal($"export HF_ENDPOINT={server}\nhf download acme/open", Snippet(open, "hf"));
        Assert.Equal($"git lfs install\ngit clone {server}/acme/open", Snippet(open, "git"));
        Assert.Equal($"curl -fL -O {server}/acme/open/resolve/main/config.json", Snippet(open, "curl"));
        Assert.DoesNotContain("HF_TOKEN", open.Body!.TextContent, StringComparison.Ordinal);

        var dataset = (await world.GetAsync("/datasets/acme/gated", "accepted")).Dom;
        Assert.EndsWith("dataset = load_dataset(\"acme/gated\")", Snippet(dataset, "datasets"), StringComparison.Ordinal);
        Assert.Equal($"export HF_ENDPOINT={server}\nexport HF_TOKEN=hf_...  # your access token\nhf download acme/gated --repo-type dataset", Snippet(dataset, "hf"));
        Assert.Contains("-H \"Authorization: Bearer $HF_TOKEN\"", Snippet(dataset, "curl"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_snippets_follow_library_and_task_but_never_repeat_a_task_that_is_not_one()
    {
        var name = await AddAsync("---\nlibrary_name: transformers\npipeline_tag: text-generation\ntags: [gguf]\n---\n# A\n");
        var dom = (await world.GetAsync($"/{name}", "nobody")).Dom;
        Assert.EndsWith($"pipe = pipeline(\"text-generation\", model=\"{name}\")", Snippet(dom, "transformers"), StringComparison.Ordinal);
        Assert.EndsWith($"llama-server -hf {name}", Snippet(dom, "llama.cpp"), StringComparison.Ordinal);

        var hostile = await AddAsync("---\nlibrary_name: transformers.js\npipeline_tag: \"x'); require('child_process').exec('rm -rf ~'); ('\"\n---\n# A\n");
        Assert.DoesNotContain("child_process", string.Concat((await world.GetAsync($"/{hostile}", "nobody")).Dom.QuerySelectorAll("[data-use] pre").Select(p => p.TextContent)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_facts_count_what_a_download_brings()
    {
        var name = await AddFilesAsync(new() { [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n", ["a.bin"] = new string('x', 50_000), ["sub/b.txt"] = "b", ["README.md"] = "# A\n" });
        var facts = (await world.GetAsync($"/{name}", "nobody")).Dom.QuerySelector("[data-facts]")!.TextContent;
        Assert.Contains("4 files", facts, StringComparison.Ordinal);
        Assert.Matches(@"Size\s+50(\.1)? kB", facts);
        Assert.Contains("none: open to everybody", facts, StringComparison.Ordinal);
    }

    /// <summary>Threat row 37: what users upload never runs in the site's origin, however its address is opened.</summary>
    [Fact]
    public async Task Files_are_never_answered_as_something_that_runs()
    {
        var files = new Dictionary<string, string> { ["README.md"] = "# A\n" };
        foreach (var name in (string[])["a.html", "a.htm", "a.xhtml", "a.svg", "a.xml", "a.pdf", "a.wasm", "a.js", "a.mjs", "a.css", "a.swf", "a.hta", "a.mht", "a", "index.html", "a.png.html", "a.ipynb", "a.json"])
            files[name] = "<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>";
        var id = await AddFilesAsync(files);
        using var client = world.Client();
        foreach (var file in files.Keys)
        {
            foreach (var verb in (string[])["resolve", "raw"])
            {
                foreach (var query in (string[])["", "?download=true", "?raw=1"])
                {
                    using var answer = await client.GetAsync($"/{id}/{verb}/main/{file}{query}");
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    Assert.Contains(answer.Content.Headers.ContentType?.MediaType, (string[])["text/plain", "application/octet-stream"]);
                    Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
                    Assert.Equal("default-src 'none'; sandbox", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
                    Assert.False(answer.Headers.Contains("Refresh") || answer.Headers.Contains("Set-Cookie"));
                }
            }
        }
    }

    private static string Snippet(AngleSharp.Dom.IDocument page, string title) => page.QuerySelector($"[data-snippet='{title}'] code")!.TextContent;

    private Task<string> AddAsync(string card) => AddFilesAsync(new() { ["README.md"] = card, ["plot.png"] = "not really" });

    private async Task<string> AddFilesAsync(Dictionary<string, string> files)
    {
        var name = $"acme/page-{Interlocked.Increment(ref _names)}";
        await world.AddRepositoryAsync(RepositoryType.Model, name, files);
        return name;
    }
}
