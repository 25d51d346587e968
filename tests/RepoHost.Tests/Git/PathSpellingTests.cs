using System.Text;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

/// <summary>Two names that differ in bytes that are no UTF-8 were one name here: one of the files could not be had, and deleting it said that it was done.</summary>
public sealed class PathSpellingTests : IDisposable
{
    private readonly TestRepository test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void Every_name_has_one_spelling_and_no_two_share_one()
    {
        var seen = new Dictionary<string, string>();
        byte[][] pieces = [[0xE9], [0xC3, 0xA9], [0xEE, 0xBE, 0x80], [0xEE, 0xBF, 0xA9], [0xEE], [0xBF, 0xA9], [0xF0, 0x9F, 0x99], [0xF0, 0x9F, 0x99, 0x82], [0xED, 0xA0, 0x80], [0xFF], [0xEF, 0xBF, 0xBD], "a"u8.ToArray(), []];
        foreach (var one in pieces)
        {
            foreach (var two in pieces)
            {
                foreach (var three in pieces)
                {
                    byte[] name = [.. one, .. two, .. three];
                    var spelled = PathSpelling.Read(name);
                    Assert.Equal(name, PathSpelling.Write(spelled));
                    Assert.True(PathSpelling.IsTheOnlyOne(spelled));
                    Assert.True(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(spelled)) == spelled, "it can be sent");
                    Assert.Equal(seen.TryAdd(spelled, Convert.ToHexString(name)) ? seen[spelled] : seen[spelled], Convert.ToHexString(name));
                }
            }
        }

        Assert.Equal("caf\u00e9.txt", PathSpelling.Read("caf\u00e9.txt"u8));
        Assert.Equal("caf\uefe9.txt", PathSpelling.Read("caf"u8.ToArray().Append((byte)0xE9).Concat(".txt"u8.ToArray()).ToArray()));
        Assert.False(TreePath.TryParse("caf\uefc3\uefa9.txt", out _), "a second spelling of another file");
        Assert.False(TreePath.TryParse(".git\uefe2\uef80\uef8cmodules", out _));
        Assert.True(TreePath.TryParse("caf\uefe9.txt", out _));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Names_that_are_no_utf8_are_listed_found_and_told_apart(bool packed)
    {
        var commit = Commit(("caf\u00e9.txt", "e"), ("caf\u00e8.txt", "g"), ("plain", "p"));
        var sub = test.Git("rev-parse", $"{commit}^{{tree}}");
        var root = test.GitWith([.. Encoding.ASCII.GetBytes($"040000 tree {sub}\td"), 0xFF, (byte)'\n'], "mktree");
        var deep = GitOid.Parse(test.Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit-tree", "-p", commit.ToString(), "-m", "deep", root));
        test.Branch("main", deep);
        if (packed)
            test.Repack();

        Assert.Equal(["caf\uefe8.txt", "caf\uefe9.txt", "plain"], test.Repository.List(commit, TreePath.Root)!.Select(e => e.Path.Value));
        Assert.Equal("e", Text(commit, "caf\uefe9.txt"));
        Assert.Equal("g", Text(commit, "caf\uefe8.txt"));
        Assert.Null(test.Repository.Find(commit, TreePath.Parse("caf\ufffd.txt")));
        Assert.Equal(["d\uefff", "d\uefff/caf\uefe8.txt", "d\uefff/caf\uefe9.txt", "d\uefff/plain"], test.Repository.Walk(deep, TreePath.Root).Select(e => e.Path.Value));
        Assert.Equal(["d\uefff/plain"], test.Repository.Walk(deep, TreePath.Root, TreePath.Parse("d\uefff/caf\uefe9.txt")).Select(e => e.Path.Value));
        Assert.Equal("g", Text(deep, "d\uefff/caf\uefe8.txt"));
        Assert.Equal(commit, test.Repository.LastCommits(commit, [TreePath.Parse("caf\uefe9.txt")])[TreePath.Parse("caf\uefe9.txt")].Id);

        var questions = new GitQuestions(TimeProvider.System);
        var cancel = TestContext.Current.CancellationToken;
        Assert.Equal([deep], (await questions.HistoryAsync("t", test.Repository, deep, TreePath.Parse("d\uefff/caf\uefe9.txt"), 0, 10, cancel))!.Select(c => c.Id));
        var diff = await questions.DiffAsync("t", test.Repository, test.Repository.ReadCommit(commit), new DiffLimits(), cancel);
        Assert.Equal(["caf\uefe8.txt", "caf\uefe9.txt", "plain"], diff!.Files.Select(f => f.Path).Order(StringComparer.Ordinal));
    }

    private string Text(GitOid commit, string path) => Encoding.UTF8.GetString(test.Repository.ReadSmallBlob(test.Repository.Find(commit, TreePath.Parse(path))!.Oid)!.Value.Span);

    /// <summary>Names are Latin-1 here.</summary>
    private GitOid Commit(params (string Name, string Text)[] files)
    {
        byte[] entries = [.. files.SelectMany(file => Encoding.Latin1.GetBytes($"100644 blob {test.GitWith(Encoding.UTF8.GetBytes(file.Text), "hash-object", "-w", "--stdin")}\t{file.Name}\0"))];
        var tree = test.GitWith(entries, "mktree", "-z");
        return GitOid.Parse(test.Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit-tree", "-m", "odd", tree));
    }
}
