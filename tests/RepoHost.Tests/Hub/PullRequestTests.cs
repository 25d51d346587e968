using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Pull requests that are opened before their first commit, as the Python client does for folders.</summary>
public sealed class PullRequestTests(GitWorld world) : IClassFixture<GitWorld>
{
    [Fact]
    public async Task Whoever_may_read_opens_one_and_it_stands_at_the_default_branch()
    {
        var record = await world.NewAsync();
        using var opened = await OpenAsync(record, world.Stranger.Token, new { title = "Add weights\nand more", description = "", pullRequest = true });
        var answer = await opened.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        Assert.Equal((1, "Add weights", "open", true), (answer.GetProperty("num").GetInt32(), answer.GetProperty("title").GetString(), answer.GetProperty("status").GetString(), answer.GetProperty("isPullRequest").GetBoolean()));
        Assert.Equal("stranger", answer.GetProperty("author").GetProperty("name").GetString());
        Assert.Equal("refs/heads/main", answer.GetProperty("changes").GetProperty("base").GetString());

        Assert.Equal("{}", await world.Client().GetStringAsync($"{world.Url(record)}/resolve/refs%2Fpr%2F1/config.json"));
        var read = await world.Client().GetFromJsonAsync<JsonElement>($"/api/models/{record.FullName}/discussions/1?diff=1");
        Assert.Equal(record.FullName, read.GetProperty("repo").GetProperty("name").GetString());
        using var missing = await world.Client().GetAsync($"/api/models/{record.FullName}/discussions/2");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task Discussions_titles_that_say_nothing_and_nobody_are_refused()
    {
        var record = await world.NewAsync();
        foreach (var body in (object[])[new { title = "talk", pullRequest = false }, new { title = "talk" }, new { title = " ", pullRequest = true }, new { pullRequest = true }, new { title = 5, pullRequest = true }])
        {
            using var refused = await OpenAsync(record, world.Stranger.Token, body);
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        using var nobody = await OpenAsync(record, null, new { title = "x", pullRequest = true });
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    /// <summary>
    /// transformers looks here whether somebody has asked for the weights in another format. An empty list means to it that nobody has, and it asks a conversion service
    /// outside of this server, with the repository's name and, where that is private, the person's token. So this stays an error for as long as there is no list.
    /// </summary>
    [Theory]
    [InlineData("")]
    [InlineData("?p=0")]
    [InlineData("?p=0&author=SFconvertbot&type=pull_request&status=all")]
    public async Task The_list_of_discussions_is_an_error_and_never_an_empty_list(string query)
    {
        var (open, hidden) = (await world.NewAsync(), await world.NewAsync(isPrivate: true));
        using (var opened = await OpenAsync(open, world.Stranger.Token, new { title = "Add weights", pullRequest = true }))
            Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
        foreach (var (record, token) in new[] { (open, null), (open, world.Stranger.Token), (open, world.Owner.Token), (hidden, world.Owner.Token) })
        {
            using var client = world.Client(token);
            using var list = await client.GetAsync($"/api/models/{record.FullName}/discussions{query}");
            Assert.Equal((HttpStatusCode.Forbidden, """{"error":"Discussions are disabled for this repo"}"""), (list.StatusCode, await list.Content.ReadAsStringAsync()));
            using var head = await client.SendAsync(new(HttpMethod.Head, $"/api/models/{record.FullName}/discussions{query}"));
            Assert.Equal(HttpStatusCode.Forbidden, head.StatusCode);
        }

        using var stranger = await world.Client(world.Stranger.Token).GetAsync($"/api/models/{hidden.FullName}/discussions{query}");
        Assert.Equal(HttpStatusCode.NotFound, stranger.StatusCode);
    }

    [Fact]
    public async Task On_a_gated_repository_only_who_passes_the_gate_opens_one()
    {
        var record = await world.AddRepositoryAsync(RepositoryType.Model, "team/pr-gated", new Dictionary<string, string> { ["README.md"] = "---\ngated: manual\n---\n" });
        using var refused = await OpenAsync(record, world.Stranger.Token, new { title = "x", pullRequest = true });
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var opened = await OpenAsync(record, world.Owner.Token, new { title = "x", pullRequest = true });
        Assert.Equal(HttpStatusCode.OK, opened.StatusCode);
    }

    [Fact]
    public async Task Who_was_turned_away_while_they_were_sending_proposes_nothing()
    {
        var record = await world.AddRepositoryAsync(RepositoryType.Model, "team/pr-revoked", new Dictionary<string, string> { ["README.md"] = "---\ngated: manual\n---\n" });
        using var owner = world.Client(world.Owner.Token);
        using (var granted = await owner.PostAsJsonAsync($"/api/models/{record.FullName}/user-access-request/grant", new { user = "stranger" }))
            Assert.Equal(HttpStatusCode.OK, granted.StatusCode);
        var lines = new CommitRequest("A proposal").File("proposed.txt", "x").ToString().Split('\n');
        using var body = new SlowLines(lines[0] + "\n", string.Join('\n', lines[1..]));
        var sending = world.Client(world.Stranger.Token).PostAsync($"/api/models/{record.FullName}/commit/main?create_pr=1", body);
        await body.Begun.Task;
        // The gate has let them in: the rest of the body is waited for.
        var spool = world.Services.GetRequiredService<TransferSpool>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (spool.Held.Transfers == 0)
            await Task.Delay(20, patience.Token);

        using (var rejected = await owner.PostAsJsonAsync($"/api/models/{record.FullName}/user-access-request/handle", new { user = "stranger", status = "rejected", rejectionReason = "Not any more" }))
            Assert.Equal(HttpStatusCode.OK, rejected.StatusCode);
        body.GoOn.SetResult();
        using var answer = await sending;
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("has been rejected by the repo's authors. Reason: Not any more", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var refs = await owner.GetAsync($"/api/models/{record.FullName}/refs?include_prs=1");
        Assert.DoesNotContain("refs/pr/", await refs.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>A body that stops after its beginning until it is told to go on.</summary>
    private sealed class SlowLines : HttpContent
    {
        private readonly string beginning;
        private readonly string rest;

        public SlowLines(string beginning, string rest)
        {
            (this.beginning, this.rest) = (beginning, rest);
            Headers.ContentType = new("application/x-ndjson");
        }

        public TaskCompletionSource Begun { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource GoOn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(beginning));
            await stream.FlushAsync();
            Begun.SetResult();
            await GoOn.Task;
            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(rest));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }

    private Task<HttpResponseMessage> OpenAsync(RepositoryRecord record, string? token, object body) =>
        world.Client(token).PostAsJsonAsync($"/api/models/{record.FullName}/discussions", body);
}
