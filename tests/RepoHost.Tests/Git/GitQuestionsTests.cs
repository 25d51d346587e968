using System.Text;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class GitQuestionsTests : IDisposable
{
    private readonly TestRepository test = new();
    private readonly GitQuestions questions = new(TimeProvider.System);

    public void Dispose() => test.Dispose();

    [Fact]
    public async Task A_diff_tells_what_became_of_every_file_and_its_lines()
    {
        test.CommitFiles("1", [
            TestFile.Text("kept", "same\n"), TestFile.Text("changed", "a\nb\nc\n"), TestFile.Text("gone", "x\n"), TestFile.Text("old \"name\" ü", "1\n2\n3\n4\n"),
            new("picture", [0, 1, 2]), TestFile.Text("program", "p\n"), new("link", "target"u8.ToArray(), "120000"), TestFile.Text("no end", "one")]);
        var tip = test.CommitFiles("2", [
            TestFile.Text("changed", "a\nB\nc\nd\n"), new("gone", null), new("old \"name\" ü", null), TestFile.Text("new\nname", "1\n2\n3\n4\n"),
            new("picture", [0, 3]), new("program", "p\n"u8.ToArray(), "100755"), TestFile.Text("link", "a file now\n"), TestFile.Text("added", "1\n"), TestFile.Text("empty", ""), TestFile.Text("no end", "two")]);
        var diff = await DiffAsync(tip);
        Assert.True(diff.Complete);
        Assert.Equal(test.Repository.ReadCommit(tip).Parents[0], diff.Parent);
        Assert.Equal(
            ["added Added +1 -0", "changed Modified +2 -1", "empty Added +0 -0", "gone Deleted +0 -1", "link TypeChanged +1 -1", "new\nname Renamed +0 -0", "no end Modified +1 -1", "picture Modified +0 -0 binary", "program Modified +0 -0"],
            diff.Files.Select(f => $"{f.Path} {f.Kind} +{f.Added} -{f.Removed}{(f.Binary ? " binary" : "")}").Order(StringComparer.Ordinal));
        Assert.Equal("old \"name\" ü", diff.Files.Single(f => f.Kind == FileChangeKind.Renamed).Old!.Path);
        Assert.Equal((GitEntryKind.File, GitEntryKind.Executable), (diff.Files.Single(f => f.Path == "program").Old!.Kind, diff.Files.Single(f => f.Path == "program").New!.Kind));
        Assert.Equal(
            ["@@ -1,3 +1,4 @@", "1 1  a", "2  -b", " 2 +B", "3 3  c", " 4 +d"],
            diff.Files.Single(f => f.Path == "changed").Lines.Select(Write));
        Assert.Equal(["1  -one", "  \\No newline at end of file", " 1 +two", "  \\No newline at end of file"], diff.Files.Single(f => f.Path == "no end").Lines.Skip(1).Select(Write));
    }

    [Fact]
    public async Task Content_that_looks_like_a_diff_is_content()
    {
        test.Commit("1", ("a", "-- a/x\n"));
        var tip = test.Commit("2", ("a", "++ b/x\n@@ -1 +1 @@\ndiff --git a/x b/x\nBinary files a and b differ\n\\ No newline\nreturn\rdiff --git a/y b/y\n"), ("b", "1\n"));
        var diff = await DiffAsync(tip);
        Assert.Equal(["a", "b"], diff.Files.Select(f => f.Path));
        Assert.Equal((6, 1, false), (diff.Files[0].Added, diff.Files[0].Removed, diff.Files[0].Binary));
        Assert.Equal("return\rdiff --git a/y b/y", diff.Files[0].Lines[^1].Text);
    }

    [Fact]
    public async Task The_first_commit_is_compared_with_nothing_and_a_merge_with_its_first_parent()
    {
        var first = test.Commit("1", ("a", "1\n"));
        Assert.Equal(("a", FileChangeKind.Added), Assert.Single((await DiffAsync(first)).Files.Select(f => (f.Path, f.Kind))));
        test.Branch("side", first);
        var side = test.CommitFiles("side", [TestFile.Text("s", "1\n")], "side");
        test.Commit("2", ("b", "1\n"));
        var merge = test.CommitFiles("merge", [TestFile.Text("s", "1\n")], "main", side);
        Assert.Equal(["s"], (await DiffAsync(merge)).Files.Select(f => f.Path));
    }

    [Fact]
    public async Task Large_commits_are_cut_and_say_so()
    {
        var lines = string.Concat(Enumerable.Range(0, 5000).Select(i => $"line {i}\n"));
        var tip = test.CommitFiles("1", [.. Enumerable.Range(0, 300).Select(i => TestFile.Text($"f{i:D3}", lines + i)), TestFile.Text("long", new string('x', 50_000))]);
        var diff = await DiffAsync(tip);
        Assert.False(diff.Complete);
        Assert.Equal((301, 301), (diff.FileCount, diff.Files.Count));
        Assert.InRange(diff.Files.Sum(f => f.Lines.Count), 1500, 6000);
        Assert.True(diff.Files[0].Cut);

        var one = test.Commit("2", ("long", new string('y', 50_000) + "\n"));
        var line = Assert.Single((await DiffAsync(one)).Files).Lines.Single(l => l.Kind == DiffLineKind.Added).Text;
        Assert.Equal(new string('y', 1000) + "…", line);

        var many = test.CommitFiles("3", [.. Enumerable.Range(0, 3000).Select(i => TestFile.Text($"many/{i}", $"{i}\n"))]);
        var list = await DiffAsync(many);
        Assert.Equal((3000, 1000, false), (list.FileCount, list.Files.Count, list.Complete));
    }

    [Fact]
    public async Task A_large_blob_is_not_compared()
    {
        var tip = test.Commit("1", ("large", string.Concat(Enumerable.Repeat("a line of text\n", 100_000))));
        var file = Assert.Single((await DiffAsync(tip)).Files);
        Assert.True(file.Binary);
        Assert.Empty(file.Lines);
    }

    [Fact]
    public async Task The_history_of_a_path_is_the_one_of_git_log_also_after_it_was_deleted()
    {
        test.Commit("0", ("a", "1"), ("b", "1"));
        test.Commit("1", ("d/*", "1"));
        test.Commit("2", ("a", "2"));
        test.CommitFiles("3", [new("a", null)]);
        test.Commit("4", ("a", "3"), ("d/*", "2"));
        var tip = test.Commit("5", ("b", "2"), ("d/xyz", "1"));
        Assert.Equal(["4", "3", "2", "0"], (await HistoryAsync(tip, "a")).Select(c => c.Title));
        Assert.Equal(["3", "2"], (await HistoryAsync(tip, "a", 1, 2)).Select(c => c.Title));
        Assert.Equal(["5", "4", "1"], (await HistoryAsync(tip, "d")).Select(c => c.Title));
        // A name, never a pattern.
        Assert.Equal(["4", "1"], (await HistoryAsync(tip, "d/*")).Select(c => c.Title));
        Assert.Empty(await HistoryAsync(tip, ":(top)a"));
        Assert.Empty(await HistoryAsync(tip, "--all"));
    }

    [Fact]
    public async Task Whoever_leaves_takes_the_question_with_them()
    {
        var tip = test.Commit("1", ("a", "1"));
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => questions.DiffAsync("reader", test.Repository, test.Repository.ReadCommit(tip), new(), gone.Token));
    }

    [Fact]
    public async Task One_caller_does_not_take_the_turns_of_the_others()
    {
        var tip = test.Commit("1", ("a", "1"));
        using var slow = new TestRepository();
        var slowTip = slow.Commit("1", ("a", "1"));
        // git waits for somebody to write its configuration, until it is ended.
        File.Delete(Path.Combine(slow.Folder, "config"));
        using (var made = System.Diagnostics.Process.Start("mkfifo", [Path.Combine(slow.Folder, "config")]))
            await made.WaitForExitAsync(TestContext.Current.CancellationToken);

        using var enough = new CancellationTokenSource();
        var greedy = Enumerable.Range(0, 8).Select(_ => questions.HistoryAsync("greedy", slow.Repository, slowTip, TreePath.Parse("a"), 0, 10, enough.Token)).ToList();
        Assert.Single(await HistoryAsync(tip, "a"));
        Assert.DoesNotContain(greedy, question => question.IsCompletedSuccessfully);
        await enough.CancelAsync();
        foreach (var question in greedy)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => question);
    }

    private static string Write(DiffLine line) => line.Kind == DiffLineKind.Place
        ? line.Text
        : new StringBuilder().Append(line.Old).Append(' ').Append(line.New).Append(' ').Append(line.Kind switch { DiffLineKind.Added => '+', DiffLineKind.Removed => '-', DiffLineKind.Note => '\\', _ => ' ' }).Append(line.Text).ToString();

    private async Task<CommitDiff> DiffAsync(GitOid commit) => (await questions.DiffAsync("reader", test.Repository, test.Repository.ReadCommit(commit), new(), CancellationToken.None))!;

    private async Task<IReadOnlyList<GitCommit>> HistoryAsync(GitOid from, string path, int skip = 0, int take = 100) =>
        (await questions.HistoryAsync("reader", test.Repository, from, TreePath.Parse(path), skip, take, CancellationToken.None))!;
}
