using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>What a commit is refused for, and that nothing is left of it then (contract 7.4, threat rows 13, 23, 24, 40, 41).</summary>
public sealed class CommitRefusalTests(CommitWorld world) : IClassFixture<CommitWorld>
{
    private const string Header = "{\"key\":\"header\",\"value\":{\"summary\":\"s\"}}\n";

    public static TheoryData<string, int, string> BadBodies => new()
    {
        { "", 400, "Line 1" },
        { "\n\n", 400, "no header" },
        { "{}", 400, "Line 1" },
        { "not json", 400, "no JSON" },
        { "[1]", 400, "expected an object" },
        { "{\"key\":\"header\",\"value\":{\"summary\":\" \"}}", 400, "summary" },
        { "{\"key\":\"header\",\"value\":{\"description\":\"d\"}}", 400, "summary" },
        { "{\"key\":\"header\",\"value\":{\"summary\":\"a\\u0000b\"}}", 400, "zero character" },
        { "{\"key\":\"deletedFile\",\"value\":{\"path\":\"config.json\"}}", 400, "header must come first" },
        { Header + Header, 400, "Line 2 of the commit: there is a second header" },
        { Header + "{\"key\":\"copyFile\",\"value\":{\"path\":\"a\"}}", 400, "Line 2 of the commit: \"key\" must be one of" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"a\"}}", 400, "no base64" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"aGk\"}}", 400, "no base64" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"" + new string('A', 70_001) + "\"}}", 400, "no base64" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"" + new string('A', 70_000) + "====\"}}", 400, "no base64" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"" + new string('A', 70_000) + "\\q\"}}", 400, "no base64" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"encoding\":\"utf-8\",\"content\":\"" + new string('A', 70_000) + "\\ud800\"}}", 400, "no text" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"encoding\":\"utf-8\",\"content\":\"\\ud800\"}}", 400, "no text" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"encoding\":\"utf-8\",\"content\":\"" + new string('A', 70_000) + "\tx\"}}", 400, "no text" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"encoding\":\"utf-16\",\"content\":\"a\"}}", 400, "encoding" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\"}}", 400, "content" },
        { Header + "{\"key\":\"file\",\"value\":{\"content\":\"\"}}", 400, "path" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"path\":\"b\",\"content\":\"\"}}", 400, "no JSON" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"" + new string('A', 70_000) + "\",\"x\":\"" + new string('A', 70_000) + "\"}}", 400, "only the content" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"" + new string('A', 70_000) + "\",\"content\":\"\"}}", 200, "" },
        { Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"" + new string('A', 70_000), 400, "no JSON" },
        { Header + "{\"key\":\"lfsFile\",\"value\":{\"path\":\"a\",\"oid\":\"../../x\"}}", 400, "64 lower-case hex" },
        { Header + "{\"key\":\"lfsFile\",\"value\":{\"path\":\"a\",\"oid\":\"" + new string('A', 64) + "\"}}", 400, "64 lower-case hex" },
        { Header + "{\"key\":\"lfsFile\",\"value\":{\"path\":\"a\",\"algo\":\"md5\",\"oid\":\"" + new string('a', 64) + "\"}}", 400, "sha256" },
        { Header + "{\"key\":\"lfsFile\",\"value\":{\"path\":\"a\",\"oid\":\"" + new string('a', 64) + "\",\"size\":-1}}", 400, "whole number" },
        { Header + "{\"key\":\"x\",\"value\":{\"y\":[" + new string('1', 60_000).Replace("1", "1," + new string(' ', 80), StringComparison.Ordinal) + "1]}}", 400, "longer than" },
    };

    [Fact]
    public async Task A_gitmodules_that_a_push_may_not_bring_is_refused_in_git_s_words()
    {
        var hub = await world.NewAsync();
        var tip = hub.Tip();
        var answer = await new CommitRequest().File(".gitmodules", "[submodule \"../x\"]\n\tpath = x\n\turl = -u./payload\n").SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Equal(400, (int)answer.Status);
        Assert.Contains("gitmodules", answer.Error, StringComparison.Ordinal);
        Assert.Equal(tip, hub.Tip());

        (await new CommitRequest().File(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = https://example.org/x\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        hub.AssertSound();
    }

    [Fact]
    public async Task More_gitattributes_than_can_be_kept_are_413()
    {
        var hub = await world.NewAsync();
        var request = new CommitRequest();
        for (var i = 0; i < 70; i++)
            request.File($"d{i}/.gitattributes", new string('#', 250 * 1024));
        Assert.Equal(413, (int)(await request.SendAsync(world, world.Owner.Token, hub.Id)).Status);
    }

    [Theory]
    [MemberData(nameof(BadBodies))]
    public async Task A_body_that_is_not_right_is_told_with_its_line(string body, int status, string says)
    {
        var hub = await world.NewAsync();
        var tip = hub.Tip();
        var answer = await CommitRequest.Raw(body).SendAsync(world, world.Owner.Token, hub.Id);
        // A path of 70 kB is put aside like any long text; what stands for it must not become a name.
        if (status == 200)
            (status, says) = (422, "can't be used");
        Assert.True((int)answer.Status == status && answer.Error.Contains(says, StringComparison.Ordinal), answer.ToString());
        Assert.Equal(tip, hub.Tip());
        hub.AssertSound();
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("a/../x")]
    [InlineData("./x")]
    [InlineData("a//x")]
    [InlineData("/etc/passwd")]
    [InlineData("a/")]
    [InlineData("")]
    [InlineData("..\\target")]
    [InlineData("line\nbreak")]
    [InlineData("zero\0")]
    [InlineData(".git/config")]
    [InlineData("sub/.GIT/hooks/x")]
    [InlineData(".git ")]
    [InlineData(".git. .")]
    [InlineData("git~1/config")]
    [InlineData("GIT~1")]
    [InlineData(".git::$INDEX_ALLOCATION/config")]
    [InlineData("a\\.git\\x")]
    [InlineData(".g\u200cit/config")]
    [InlineData("\ufeff.git")]
    public async Task Paths_that_leave_the_repository_or_mean_its_own_folder_are_422(string path)
    {
        var hub = await world.NewAsync();
        foreach (var request in new[] { new CommitRequest().File(path, "x"), new CommitRequest().Lfs(path, new string('a', 64)) })
        {
            var answer = await request.SendAsync(world, world.Owner.Token, hub.Id);
            Assert.True(answer.Status == HttpStatusCode.UnprocessableEntity && answer.Error.StartsWith("Line 2: the path", StringComparison.Ordinal), answer.ToString());
        }
    }

    [Fact]
    public async Task What_can_not_be_done_is_told_and_nothing_of_the_commit_is()
    {
        var hub = await world.NewAsync();
        var tip = hub.Tip();
        foreach (var (request, status, says) in new[]
        {
            (new CommitRequest().File("new.txt", "x").Delete("nope.txt"), 404, "A file with this name doesn't exist"),
            (new CommitRequest().Delete("sub").Delete("sub/a.txt"), 404, "A file with this name doesn't exist"),
            (new CommitRequest().DeleteFolder("nope/"), 404, "A file with this name doesn't exist"),
            (new CommitRequest().DeleteFolder("config.json"), 404, "A file with this name doesn't exist"),
            (new CommitRequest().DeleteFolder("sub").Delete("sub/a.txt"), 404, "A file with this name doesn't exist"),
            (new CommitRequest().File("sub", "x"), 400, "sub is a folder"),
            (new CommitRequest().File("config.json/x", "x"), 400, "config.json is a file"),
            (new CommitRequest().File("n", "x").File("n/m", "x"), 400, "n is a file"),
            (new CommitRequest(parent: new string('0', 40)).File("a", "x"), 412, "Please refresh and try again"),
            (new CommitRequest(parent: "main").File("a", "x"), 412, "Please refresh and try again"),
        })
        {
            var answer = await request.SendAsync(world, world.Owner.Token, hub.Id);
            Assert.True((int)answer.Status == status && answer.Error.Contains(says, StringComparison.Ordinal), $"{request}: {answer}");
            Assert.Equal(status == 404 ? "EntryNotFound" : null, answer.Code);
        }

        Assert.Equal(tip, hub.Tip());
        hub.AssertSound();
        (await new CommitRequest().Delete("sub/a.txt").Delete("sub/deep/b.txt").File("sub", "now a file").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        (await new CommitRequest().Delete("sub").File("sub/x/y", "now a folder").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.Equal("now a folder", hub.Show("sub/x/y"));
    }

    [Theory]
    [InlineData("nope")]
    [InlineData("v1")]
    [InlineData("refs/tags/v1")]
    [InlineData("refs/pr/1")]
    [InlineData("refs/pr/01")]
    [InlineData("-x")]
    [InlineData("main@{1}")]
    [InlineData("main:config.json")]
    [InlineData("<tip>")]
    public async Task Only_branches_take_commits_and_pull_requests(string revision)
    {
        var hub = await world.NewAsync();
        hub.Git("tag", "v1", "main");
        revision = revision.Replace("<tip>", hub.Tip(), StringComparison.Ordinal);
        foreach (var query in (string[])["", "?create_pr=1"])
        {
            var answer = await new CommitRequest().File("a", "x").SendAsync(world, world.Owner.Token, hub.Id, revision, query);
            Assert.Equal((HttpStatusCode.NotFound, "RevisionNotFound"), (answer.Status, answer.Code));
        }
    }

    [Fact]
    public async Task Branches_with_slashes_and_full_names_take_commits()
    {
        var hub = await world.NewAsync();
        hub.Git("branch", "feature/x", "main");
        var main = hub.Tip();
        (await new CommitRequest().File("a", "1").SendAsync(world, world.Owner.Token, hub.Id, "feature/x")).AssertDone();
        (await new CommitRequest().File("b", "2").SendAsync(world, world.Owner.Token, hub.Id, "refs/heads/feature/x")).AssertDone();
        Assert.Equal(("1", "2", main), (hub.Show("a", "feature/x"), hub.Show("b", "feature/x"), hub.Tip()));
    }

    [Fact]
    public async Task Who_may_not_write_commits_nothing()
    {
        var (hub, hidden) = (await world.NewAsync(), await world.NewAsync(isPrivate: true));
        var (tip, secret) = (hub.Tip(), hidden.Tip());
        foreach (var (token, open, closed) in new[] { (null, 401, 401), (world.OwnerReadToken, 403, 403), (world.Stranger.Token, 403, 404) })
        {
            Assert.Equal(open, (int)(await new CommitRequest().File("a", "x").SendAsync(world, token, hub.Id)).Status);
            Assert.Equal(closed, (int)(await new CommitRequest().File("a", "x").SendAsync(world, token, hidden.Id)).Status);
            Assert.Equal(closed, (int)(await new CommitRequest().File("a", "x").SendAsync(world, token, hidden.Id, query: "?create_pr=1")).Status);
        }

        Assert.Equal((tip, secret), (hub.Tip(), hidden.Tip()));
    }

    [Fact]
    public async Task A_card_that_gates_holds_for_the_next_request_and_only_admins_take_it_away()
    {
        var hub = await world.NewAsync();
        Assert.NotNull(await hub.DownloadAsync("config.json", world.Stranger.Token));
        (await new CommitRequest().File("README.md", "---\ngated: manual\n---\n").SendAsync(world, world.Contributor.Token, hub.Id)).AssertDone();
        Assert.Null(await hub.DownloadAsync("config.json", world.Stranger.Token));

        var broken = await new CommitRequest().File("README.md", "---\nlicense: mit\ngated: [manual\n---\n").File("b", "x").SendAsync(world, world.Owner.Token, hub.Id);
        Assert.Equal(HttpStatusCode.BadRequest, broken.Status);
        Assert.Matches(@"README\.md, line \d+, column \d+: ", broken.Error);

        foreach (var lower in new[] { new CommitRequest().File("README.md", "# open\n"), new CommitRequest().Delete("README.md"), new CommitRequest().File("README.md", "---\ngated: auto\n---\n") })
        {
            var refused = await lower.SendAsync(world, world.Contributor.Token, hub.Id);
            Assert.True(refused.Status == HttpStatusCode.Forbidden && refused.Error.Contains("would lower", StringComparison.Ordinal), refused.ToString());
        }

        Assert.Null(await hub.DownloadAsync("config.json", world.Stranger.Token));
        (await new CommitRequest().File("README.md", "# open\n").SendAsync(world, world.Owner.Token, hub.Id)).AssertDone();
        Assert.NotNull(await hub.DownloadAsync("config.json", world.Stranger.Token));
        hub.AssertSound();
    }

    [Fact]
    public async Task What_should_be_repaired_in_a_card_comes_back_with_the_answer()
    {
        var hub = await world.NewAsync();
        var answer = await new CommitRequest().File("README.md", "---\nextra_gated_fields:\n  Company: nonsense\n---\n").SendAsync(world, world.Owner.Token, hub.Id);
        answer.AssertDone();
        Assert.Contains("README.md, line 3", answer.Json.GetProperty("hookOutput").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_client_that_leaves_in_the_middle_leaves_nothing_behind()
    {
        var (hub, spool) = (await world.NewAsync(), world.Services.GetRequiredService<TransferSpool>());
        var tip = hub.Tip();
        using (var socket = new System.Net.Sockets.TcpClient())
        {
            await socket.ConnectAsync(world.Address.Host, world.Address.Port);
            var body = Header + "{\"key\":\"file\",\"value\":{\"path\":\"a\",\"content\":\"" + new string('A', 400_000);
            var head = $"POST /api/models/{hub.Id}/commit/main HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {world.Owner.Token}\r\nContent-Length: 100000000\r\n\r\n{body}";
            await socket.GetStream().WriteAsync(Encoding.UTF8.GetBytes(head));
            await Until(() => spool.Held is { Transfers: 1, Bytes: > 0 });
        }

        await Until(() => spool.Held == (0, 0));
        Assert.False(Directory.Exists(Path.Combine(hub.Folder, "quarantine")), "work was begun before the body had come");
        Assert.Equal(tip, hub.Tip());
    }

    private static async Task Until(Func<bool> happened)
    {
        for (var waited = 0; !happened(); waited++)
        {
            Assert.True(waited < 500, "It has not happened in ten seconds.");
            await Task.Delay(20);
        }
    }
}
