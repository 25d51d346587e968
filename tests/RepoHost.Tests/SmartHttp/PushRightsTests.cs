using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>
/// A push may take hours, and a pack may hold more than its refs reach. Rights were once those of the beginning, and what no ref reached was never looked at
/// (threat rows 1, 23, 24).
/// </summary>
public sealed class PushRightsTests(GitWorld world) : IClassFixture<GitWorld>
{
    [Theory]
    [InlineData("role")]
    [InlineData("token")]
    [InlineData("rights")]
    [InlineData("person")]
    [InlineData("repository")]
    public async Task Rights_that_end_while_the_pack_travels_end_the_push(string what)
    {
        var record = await world.NewAsync();
        var person = await world.AddPersonAsync($"leaver-{what}", TokenRole.Write);
        var organizations = world.Services.GetRequiredService<Organizations>();
        await organizations.SetMemberAsync("team", person.Name, OrganizationRole.Write, CancellationToken.None);
        using var git = world.Clone(record, person.Token);
        git.Write("work/late.txt", "too late\n");
        git.Commit("work");
        var (old, tip) = (Tip(record), git.In("work", "rev-parse", "HEAD").Trim());

        var limited = what == "rights" ? await LimitedAsync(person, record) : null;
        using var client = world.Client(limited?.Text ?? person.Token);
        var content = new SlowPush(Commands(old, tip), Pack(git, tip, old));
        var push = client.PostAsync($"/{record.FullName}/git-receive-pack", content);
        await content.Begun.Task;
        await TakenUpAsync();
        await (what switch
        {
            "role" => organizations.SetMemberAsync("team", person.Name, OrganizationRole.Read, CancellationToken.None),
            "token" => RevokeAsync(person.Id),
            "rights" => world.Services.GetRequiredService<TokenIssuer>().ChangeRightsAsync(
                limited!.Id, person.Id, new(true, [new(ScopeEntity.Of(record), TokenRights.Read | TokenRights.Settings | TokenRights.Review)]), CancellationToken.None),
            "person" => world.Services.GetRequiredService<UserAccounts>().DisableAsync(person.Name, true, CancellationToken.None),
            _ => world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(record.Id, row => row.Disabled = true, CancellationToken.None),
        });
        content.GoOn.SetResult();

        using var answer = await push;
        Assert.DoesNotContain("ok refs/heads/main", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(old, Tip(record));
    }

    [Fact]
    public async Task What_a_pack_brings_beside_its_refs_is_looked_at_when_a_ref_reaches_it()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Writer.Token);
        git.Write("work/ok.txt", "ok");
        git.Commit("work");
        var (old, tip) = (Tip(record), git.In("work", "rev-parse", "HEAD").Trim());
        git.Write("work/big.dat", new byte[11_000_000]);
        git.Write("work/model.bin", $"version https://git-lfs.github.com/spec/v1\noid sha256:{new string('a', 64)}\nsize 5\n");
        git.Commit("work");
        var hidden = git.In("work", "rev-parse", "HEAD").Trim();

        using var client = world.Client(world.Writer.Token);
        using var pushed = await client.PostAsync($"/{record.FullName}/git-receive-pack", new SlowPush(Commands(old, tip), Pack(git, hidden, old), wait: false));
        Assert.Contains("ok refs/heads/main", await pushed.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        foreach (var (branch, body) in new[] { ("hidden", $$"""{"startingPoint":"{{hidden}}"}"""), ("main", $$"""{"startingPoint":"{{hidden}}","overwrite":true}""") })
        {
            using var refused = await client.PostAsync($"/api/models/{record.FullName}/branch/{branch}", new StringContent(body));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
            Assert.Contains("big.dat", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }

        Assert.Equal(tip, Tip(record));
    }

    [Fact]
    public async Task A_commit_whose_text_is_endless_is_refused()
    {
        var record = await world.NewAsync();
        using var git = world.Clone(record, world.Writer.Token);
        git.Write("message", new string('x', 1_500_000));
        git.Write("work/x.txt", "x");
        git.In("work", "add", "-A");
        git.In("work", "commit", "-q", "-F", git.File("message"));
        var answer = git.TryIn("work", "push", "origin", "main");
        Assert.False(answer.Succeeded);
        Assert.Contains("the text of a commit or a tag 1 MB", answer.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Names_without_end_are_refused_before_they_cost_memory()
    {
        var record = await world.NewAsync();
        var one = Line($"{new string('1', 40)} {new string('0', 40)} refs/heads/{new string('a', 2000)}\0report-status");
        using var answer = await world.Client(world.Writer.Token).PostAsync($"/{record.FullName}/git-receive-pack", new SlowPush(Encoding.UTF8.GetBytes(one + "0000"), [], wait: false));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);

        var many = string.Concat(Enumerable.Range(0, 5000).Select(i => Line($"{new string('1', 40)} {new string('0', 40)} refs/heads/{i}{new string('a', 900)}")));
        using var tooMany = await world.Client(world.Writer.Token).PostAsync($"/{record.FullName}/git-receive-pack", new SlowPush(Encoding.UTF8.GetBytes(many + "0000"), [], wait: false));
        Assert.Equal(HttpStatusCode.BadRequest, tooMany.StatusCode);
    }

    /// <summary>The server has let the push in and its pack is under way.</summary>
    private async Task TakenUpAsync()
    {
        var spool = world.Services.GetRequiredService<TransferSpool>();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        while (spool.Held.Transfers == 0)
            await Task.Delay(20, patience.Token);
    }

    private async Task RevokeAsync(string userId)
    {
        await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
        var id = await db.AccessTokens.Where(t => t.UserId == userId).Select(t => t.Id).SingleAsync();
        await world.Services.GetRequiredService<TokenIssuer>().RevokeAsync(id, CancellationToken.None);
    }

    private async Task<IssuedToken> LimitedAsync(TestPerson person, RepositoryRecord record) => await world.Services.GetRequiredService<TokenIssuer>().IssueAsync(
        (await world.Services.GetRequiredService<UserAccounts>().FindByIdAsync(person.Id, CancellationToken.None))!,
        "limited", new TokenGrant(false, [new(ScopeEntity.Of(record), TokenRights.Write)]), null, CancellationToken.None);

    private string Tip(RepositoryRecord record) => TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-parse", "main"]).Trim();

    private static string Line(string text) => (Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", CultureInfo.InvariantCulture) + text;

    private static byte[] Commands(string old, string tip) => Encoding.UTF8.GetBytes(Line($"{old} {tip} refs/heads/main\0report-status") + "0000");

    /// <summary>A pack of all that the one commit has and the other has not.</summary>
    private static byte[] Pack(GitClient git, string with, string without)
    {
        git.Write("revisions", $"{with}\n^{without}\n");
        TestRepository.RunGit(["-C", git.File("work"), "pack-objects", "-q", "--revs", git.File("sent")], File.ReadAllBytes(git.File("revisions")));
        return File.ReadAllBytes(Directory.GetFiles(git.Home, "sent-*.pack").Single());
    }

    /// <summary>A push that stops in the middle of its pack until it is told to go on.</summary>
    private sealed class SlowPush : HttpContent
    {
        private readonly byte[] commands;
        private readonly byte[] pack;

        public SlowPush(byte[] commands, byte[] pack, bool wait = true)
        {
            (this.commands, this.pack) = (commands, pack);
            Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
            if (!wait)
                GoOn.SetResult();
        }

        public TaskCompletionSource Begun { get; } = new();

        public TaskCompletionSource GoOn { get; } = new();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var first = Math.Min(20, pack.Length);
            await stream.WriteAsync(commands);
            await stream.WriteAsync(pack.AsMemory(0, first));
            await stream.FlushAsync();
            Begun.TrySetResult();
            await GoOn.Task;
            await stream.WriteAsync(pack.AsMemory(first));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = commands.Length + pack.Length;
            return true;
        }
    }
}
