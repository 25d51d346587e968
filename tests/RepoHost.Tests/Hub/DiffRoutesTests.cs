using System.Net;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>compare</c>, <c>commit/{sha}.diff</c> and <c>treesize</c>.</summary>
public sealed class DiffRoutesTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private const string EmptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

    [Fact]
    public async Task Two_commits_are_compared_as_git_does_it()
    {
        using var source = new GitFolder();
        var first = source.Commit("main", ("a.txt", "one\n"), ("old name.txt", "a file that is renamed\nand has lines\n"), ("tab\there", "x\n"));
        var second = source.GitCommitOnTop("main", ("a.txt", "two\n"), ("new name.txt", "a file that is renamed\nand has lines\n"), ("tab\there", "x\n"), ("b.bin", "a\0b"));
        var record = await world.ImportAsync(RepositoryType.Model, "author/compared", source.Path);
        var expected = source.Git("diff", "--full-index", "--find-renames", first, second).TrimEnd('\n') + "\n";

        foreach (var url in (string[])[$"/api/models/{record.FullName}/compare/{first}..main", $"/api/models/{record.FullName}/compare/{first}...{second}", $"/api/models/{record.FullName}/compare/main", $"/{record.FullName}/commit/{second}.diff", $"/{record.FullName}/commit/main.diff"])
            Assert.Equal(expected, await world.Client().GetStringAsync(url));

        var lines = (await world.Client().GetStringAsync($"/api/models/{record.FullName}/compare/{first}..main?raw=true")).Split('\n');
        var zero = new string('0', 40);
        Assert.Equal(
            [
                $"T 4\t:100644 100644 {Blob("a.txt", first)}... {Blob("a.txt", second)}... M\ta.txt",
                $"B 3\t:000000 100644 {zero}... {Blob("b.bin", second)}... A\tb.bin",
                $"T 37\t:100644 100644 {Blob("new name.txt", second)}... {Blob("new name.txt", second)}... R\told name.txt\tnew name.txt",
                "",
            ],
            lines);
        Assert.Equal(
            $"T 2\t:000000 100644 {zero}... {Blob("tab\there", first)}... A\t\"tab\\there\"",
            (await world.Client().GetStringAsync($"/api/models/{record.FullName}/compare/{EmptyTree}..{first}?raw=1")).Split('\n')[2]);

        foreach (var missing in (string[])["nope..main", "main..nope", "nope", $"main..{EmptyTree}"])
        {
            using var answer = await world.Client().GetAsync($"/api/models/{record.FullName}/compare/{missing}");
            Assert.Equal((HttpStatusCode.NotFound, "RevisionNotFound"), (answer.StatusCode, answer.Headers.GetValues("X-Error-Code").Single()));
        }

        string Blob(string path, string revision) => source.Git("rev-parse", $"{revision}:{path}").Trim();
    }

    [Fact]
    public async Task Files_in_LFS_have_the_size_that_is_downloaded_and_a_diff_too_large_is_refused()
    {
        var raw = await world.Client(world.Tokens["author"]).GetStringAsync("/api/models/acme/gated/compare/main?raw=true");
        Assert.Contains(raw.Split('\n'), line => line.StartsWith($"T {GatedWorld.LfsText.Length}\t", StringComparison.Ordinal) && line.EndsWith("\tmodel.bin", StringComparison.Ordinal));

        var line = new string('x', 400_000) + "\n";
        var record = await world.AddRepositoryAsync(
            RepositoryType.Model, "author/large-diff", Enumerable.Range(0, 24).ToDictionary(i => $"{i}.txt", i => $"{i}{line}"));
        using var refused = await world.Client().GetAsync($"/{record.FullName}/commit/main.diff");
        Assert.Equal(422, (int)refused.StatusCode);
        Assert.Contains("git diff", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(26, (await world.Client().GetStringAsync($"/api/models/{record.FullName}/compare/main?raw=true")).Split('\n').Length);
    }

    [Theory]
    [InlineData("nobody", 401)]
    [InlineData("stranger", 403)]
    [InlineData("pending", 403)]
    [InlineData("accepted", 200)]
    public async Task What_files_hold_is_told_to_those_whom_the_gate_lets_in(string caller, int status)
    {
        foreach (var url in (string[])["/api/models/acme/gated/compare/main", "/api/models/acme/gated/compare/main?raw=1", $"/api/models/acme/gated/compare/{EmptyTree}..main", "/acme/gated/commit/main.diff"])
        {
            using var answer = await world.Client(world.Tokens[caller]).GetAsync(url);
            Assert.Equal((url, status), (url, (int)answer.StatusCode));
            Assert.Equal(status == 200, !answer.Headers.Contains("X-Error-Code"));
        }
    }

    [Fact]
    public async Task The_size_of_a_folder_is_that_of_its_files()
    {
        var all = GatedWorld.Files.Sum(file => (long)System.Text.Encoding.UTF8.GetByteCount(file.Value));
        Assert.Equal($$"""{"path":"/","size":{{all}}}""", await world.Client().GetStringAsync("/api/models/acme/gated/treesize/main"));
        Assert.Equal("""{"path":"sub","size":22}""", await world.Client().GetStringAsync("/api/models/acme/gated/treesize/main/sub"));
        foreach (var (path, code) in new[] { ("main/nope", "EntryNotFound"), ("main/config.json", "EntryNotFound"), ("nope", "RevisionNotFound") })
        {
            using var missing = await world.Client().GetAsync($"/api/models/acme/gated/treesize/{path}");
            Assert.Equal((HttpStatusCode.NotFound, code), (missing.StatusCode, missing.Headers.GetValues("X-Error-Code").Single()));
        }
    }
}
