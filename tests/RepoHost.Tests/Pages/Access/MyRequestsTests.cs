using System.Text.RegularExpressions;
using GateMiddleware.Decisions;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary><c>/settings/gated-repos</c>: one's own requests, and taking one back.</summary>
public sealed class MyRequestsTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    private const string Page = "/settings/gated-repos";

    [Fact]
    public async Task Every_request_stands_there_with_state_reason_and_answers_and_only_a_pending_one_can_be_withdrawn()
    {
        var (pending, rejected, granted) = (await world.AddAsync(GatePagesWorld.Card("manual")), await world.AddAsync(GatePagesWorld.Card("manual")), await world.AddAsync(GatePagesWorld.Card("auto")));
        await world.AskAsync(pending, "dana", GatePagesWorld.Answers);
        await world.AskAsync(rejected, "dana", ("Company", "Example"));
        await world.ReviewAsync(rejected, "dana", AccessState.Rejected, "no <b>company</b>");
        await world.AskAsync(granted, "dana", ("Company", "Example"));
        using var dana = await world.VisitAsync("dana");
        var page = await dana.GetAsync(Page);
        Assert.Equal([granted.FullName, rejected.FullName, pending.FullName], page.Attributes("data-request"));
        Assert.Equal(["accepted", "rejected", "pending"], page.Attributes("data-state"));
        Assert.Contains("Your request to access this repo has been rejected by the repo's authors.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Reason: no &lt;b&gt;company&lt;/b&gt;", page.Html, StringComparison.Ordinal);
        Assert.Contains("Example &amp; S", page.Html, StringComparison.Ordinal);
        Assert.Equal([pending.Id], Regex.Matches(page.Html, "name=\"repository\" value=\"([^\"]+)\"").Select(m => m.Groups[1].Value));

        Assert.Equal((303, Page), (await dana.PostAsync(Page, ("repository", pending.Id))) is var gone ? (gone.Status, gone.Location) : default);
        Assert.Equal(AccessState.None, await world.StateAsync(pending, "dana"));
        var again = await dana.PostAsync(Page, ("repository", pending.Id));
        Assert.Contains("does not wait for a review any more", again.Text, StringComparison.Ordinal);
        Assert.Contains("does not wait for a review any more", (await dana.PostAsync(Page, ("repository", rejected.Id))).Text, StringComparison.Ordinal);
        Assert.Equal(AccessState.Rejected, await world.StateAsync(rejected, "dana"));
        Assert.Equal(400, (await dana.PostWithoutFieldAsync(Page, ("repository", pending.Id))).Status);
    }

    [Fact]
    public async Task Nobody_withdraws_or_sees_anothers_request_and_what_became_private_is_not_there()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.AskAsync(record, "erin", ("Company", "Secret Ltd"));
        using var stranger = await world.VisitAsync("stranger");
        Assert.DoesNotContain("Secret Ltd", (await stranger.GetAsync(Page)).Html, StringComparison.Ordinal);
        await stranger.PostAsync(Page, ("repository", record.Id));
        Assert.Equal(AccessState.Pending, await world.StateAsync(record, "erin"));

        using var erin = await world.VisitAsync("erin");
        await world.UpdateAsync(record, r => r.Private = true);
        Assert.DoesNotContain(record.FullName, (await erin.GetAsync(Page)).Html, StringComparison.Ordinal);
        foreach (var id in (string[])[record.Id, "000000000000000000000000", "", new string('x', 1000)])
            Assert.Equal(404, (await erin.PostAsync(Page, ("repository", id))).Status);
        Assert.Equal(AccessState.Pending, await world.StateAsync(record, "erin"));
        await world.UpdateAsync(record, r => r.Private = false);
        Assert.Equal(303, (await erin.PostAsync(Page, ("repository", record.Id))).Status);

        using var nobody = await world.VisitAsync(null);
        var turned = await nobody.GetAsync(Page);
        Assert.Equal((302, $"/login?next={Uri.EscapeDataString(Page)}"), (turned.Status, turned.Location));
        using var token = world.Client(world.People["erin"].Token);
        Assert.Equal(403, (int)(await token.GetAsync(Page)).StatusCode);
    }

    [Fact]
    public async Task Long_lists_are_paged()
    {
        var name = world.NewName("collector");
        world.People[name] = await world.AddPersonAsync(name);
        var records = new List<RepositoryRecord>();
        for (var i = 0; i < 27; i++)
        {
            records.Add(await world.AddAsync("---\ngated: auto\n---\n"));
            await world.AskAsync(records[^1], name);
        }

        using var person = await world.VisitAsync(name);
        var first = await person.GetAsync(Page);
        var second = await person.GetAsync(Regex.Match(first.Html, "href=\"([^\"]+)\" rel=\"next\"").Groups[1].Value);
        Assert.Equal(records.Select(r => r.FullName).Order(), first.Attributes("data-request").Concat(second.Attributes("data-request")).Order());
        Assert.Equal(25, first.Attributes("data-request").Count);
        Assert.DoesNotContain("rel=\"next\"", second.Html, StringComparison.Ordinal);
    }
}
