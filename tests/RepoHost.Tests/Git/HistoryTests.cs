using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class HistoryTests : IDisposable
{
    private readonly TestRepository test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_commit_is_read_with_title_message_author_and_parents()
    {
        var first = test.Commit("Title line  \n\nThe rest.\n\nMore.\n", ("a", "1"));
        var second = test.Commit("", ("a", "2"));
        var commit = test.Repository.ReadCommit(first);
        Assert.Equal(("Title line", "The rest.\n\nMore."), (commit.Title, commit.Message));
        Assert.Equal(("Ada", "ada@example.org"), (commit.AuthorName, commit.AuthorEmail));
        Assert.Equal(new DateTimeOffset(2023, 11, 14, 23, 13, 20, TimeSpan.FromHours(1)), commit.Date);
        Assert.Empty(commit.Parents);
        Assert.Equal([first], test.Repository.ReadCommit(second).Parents);
        Assert.Equal(("", ""), (test.Repository.ReadCommit(second).Title, test.Repository.ReadCommit(second).Message));
    }

    [Fact]
    public void Commits_come_newest_first_in_pages_and_are_counted()
    {
        var made = Enumerable.Range(0, 25).Select(i => test.Commit($"commit {i}", ("a", $"{i}"))).ToArray();
        Assert.Equal(made.Reverse().Take(10), test.Repository.Commits(made[^1], 0, 10).Select(c => c.Id));
        Assert.Equal(made.Reverse().Skip(20), test.Repository.Commits(made[^1], 20, 10).Select(c => c.Id));
        Assert.Empty(test.Repository.Commits(made[^1], 30, 10));
        Assert.Equal(25, test.Repository.CountCommits(made[^1]));
        Assert.Equal(5, test.Repository.CountCommits(made[4]));
    }

    /// <summary>A script that commits twice within a second had its second commit listed behind the first.</summary>
    [Fact]
    public void Commits_of_the_same_second_come_in_the_order_of_git_log()
    {
        static string Commit(string branch, int mark, params string[] lines) =>
            $"commit refs/heads/{branch}\nmark :{mark}\ncommitter T <t@example.org> 1700000000 +0000\ndata 1\nm\n{string.Concat(lines.Select(line => line + "\n"))}M 100644 inline {mark}\ndata 1\nx\n";
        var stream = string.Concat(Enumerable.Range(1, 7).Select(i => Commit("main", i))) + Commit("side", 8, "from :4") + Commit("side", 9) + Commit("main", 10, "from :7", "merge :9") + Commit("main", 11);
        test.GitWith(System.Text.Encoding.UTF8.GetBytes(stream), "fast-import", "--quiet", "--force");
        var tip = test.Adopt("main");
        Assert.Equal(test.Git("log", "--format=%H", "main").Split('\n'), test.Repository.Commits(tip, 0, 100).Select(c => c.Id.ToString()));
    }

    [Fact]
    public void A_glance_leaves_out_what_lies_too_far_back()
    {
        test.Commit("0", ("old", "1"), ("new", "1"));
        for (var i = 0; i < LookBack.Glance.Commits; i++)
            test.Commit($"{i}", ("busy", $"{i}"));
        var tip = test.Commit("last", ("new", "2"));
        TreePath[] paths = [TreePath.Parse("old"), TreePath.Parse("new"), TreePath.Parse("busy")];
        var glance = test.Repository.LastCommits(tip, paths, LookBack.Glance);
        Assert.Equal([TreePath.Parse("busy"), TreePath.Parse("new")], glance.Keys.OrderBy(path => path.Value, StringComparer.Ordinal));
        Assert.Equal("0", test.Repository.LastCommits(tip, paths)[TreePath.Parse("old")].Title);
    }

    [Fact]
    public void The_last_commit_of_each_path_is_the_one_that_git_log_names()
    {
        test.Commit("0", ("a", "1"), ("b", "1"), ("d/x", "1"), ("d/e/y", "1"));
        test.Commit("1", ("a", "2"));
        var fork = test.Commit("2", ("d/x", "2"));
        test.Branch("side", fork);
        test.CommitFiles("side 1", [TestFile.Text("b", "side"), TestFile.Text("new", "n")], "side");
        var side = test.CommitFiles("side 2", [TestFile.Text("d/e/y", "side")], "side");
        test.Commit("3", ("c", "1"));
        test.CommitFiles("merge", [TestFile.Text("b", "side"), TestFile.Text("new", "n"), TestFile.Text("d/e/y", "side")], "main", side);
        test.Commit("5", ("d/z", "1"));
        test.CommitFiles("6", [new TestFile("a", "2"u8.ToArray(), "100755")]);
        var tip = test.Commit("7", ("unrelated", "1"));

        string[] paths = ["a", "b", "c", "new", "d", "d/x", "d/z", "d/e", "d/e/y", "unrelated"];
        for (var round = 0; round < 2; round++)
        {
            var last = test.Repository.LastCommits(tip, [.. paths.Select(TreePath.Parse), TreePath.Parse("nothing")]);
            foreach (var path in paths)
                Assert.Equal((path, test.Git("log", "-1", "--format=%H", tip.ToString(), "--", path)), (path, last[TreePath.Parse(path)].Id.ToString()));
            Assert.Equal(paths.Length, last.Count);
        }

        Assert.Equal(tip, test.Repository.LastCommits(tip, [TreePath.Root])[TreePath.Root].Id);
    }
}
