using System.Net;
using System.Text;
using System.Text.Json;
using GateMiddleware.Decisions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Gating;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Proposals: whoever may read may make one, and it changes nothing until somebody who may write takes it (contract 7.4, 14.1).</summary>
public sealed class PullRequestTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    private const string Gated = "---\ngated: manual\n---\n# Gated\n";

    [Fact]
    public async Task A_reader_proposes_and_goes_on_with_it()
    {
        var hub = await world.NewAsync();
        var tip = hub.Tip();
        var first = await new CommitRequest("Please").File("proposed.txt", "1").File("w.bin", "weights").SendAsync(world, world.Reader.Token, hub.Id, query: "?create_pr=True");
        first.AssertDone();
        Assert.EndsWith($"/{hub.Id}/discussions/1", first.Json.GetProperty("pullRequestUrl").GetString(), StringComparison.Ordinal);
        Assert.Equal((tip, first.Oid, tip), (hub.Tip(), hub.Tip("refs/pr/1"), hub.Tip("refs/pr/1^")));

        // Its author goes on, somebody who may write helps, others don't.
        (await new CommitRequest().File("more.txt", "2").SendAsync(world, world.Reader.Token, hub.Id, "refs/pr/1")).AssertDone();
        (await new CommitRequest(parent: hub.Tip("refs/pr/1")).File("helped.txt", "3").SendAsync(world, world.Contributor.Token, hub.Id, "refs/pr/1")).AssertDone();
        var other = await new CommitRequest().File("x", "x").SendAsync(world, world.Stranger.Token, hub.Id, "refs/pr/1");
        Assert.Equal(HttpStatusCode.Forbidden, other.Status);
        Assert.Equal(HttpStatusCode.Forbidden, (await new CommitRequest().File("x", "x").SendAsync(world, world.Reader.Token, hub.Id)).Status);

        // The second one has the next number, though its change is nothing.
        var second = await new CommitRequest("Empty").SendAsync(world, world.Stranger.Token, hub.Id, query: "?create_pr=1");
        Assert.EndsWith("/discussions/2", second.Json.GetProperty("pullRequestUrl").GetString(), StringComparison.Ordinal);

        using var client = world.Client();
        using var refs = JsonDocument.Parse(await client.GetStringAsync($"/api/models/{hub.Id}/refs?include_prs=1"));
        Assert.Equal(["refs/pr/1", "refs/pr/2"], refs.RootElement.GetProperty("pullRequests").EnumerateArray().Select(r => r.GetProperty("ref").GetString()));
        Assert.Equal("3", Encoding.UTF8.GetString((await hub.DownloadAsync("helped.txt", world.Stranger.Token, "refs/pr/1"))!));
        Assert.Equal("weights", Encoding.UTF8.GetString((await hub.DownloadAsync("w.bin", world.Stranger.Token, "refs/pr/1"))!));
        Assert.Equal(tip, hub.Tip());
        hub.AssertSound();
    }

    [Fact]
    public async Task At_a_gate_only_who_has_passed_it_proposes()
    {
        var hub = await world.NewAsync(Gated);
        var stranger = await new CommitRequest().File("a", "x").SendAsync(world, world.Stranger.Token, hub.Id, query: "?create_pr=1");
        Assert.Equal((HttpStatusCode.Forbidden, "GatedRepo"), (stranger.Status, stranger.Code));
        var nobody = await new CommitRequest().File("a", "x").SendAsync(world, null, hub.Id, query: "?create_pr=1");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.Status);
        Assert.Throws<InvalidOperationException>(() => hub.Tip("refs/pr/1"));

        Assert.Equal(ReviewOutcome.Done, await GrantAsync(hub, "reader"));
        // In a pull request the card may say what it likes: the default branch's holds.
        (await new CommitRequest().File("README.md", "# open\n").SendAsync(world, world.Reader.Token, hub.Id, query: "?create_pr=1")).AssertDone();
        Assert.NotNull(await hub.DownloadAsync("config.json", world.Reader.Token, "refs/pr/1"));
        Assert.Null(await hub.DownloadAsync("config.json", world.Stranger.Token, "refs/pr/1"));
    }

    [Fact]
    public async Task A_number_is_given_once_also_to_many_at_once()
    {
        var hub = await world.NewAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(n => new CommitRequest($"p{n}").File($"p{n}", "x").SendAsync(world, world.Reader.Token, hub.Id, query: "?create_pr=1")));
        Assert.All(answers, answer => answer.AssertDone());
        Assert.Equal(Enumerable.Range(1, 5), answers.Select(answer => int.Parse(answer.Json.GetProperty("pullRequestUrl").GetString()!.Split('/')[^1])).Order());

        // One that was refused leaves no trace.
        Assert.Equal(HttpStatusCode.NotFound, (await new CommitRequest().Delete("nope").SendAsync(world, world.Reader.Token, hub.Id, query: "?create_pr=1")).Status);
        hub.Git("update-ref", "-d", "refs/pr/5");
        var next = await new CommitRequest().File("p", "x").SendAsync(world, world.Reader.Token, hub.Id, query: "?create_pr=1");
        Assert.EndsWith("/discussions/6", next.Json.GetProperty("pullRequestUrl").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_route_for_pull_requests_is_no_way_to_a_branch()
    {
        var hub = await world.NewAsync();
        (await new CommitRequest().File("p", "x").SendAsync(world, world.Reader.Token, hub.Id, query: "?create_pr=1")).AssertDone();
        hub.Git("update-ref", "refs/heads/refs/pr/1", "main");
        var tip = hub.Tip();
        foreach (var address in (string[])["refs%2Fpr%2F..%2F..%2Fheads%2Fmain", "refs%252Fpr%252F1", "refs/pr/../../main", "refs/pr/1/../../heads/main", "refs%2fpr%2f1%2F..", "refs/heads/refs/pr/1"])
        {
            using var client = world.Client(world.Reader.Token);
            using var response = await client.PostAsync(new Uri(world.Address, $"/api/models/{hub.Id}/commit/{address}"), new StringContent(new CommitRequest().File("evil", "x").ToString()));
            Assert.False(response.IsSuccessStatusCode, address);
        }

        Assert.Equal((tip, tip), (hub.Tip(), hub.Tip("refs/heads/refs/pr/1")));
    }

    private async Task<ReviewOutcome> GrantAsync(TestHub hub, string person)
    {
        var record = hub.Record;
        return await world.Services.GetRequiredService<AccessRequests>().GrantAsync(record, world.Owner.Id, new(person, null), CancellationToken.None);
    }
}
