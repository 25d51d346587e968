using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Pages about files and versions. Who is let in is the door table's; here is what they show.</summary>
public sealed partial class FilePagesTests(FilePagesTests.World world) : IClassFixture<FilePagesTests.World>
{
    private const string Hostile = "\"><img src=x onerror=alert(1)>";

    [Fact]
    public async Task Of_a_gated_repository_the_card_and_the_licence_are_open_at_the_tip_of_the_default_branch_and_nothing_else_is()
    {
        using var work = new GitFolder();
        var old = work.Commit("main", ("README.md", "# Old\n"), ("LICENSE", "MIT\n"), ("config.json", "{}\n"), ("sub/README.md", "secret\n"));
        work.GitCommitOnTop("main", ("README.md", "---\ngated: manual\n---\n# New\n"), ("LICENSE", "MIT\n"), ("config.json", "{}\n"), ("LICENSE.txt@", "config.json"));
        var id = await ImportAsync(work);
        foreach (var open in (string[])["blob/main/README.md", "blob/main/LICENSE", "blob/main/%52EADME.md"])
            Assert.Equal((open, 200), (open, (await GetAsync($"{id}/{open}", null)).Status));
        Assert.Equal(404, (await GetAsync($"{id}/blob/main/LICENSE.md", null)).Status);
        foreach (var closed in (string[])["blob/main/config.json", $"blob/{old}/README.md", $"blob/{old}/LICENSE", $"blob/{old}/config.json", $"blob/{old}/sub/README.md", "blob/main/LICENSE.txt", $"commit/{old}", "blob/main/readme.md", "blob/main/sub%2FREADME.md"])
        {
            var page = await GetAsync($"{id}/{closed}", null);
            Assert.True(page.Status == 401, $"{closed}: {page.Status}");
            Assert.DoesNotContain("secret", page.Text, StringComparison.Ordinal);
        }

        var list = await GetAsync($"{id}/tree/main", null);
        Assert.Contains("data-gated-note", list.Text, StringComparison.Ordinal);
        Assert.Contains("config.json", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain($"/{id}/commit/", list.Text.Replace("data-commit-link", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(200, (await GetAsync($"{id}/commits/main", null)).Status);
        Assert.Equal(200, (await GetAsync($"{id}/blob/main/config.json", world.Owner.Token)).Status);
    }

    [Fact]
    public async Task A_file_and_a_folder_lead_to_the_page_that_shows_them()
    {
        var hub = await world.NewAsync();
        Assert.Equal((303, $"/{hub.Id}/blob/main/sub/a.txt"), await WhereAsync($"{hub.Id}/tree/main/sub/a.txt"));
        Assert.Equal((303, $"/{hub.Id}/tree/main/sub"), await WhereAsync($"{hub.Id}/blob/main/sub"));
        Assert.Equal((303, $"/{hub.Id}/tree/main"), await WhereAsync($"{hub.Id}/blob/main"));
        Assert.Equal((307, $"/{hub.Id}/tree/main/sub"), await WhereAsync($"{hub.Id.ToUpperInvariant()}/tree/main/sub"));
        Assert.Equal(200, (await GetAsync($"{hub.Id}/tree/main/", null)).Status);
        await world.Services.GetRequiredService<RepositoryCatalog>().MoveAsync(hub.Record.Id, "acme", hub.Record.Name + "-new", CancellationToken.None);
        Assert.Equal((307, $"/{hub.Id}-new/blob/main/sub/a.txt"), await WhereAsync($"{hub.Id}/blob/main/sub/a.txt"));
    }

    [Fact]
    public async Task What_is_not_there_is_named()
    {
        var hub = await world.NewAsync();
        var revision = await GetAsync($"{hub.Id}/tree/{Uri.EscapeDataString(Hostile)}", null);
        Assert.Equal((404, "RevisionNotFound"), (revision.Status, revision.Code));
        Assert.Contains("has no branch, tag or commit &quot;&quot;&gt;&lt;img", revision.Text, StringComparison.Ordinal);
        var path = await GetAsync($"{hub.Id}/blob/main/no/such%20file", null);
        Assert.Equal((404, "EntryNotFound"), (path.Status, path.Code));
        Assert.Contains("There is no &quot;no/such file&quot; at &quot;main&quot;", path.Text, StringComparison.Ordinal);
        foreach (var wrong in (string[])["tree/main/nothing", "commits/main/nothing", "commit/main/config.json", "commit/nothing", "blob/main/sub/a.txt/deeper", "tree/-x", "tree/main/..%2f..", "commit/", "tree/"])
            Assert.Equal(404, (await GetAsync($"{hub.Id}/{wrong}", null)).Status);
    }

    [Theory]
    [InlineData("feature%2Fx")]
    [InlineData("feature/x")]
    [InlineData("refs%2Fpr%2F1")]
    [InlineData("refs/heads/feature/x")]
    public async Task Links_stay_at_the_revision_that_was_asked_for(string revision)
    {
        var hub = await world.NewAsync();
        hub.Git("update-ref", "refs/heads/feature/x", "main");
        hub.Git("update-ref", "refs/pr/1", "main");
        var name = Uri.EscapeDataString(Uri.UnescapeDataString(revision));
        Assert.Contains($"/{hub.Id}/tree/{name}/sub\"", (await GetAsync($"{hub.Id}/tree/{revision}", null)).Text, StringComparison.Ordinal);
        Assert.Contains($"/{hub.Id}/blob/{name}/sub/a.txt\"", (await GetAsync($"{hub.Id}/tree/{revision}/sub", null)).Text, StringComparison.Ordinal);
        Assert.Contains($"/{hub.Id}/raw/{name}/sub/a.txt\"", (await GetAsync($"{hub.Id}/blob/{revision}/sub/a.txt", null)).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await GetAsync($"{hub.Id}/commits/{revision}/sub", null)).Status);
        Assert.Equal(200, (await GetAsync($"{hub.Id}/commit/{revision}", null)).Status);
    }

    [Fact]
    public async Task Odd_and_hostile_names_are_text_and_their_links_work()
    {
        string[] names = ["ü #%25 ?&+.txt", Hostile, "a\\b.txt", "<svg onload=alert(1)>.md", "evil\u202egpj.exe", "%2e%2e", "new\nline", "tab\there", "c:d", "~"];
        using var test = new TestRepository();
        test.CommitFiles($"{Hostile} title", [.. names.Select(name => TestFile.Text("odd/" + name, $"content of {name} {Hostile}")), TestFile.Text($"{Hostile}/deep", "x")]);
        var id = await ImportAsync(test.Folder);
        var list = await GetAsync($"{id}/tree/main/odd", null);
        Assert.DoesNotContain("<img src=x", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<svg onload", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", list.Text, StringComparison.Ordinal);
        var links = BlobLinks().Matches(list.Text).Select(match => WebUtility.HtmlDecode(match.Groups[1].Value)).ToArray();
        Assert.Equal(names.Select(name => $"/{id}/blob/main/odd/{Uri.EscapeDataString(name)}").Order(StringComparer.Ordinal), links.Order(StringComparer.Ordinal));
        foreach (var link in links)
        {
            var page = await GetAsync(link[1..], null);
            Assert.True(page.Status == 200, $"{link}: {page.Status}");
            Assert.Contains("content of ", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("<img src=x", page.Text, StringComparison.Ordinal);
            Assert.Equal(200, (await GetAsync(link[1..].Replace("/blob/", "/commits/", StringComparison.Ordinal), null)).Status);
        }

        foreach (var page in (string[])["tree/main", "commits/main", "commit/main", "refs"])
            Assert.DoesNotContain("<img src=x", (await GetAsync($"{id}/{page}", null)).Text, StringComparison.Ordinal);
    }

    /// <summary>Threat row 43.</summary>
    [Fact]
    public async Task A_huge_folder_comes_in_pages_of_the_commit_that_the_first_page_was_of()
    {
        using var test = new TestRepository();
        test.CommitFiles("many", [.. Enumerable.Range(0, 2300).Select(i => TestFile.Text($"d/f{i:D4}", $"{i}"))]);
        var id = await ImportAsync(test.Folder);
        List<string> seen = [];
        var address = $"{id}/tree/main/d";
        for (var pages = 0; address is not null; pages++)
        {
            Assert.True(pages < 3);
            var page = await GetAsync(address, null);
            seen.AddRange(RowPaths().Matches(page.Text).Select(match => match.Groups[1].Value));
            address = NextLink().Match(page.Text) is { Success: true } next ? WebUtility.HtmlDecode(next.Groups[1].Value)[1..] : null;
            if (pages == 0)
                // Whoever reads on reads the folder as it was.
                await new CommitRequest("more").File("d/f0000a", "new").SendAsync(world, world.Owner.Token, id);
        }

        Assert.Equal(Enumerable.Range(0, 2300).Select(i => $"d/f{i:D4}"), seen);
    }

    [Fact]
    public async Task A_file_is_shown_as_far_as_a_browser_can_bear()
    {
        using var test = new TestRepository();
        test.CommitFiles("files", [
            TestFile.Text("lines.txt", string.Concat(Enumerable.Range(1, 6000).Select(i => $"number {i}\n"))),
            TestFile.Text("long.txt", new string('a', 5000) + "\n"), TestFile.Text("large.txt", new string('b', 1_100_000)), new("binary.dat", [1, 0, 2]), TestFile.Text("empty.txt", ""),
            new("latin.txt", "caf\u00e9"u8.ToArray()[..^1]), TestFile.Text("trojan.py", "x = 1 # \u202e hidden\n"), TestFile.Text("crlf.txt", "one\r\ntwo\r\n"),
            new("link", "lines.txt"u8.ToArray(), "120000"), new("module", "1111111111111111111111111111111111111111"u8.ToArray(), "160000")]);
        var id = await ImportAsync(test.Folder);
        var lines = await BlobAsync("lines.txt");
        Assert.Contains("id=\"L5000\"", lines, StringComparison.Ordinal);
        Assert.DoesNotContain("id=\"L5001\"", lines, StringComparison.Ordinal);
        Assert.Contains("The first 5000 of 6,000 lines are shown", lines, StringComparison.Ordinal);
        Assert.Contains("Lines longer than 2000 characters are cut", await BlobAsync("long.txt"), StringComparison.Ordinal);
        Assert.Contains("too large to be shown", await BlobAsync("large.txt"), StringComparison.Ordinal);
        Assert.Contains("not text", await BlobAsync("binary.dat"), StringComparison.Ordinal);
        Assert.Contains("The file is empty", await BlobAsync("empty.txt"), StringComparison.Ordinal);
        Assert.Contains("are not UTF-8", await BlobAsync("latin.txt"), StringComparison.Ordinal);
        var trojan = await BlobAsync("trojan.py");
        Assert.Contains("data-turns", trojan, StringComparison.Ordinal);
        Assert.Contains("U&#x2B;202E", trojan, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", trojan, StringComparison.Ordinal);
        Assert.Contains("2 lines", await BlobAsync("crlf.txt"), StringComparison.Ordinal);
        Assert.DoesNotContain("&#x240D;", await BlobAsync("crlf.txt"), StringComparison.Ordinal);
        Assert.Contains("symbolic link", await BlobAsync("link"), StringComparison.Ordinal);
        Assert.Equal(404, (await GetAsync($"{id}/blob/main/module", null)).Status);
        Assert.Contains("is another repository at 1111111", (await GetAsync($"{id}/tree/main", null)).Text, StringComparison.Ordinal);

        async Task<string> BlobAsync(string path) => (await GetAsync($"{id}/blob/main/{path}", null)).Text;
    }

    [Fact]
    public async Task An_object_of_LFS_shows_its_facts_and_its_change_in_sizes()
    {
        var hub = await world.NewAsync();
        await new CommitRequest("first").File("w.bin", "0123456789").SendAsync(world, world.Owner.Token, hub.Id);
        await new CommitRequest("second").File("w.bin", "0123456789abcdef0123456789").SendAsync(world, world.Owner.Token, hub.Id);
        var pointer = hub.Pointer("w.bin")!;
        var blob = await GetAsync($"{hub.Id}/blob/main/w.bin", null);
        Assert.Contains(pointer.Oid.ToString(), blob.Text, StringComparison.Ordinal);
        Assert.Contains("26 bytes", blob.Text, StringComparison.Ordinal);
        var list = await GetAsync($"{hub.Id}/tree/main", null);
        Assert.Contains("data-lfs", list.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(pointer.Oid.ToString(), list.Text, StringComparison.Ordinal);
        var commit = await GetAsync($"{hub.Id}/commit/main", null);
        Assert.Contains("10 bytes → 26 bytes", commit.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("git-lfs.github.com", commit.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commits_name_their_authors_and_never_a_mail_address()
    {
        using var work = new GitFolder();
        work.Commit("main", ("a", "1"));
        var id = await ImportAsync(work);
        await new CommitRequest("by the owner").File("a", "2").SendAsync(world, world.Owner.Token, id);
        foreach (var address in (string[])[$"{id}/commits/main", $"{id}/commits/main/a", $"{id}/commit/main", $"{id}/tree/main", $"{id}/blob/main/a"])
        {
            var page = await GetAsync(address, null);
            Assert.Contains("by the owner", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("@example.org", WebUtility.HtmlDecode(page.Text), StringComparison.Ordinal);
            Assert.DoesNotContain("noreply", page.Text, StringComparison.Ordinal);
            if (address.Contains("commit", StringComparison.Ordinal))
                Assert.Contains("<a href=\"/owner\"><bdi>owner Example</bdi></a>", page.Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_history_comes_in_pages()
    {
        using var test = new TestRepository();
        for (var i = 0; i < 120; i++)
            test.Commit($"change {i}.", ("a", $"{i}"), ("b", $"{i / 2}"));
        var id = await ImportAsync(test.Folder);
        var (first, third) = (await GetAsync($"{id}/commits/main", null), await GetAsync($"{id}/commits/main?p=2", null));
        Assert.Equal((50, 20), (CommitRows().Count(first.Text), CommitRows().Count(third.Text)));
        Assert.Contains("change 0.", third.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("rel=\"next\"", third.Text, StringComparison.Ordinal);
        Assert.Equal(10, CommitRows().Count((await GetAsync($"{id}/commits/main/b?p=1", null)).Text));
        Assert.Equal(200, (await GetAsync($"{id}/commits/main?p=99999999", null)).Status);
    }

    [Fact]
    public async Task An_empty_repository_says_so_and_how_it_is_filled()
    {
        var id = $"acme/empty-{Guid.NewGuid():N}"[..20];
        var record = await world.AddRepositoryAsync(RepositoryType.Model, id, new Dictionary<string, string> { ["a"] = "1" });
        new TestHub(world, id, record).Git("update-ref", "-d", "refs/heads/main");
        var page = await GetAsync($"{id}/tree/main", null);
        Assert.Equal(200, page.Status);
        Assert.Contains("This repository is empty", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("git push", page.Text, StringComparison.Ordinal);
        Assert.Contains($"/{id}/upload/main", (await GetAsync($"{id}/tree/main", world.Owner.Token)).Text, StringComparison.Ordinal);
        Assert.Equal(404, (await GetAsync($"{id}/tree/other", null)).Status);
        Assert.Equal(200, (await GetAsync($"{id}/commits/main", null)).Status);
    }

    [Fact]
    public async Task Branches_and_tags_are_listed_searched_and_picked()
    {
        using var test = new TestRepository();
        var tip = test.Commit("1", ("a", "1"));
        for (var i = 0; i < 250; i++)
            test.Branch($"branch-{i:D3}", tip);
        test.Tag("v1", tip, annotated: true);
        test.Tag("branch-001", tip);
        var id = await ImportAsync(test.Folder);
        var all = await GetAsync($"{id}/refs", null);
        Assert.Equal(100, RefRows().Count(all.Text));
        Assert.Equal(53, RefRows().Count((await GetAsync($"{id}/refs?p=2", null)).Text));
        var some = await GetAsync($"{id}/refs?search=BRANCH-001", null);
        Assert.Equal(2, RefRows().Count(some.Text));
        Assert.Contains($"/{id}/tree/refs%2Ftags%2Fbranch-001", some.Text, StringComparison.Ordinal);
        Assert.Contains("No branch, tag or pull request", (await GetAsync($"{id}/refs?search={Uri.EscapeDataString(Hostile)}", null)).Text, StringComparison.Ordinal);
        Assert.Contains($"/{id}/blob/v1/a", (await GetAsync($"{id}/blob/main/a", null)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_write_is_offered_to_on_branches_and_nobody_else_is()
    {
        var hub = await world.NewAsync();
        hub.Git("tag", "v1", "main");
        Assert.Contains($"/{hub.Id}/upload/main", (await GetAsync($"{hub.Id}/tree/main", world.Contributor.Token)).Text, StringComparison.Ordinal);
        Assert.Contains($"/{hub.Id}/edit/main/config.json", (await GetAsync($"{hub.Id}/blob/main/config.json", world.Contributor.Token)).Text, StringComparison.Ordinal);
        foreach (var (address, token) in new[] { ("tree/main", world.Reader.Token), ("tree/main", world.OwnerReadToken), ("tree/v1", world.Owner.Token), ($"tree/{hub.Tip()}", world.Owner.Token), ("blob/v1/config.json", world.Owner.Token), ("blob/main/config.json", world.Stranger.Token) })
        {
            var page = await GetAsync($"{hub.Id}/{address}", token);
            Assert.DoesNotContain($"/{hub.Id}/upload/", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain($"/{hub.Id}/edit/", page.Text, StringComparison.Ordinal);
        }
    }

    /// <summary>Takes a file that is too large to be shown.</summary>
    public sealed class World : CommitWorld
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, "--Pushes:LargestFileBytes=2000000"];
    }

    private async Task<string> ImportAsync(GitFolder work) => await ImportAsync(work.Path);

    private async Task<string> ImportAsync(string folder)
    {
        var id = $"acme/files-{Guid.NewGuid():N}"[..24];
        await world.ImportAsync(RepositoryType.Model, id, folder);
        return id;
    }

    private async Task<(int Status, string Text, string? Code)> GetAsync(string path, string? token)
    {
        using var client = world.Client(token);
        client.DefaultRequestHeaders.Add("Accept", "text/html");
        client.DefaultRequestHeaders.Add("Sec-Fetch-Mode", "navigate");
        using var response = await client.GetAsync("/" + path);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers.TryGetValues("X-Error-Code", out var codes) ? codes.Single() : null);
    }

    private async Task<(int Status, string? Location)> WhereAsync(string path)
    {
        using var client = world.Client();
        using var response = await client.GetAsync("/" + path);
        return ((int)response.StatusCode, response.Headers.Location?.OriginalString);
    }

    [GeneratedRegex("class=\"file-name\">\\s*<a href=\"([^\"]*/blob/[^\"]*)\"")]
    private static partial Regex BlobLinks();

    [GeneratedRegex("<tr data-path=\"([^\"]*)\"")]
    private static partial Regex RowPaths();

    [GeneratedRegex("rel=\"next\" href=\"([^\"]*)\"")]
    private static partial Regex NextLink();

    [GeneratedRegex("<li data-commit=")]
    private static partial Regex CommitRows();

    [GeneratedRegex("<tr data-ref=")]
    private static partial Regex RefRows();
}
