using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Every page that lists or names repositories, for every kind of caller: a private one is there for those who may see it and for nobody else (threat rows 16 and 20).</summary>
public sealed partial class PageVisibilityTests(PageWorld world) : IClassFixture<PageWorld>
{
    private static readonly string[] Insiders = ["author", "writer", "member"];

    public static TheoryData<string> Lists =>
    [
        "/", "/models", "/models?search=secret", "/models?search=SECRET+acme", "/models?author=acme", "/models?author=ACME&sort=id", "/models?filter=whisper", "/models?filter=license:mit", "/models?library=hush",
        "/models?pipeline_tag=text-ranking", "/models?gated=true", "/models?sort=createdAt", "/acme",
    ];

    [Theory]
    [MemberData(nameof(Lists))]
    public async Task A_private_repository_is_listed_for_those_who_may_see_it_and_for_nobody_else(string address)
    {
        foreach (var caller in world.Callers)
        {
            var page = await world.GetAsync(address, caller);
            Assert.Equal(HttpStatusCode.OK, page.Status);
            Assert.True(page.Text.Contains("acme/secret", StringComparison.Ordinal) == Insiders.Contains(caller), $"{address} as {caller}");
        }
    }

    [Fact]
    public async Task A_persons_own_private_repository_is_on_their_pages_alone()
    {
        foreach (var address in (string[])["/", "/datasets", "/datasets?search=diary", "/stranger"])
        {
            foreach (var caller in world.Callers)
                Assert.True((await world.GetAsync(address, caller)).Text.Contains("stranger/diary", StringComparison.Ordinal) == (caller == "stranger"), $"{address} as {caller}");
        }
    }

    [Fact]
    public async Task The_page_of_a_private_repository_answers_others_like_that_of_a_missing_one()
    {
        foreach (var caller in world.Callers)
        {
            var (hidden, missing) = (await world.GetAsync("/acme/secret", caller), await world.GetAsync("/acme/nowhere", caller));
            if (Insiders.Contains(caller))
            {
                Assert.Equal(HttpStatusCode.OK, hidden.Status);
                Assert.Contains("<meta name=\"robots\" content=\"noindex\">", hidden.Text, StringComparison.Ordinal);
            }
            else
            {
                Assert.Equal((missing.Status, Unchanging(missing.Text).Replace("nowhere", "secret", StringComparison.Ordinal)), (hidden.Status, Unchanging(hidden.Text)));
            }
        }
    }

    [Fact]
    public async Task A_card_that_names_a_private_repository_links_to_it_only_for_those_who_may_see_it()
    {
        foreach (var caller in world.Callers)
        {
            var page = await world.GetAsync("/acme/open", caller);
            Assert.Contains("acme/secret", page.Text, StringComparison.Ordinal);
            Assert.True(page.Text.Contains("href=\"/acme/secret\"", StringComparison.Ordinal) == Insiders.Contains(caller), caller);
            Assert.Contains("href=\"/acme/gated\"", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Members_are_named_to_those_who_are_logged_in_and_mail_addresses_to_nobody()
    {
        foreach (var caller in world.Callers)
        {
            var page = await world.GetAsync("/acme", caller);
            Assert.Equal(caller != "nobody", page.Text.Contains("data-people", StringComparison.Ordinal));
            Assert.Equal(caller == "author", page.Text.Contains("/organizations/acme/settings", StringComparison.Ordinal));
            Assert.DoesNotContain("@example.org", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("@example.org", (await world.GetAsync("/author", caller)).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_waits_for_a_review_is_shown_to_reviewers_alone()
    {
        foreach (var caller in world.Callers)
        {
            var page = await world.GetAsync("/", caller);
            Assert.True(page.Text.Contains("data-reviews", StringComparison.Ordinal) == caller is "author" or "writer", caller);
            if (caller is "author")
                Assert.Contains("1 request waits", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_persons_own_requests_are_on_their_home_page_with_their_state()
    {
        Assert.Contains(">pending</span>", await MineAsync("pending"), StringComparison.Ordinal);
        Assert.Contains(">rejected</span>", await MineAsync("rejected"), StringComparison.Ordinal);
        Assert.Contains(">accepted</span>", await MineAsync("accepted"), StringComparison.Ordinal);
        Assert.Contains("You have not asked", await MineAsync("stranger"), StringComparison.Ordinal);

        async Task<string> MineAsync(string caller)
        {
            var text = (await world.GetAsync("/", caller)).Text;
            return text[text.IndexOf("data-requests", StringComparison.Ordinal)..];
        }
    }

    /// <summary>A token may not be good for what its person sees in the browser.</summary>
    [Fact]
    public async Task A_token_is_shown_nothing_personal()
    {
        using var client = world.Client(world.People["author"].Token);
        using var answer = await client.GetAsync("/");
        var text = await answer.Content.ReadAsStringAsync();
        Assert.DoesNotContain("data-reviews", text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-requests", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_at_a_repository_that_has_become_private_is_not_shown_any_more()
    {
        var record = await world.AddRepositoryAsync(RepositoryType.Model, "acme/soon-hidden", new Dictionary<string, string> { ["README.md"] = GatedWorld.Card });
        await world.AskAsync(record, "pending");
        Assert.Contains("acme/soon-hidden", (await world.GetAsync("/", "pending")).Text, StringComparison.Ordinal);
        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(record.Id, r => r.Private = true, CancellationToken.None);
        foreach (var address in (string[])["/", "/models", "/acme"])
            Assert.DoesNotContain("acme/soon-hidden", (await world.GetAsync(address, "pending")).Text, StringComparison.Ordinal);
        Assert.True(await world.Services.GetRequiredService<RepositoryCatalog>().DeleteAsync(record.Id, CancellationToken.None));
    }

    [Theory]
    [InlineData("/ACME", "/acme")]
    [InlineData("/Author", "/author")]
    public async Task Another_spelling_of_a_name_leads_to_the_right_one(string asked, string right)
    {
        var page = await world.GetAsync(asked, "nobody");
        Assert.Equal((HttpStatusCode.TemporaryRedirect, right), (page.Status, page.Location));
    }

    [Fact]
    public async Task Another_spelling_of_a_repository_leads_to_the_right_one()
    {
        var page = await world.GetAsync("/Acme/Open", "nobody");
        Assert.Equal((HttpStatusCode.TemporaryRedirect, "/acme/open"), (page.Status, page.Location));
    }

    [Theory]
    [InlineData("/there-is-nobody")]
    [InlineData("/a%20b")]
    [InlineData("/%C3%BC")]
    [InlineData("/settings/nothing")]
    [InlineData("/api")]
    [InlineData("/api/nothing")]
    [InlineData("/assets/nothing")]
    [InlineData("/datasets/squad")]
    [InlineData("/robots.txt")]
    public async Task A_missing_page_is_404_and_no_page_of_a_person_or_a_repository(string address)
    {
        foreach (var caller in (string[])["nobody", "author"])
            Assert.Equal(HttpStatusCode.NotFound, (await world.GetAsync(address, caller)).Status);
    }

    [Fact]
    public async Task A_program_that_asks_for_a_missing_route_is_answered_in_json()
    {
        using var client = world.Client();
        using var answer = await client.GetAsync("/api/nothing");
        Assert.Equal(("application/json", HttpStatusCode.NotFound), (answer.Content.Headers.ContentType?.MediaType, answer.StatusCode));
    }

    [Fact]
    public async Task Pages_of_a_list_follow_each_other_without_repeating_or_losing_one()
    {
        var seen = new List<string>();
        for (string? address = "/datasets?author=stranger&sort=id"; address is not null;)
        {
            var page = await world.GetAsync(address, "nobody");
            seen.AddRange(page.Dom.QuerySelectorAll("[data-list] > li").Select(l => l.GetAttribute("data-repository")!));
            address = page.Dom.QuerySelector("a[rel=next]")?.GetAttribute("href");
        }

        Assert.Equal(Enumerable.Range(100, PageWorld.Many).Select(i => $"stranger/d-{i}"), seen);
    }

    [Theory]
    [InlineData("/models?search=%3Cscript%3Ealert(1)%3C/script%3E")]
    [InlineData("/models?filter=%22%3E%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")]
    [InlineData("/models?author=%22%3E%3Cscript%3E&pipeline_tag=%3Cscript%3E&library=%27%3E%3Cscript%3E&sort=%3Cscript%3E&cursor=%3Cscript%3E&gated=%3Cscript%3E")]
    public async Task Words_of_an_address_are_text(string address)
    {
        var page = await world.GetAsync(address, "author");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.Empty(page.Dom.QuerySelectorAll("script:not([src]), [onerror], img:not(.brand img)"));
    }

    [Theory]
    [InlineData("/models?search=")]
    [InlineData("/models?filter=a,b,,c&filter=&filter[]=d")]
    [InlineData("/models?cursor=nonsense")]
    [InlineData("/models?gated=maybe")]
    [InlineData("/MODELS")]
    public async Task Odd_questions_are_answered(string address) => Assert.Equal(HttpStatusCode.OK, (await world.GetAsync(address, "nobody")).Status);

    [Fact]
    public async Task A_long_question_is_bounded()
    {
        var page = await world.GetAsync($"/models?search={new string('a', 5000)}", "nobody");
        Assert.Equal(HttpStatusCode.OK, page.Status);
        Assert.True(page.Text.Length < 40_000);
        Assert.Equal(HttpStatusCode.OK, (await world.GetAsync($"/models?{string.Join('&', Enumerable.Range(0, 200).Select(i => $"filter=f{i}"))}", "nobody")).Status);
    }

    /// <summary>Without what is new in every answer: the field that proves where a form came from.</summary>
    private static string Unchanging(string html) => FormToken().Replace(html, "");

    [GeneratedRegex("name=\"csrf\"[^>]*>")]
    private static partial Regex FormToken();
}
