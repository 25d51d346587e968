using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>Clone and fetch by the real git (contract 7.7), and the gate before them (design 4; threat rows 12 to 14).</summary>
public sealed class FetchTests(GitWorld world, GatedWorld gated) : IClassFixture<GitWorld>, IClassFixture<GatedWorld>
{
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    public async Task Anybody_clones_an_open_repository_in_every_version_of_the_protocol(string version)
    {
        var record = await world.NewAsync();
        using var git = new GitClient(null);
        git.Must("-c", $"protocol.version={version}", "clone", "-q", world.Url(record), "plain");
        git.Must("-c", $"protocol.version={version}", "clone", "-q", world.Url(record) + ".git", "suffix");
        Assert.Equal("{}", File.ReadAllText(git.File("plain/config.json")));
        Assert.Equal(git.In("plain", "rev-parse", "HEAD"), git.In("suffix", "rev-parse", "HEAD"));
    }

    [Fact]
    public async Task Shallow_and_partial_clones_work_and_can_be_filled_up()
    {
        var record = await world.NewAsync();
        using var author = world.Clone(record, world.Owner.Token);
        for (var i = 0; i < 3; i++)
        {
            author.Write("work/notes.txt", $"{i}\n");
            author.Commit("work");
        }

        author.In("work", "push", "-q", "origin", "main");
        using var git = new GitClient(null);
        git.Must("clone", "-q", "--depth=1", world.Url(record), "shallow");
        Assert.Equal("1", git.In("shallow", "rev-list", "--count", "HEAD").Trim());
        git.In("shallow", "fetch", "-q", "--unshallow");
        Assert.Equal("4", git.In("shallow", "rev-list", "--count", "HEAD").Trim());

        git.Must("clone", "-q", "--filter=blob:none", "--no-checkout", world.Url(record), "partial");
        Assert.Contains("?", git.In("partial", "rev-list", "--objects", "--all", "--missing=print"), StringComparison.Ordinal);
        git.In("partial", "checkout", "-q", "main");
        Assert.Equal("2\n", File.ReadAllText(git.File("partial/notes.txt")));
    }

    [Fact]
    public void Who_may_not_download_may_not_clone_and_reads_why()
    {
        var url = $"{gated.Address.ToString().TrimEnd('/')}/acme/gated";
        foreach (var (caller, sentence) in new[]
        {
            ("stranger", $"you are not in the authorized list. Visit {url} to ask for access."),
            ("pending", "is awaiting a review from the repo authors."),
            ("rejected", "has been rejected by the repo's authors."),
            ("reset", "has been reset by the repo's authors."),
        })
        {
            using var refused = new GitClient(gated.Tokens[caller]);
            var answer = refused.Run("clone", "-q", url, "work");
            Assert.False(answer.Succeeded);
            Assert.Contains($"remote: ", answer.Said, StringComparison.Ordinal);
            Assert.Contains(sentence, answer.Said, StringComparison.Ordinal);
        }

        using var nobody = new GitClient(null);
        Assert.Contains("could not read Username", nobody.Run("clone", "-q", url, "work").Said, StringComparison.Ordinal);
        foreach (var caller in (string[])["junk", "revoked", "disabled"])
        {
            using var bad = new GitClient(gated.Tokens[caller]);
            Assert.Contains("Authentication failed", bad.Run("clone", "-q", url, "work").Said, StringComparison.Ordinal);
        }

        foreach (var caller in (string[])["author", "writer", "member", "accepted", "author with a read token"])
        {
            using var allowed = new GitClient(gated.Tokens[caller]);
            allowed.Must("clone", "-q", url, "work");
        }
    }

    [Fact]
    public async Task A_private_repository_is_missing_for_who_may_not_see_it()
    {
        var record = await world.NewAsync(isPrivate: true);
        using var stranger = new GitClient(world.Stranger.Token);
        Assert.Contains("not found", stranger.Run("clone", world.Url(record), "work").Said, StringComparison.Ordinal);
        using var owner = world.Clone(record, world.Owner.Token);
        Assert.True(File.Exists(owner.File("work/config.json")));
    }

    [Fact]
    public async Task A_former_name_leads_to_the_repository()
    {
        var record = await world.NewAsync(isPrivate: true);
        await world.Services.GetRequiredService<RepositoryCatalog>().MoveAsync(record.Id, "team", record.Name + "-new", CancellationToken.None);
        using var owner = world.Clone(record, world.Owner.Token);
        owner.Write("work/new.txt", "x");
        owner.Commit("work");
        owner.In("work", "push", "-q", "origin", "main");
        owner.Must("clone", "-q", world.Url(record) + ".git", "again");
        Assert.True(File.Exists(owner.File("again/new.txt")));
    }

    [Fact]
    public async Task There_is_no_dumb_protocol()
    {
        var record = await world.NewAsync();
        foreach (var token in (string?[])[null, world.Owner.Token])
        {
            foreach (var suffix in (string[])["", ".git"])
            {
                foreach (var path in (string[])["info/refs", "info/refs?service=git-upload-archive", "info/refs?service=git-upload-pack&service=git-receive-pack", "HEAD", "config", "objects/info/packs",
                    "objects/info/alternates", "objects/pack/pack-0000000000000000000000000000000000000000.pack", "objects/ab/cdef", "packed-refs", "quarantine", "git-upload-archive"])
                {
                    using var response = await world.Client(token).GetAsync($"{world.Url(record)}{suffix}/{path}");
                    Assert.True(response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden or HttpStatusCode.MethodNotAllowed, $"{suffix}/{path}: {response.StatusCode}");
                }
            }
        }
    }

    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    public async Task A_commit_is_fetched_by_its_id_in_every_version_of_the_protocol(string version)
    {
        var record = await world.NewAsync();
        using var author = world.Clone(record, world.Owner.Token);
        author.Write("work/a.txt", "first\n");
        author.Commit("work");
        var first = author.In("work", "rev-parse", "HEAD").Trim();
        author.Write("work/a.txt", "second\n");
        author.Commit("work");
        author.In("work", "push", "-q", "origin", "main");

        using var git = new GitClient(null);
        git.Must("init", "-q", "pinned");
        git.In("pinned", "-c", $"protocol.version={version}", "fetch", "-q", "--depth=1", world.Url(record), first);
        Assert.Equal("first\n", git.In("pinned", "show", "FETCH_HEAD:a.txt"));
    }

    /// <summary>The connection was cut, so that git spoke of a broken network, and the operator got a warning for every such request.</summary>
    [Theory]
    [InlineData("0")]
    [InlineData("1")]
    [InlineData("2")]
    public async Task A_wanted_object_that_is_missing_is_told_by_its_id(string version)
    {
        var record = await world.NewAsync();
        using var git = new GitClient(null);
        git.Must("init", "-q", "pinned");
        const string missing = "00000000000000000000000000000000000000aa";
        var answer = git.TryIn("pinned", "-c", $"protocol.version={version}", "fetch", "-q", world.Url(record), missing);
        Assert.False(answer.Succeeded);
        Assert.Contains($"upload-pack: not our ref {missing}", answer.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("RPC failed", answer.Said, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_in_the_protocols_words_is_answered_to_its_end()
    {
        var record = await world.NewAsync();
        using var answer = await PostAsync(record, "0032want 00000000000000000000000000000000000000aa\n00000009done\n"u8.ToArray(), null);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains("ERR upload-pack: not our ref", Encoding.Latin1.GetString(await answer.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);
        using var nonsense = await PostAsync(record, "0012want nothing\n0000"u8.ToArray(), null);
        Assert.Equal(HttpStatusCode.BadRequest, nonsense.StatusCode);
        Assert.Contains("protocol", await nonsense.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_may_be_gzip_and_nothing_else()
    {
        var record = await world.NewAsync();
        var tip = new GitFolderTip(world.FolderOf(record)).Main;
        var fetch = Encoding.ASCII.GetBytes($"0032want {tip}\n00000009done\n");
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            gzip.Write(fetch);

        using var good = await PostAsync(record, packed.ToArray(), "gzip");
        Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        Assert.Contains("PACK", Encoding.Latin1.GetString(await good.Content.ReadAsByteArrayAsync()), StringComparison.Ordinal);

        using var brotli = await PostAsync(record, fetch, "br");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, brotli.StatusCode);
        using var noGzip = await PostAsync(record, fetch, "gzip");
        Assert.Equal(HttpStatusCode.BadRequest, noGzip.StatusCode);
        using var wrongType = await PostAsync(record, fetch, null, "application/x-git-receive-pack-request");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrongType.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(RepositoryRecord record, byte[] body, string? encoding, string type = "application/x-git-upload-pack-request")
    {
        var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue(type);
        if (encoding is not null)
            content.Headers.ContentEncoding.Add(encoding);
        return await world.Client().PostAsync($"{world.Url(record)}/git-upload-pack", content);
    }

    private sealed class GitFolderTip(string folder)
    {
        public string Main => RepoHost.Tests.Git.TestRepository.RunGit([$"--git-dir={folder}", "rev-parse", "main"]).Trim();
    }
}
