using System.Text;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Lfs;

public sealed class GitAttributesTests
{
    private static readonly string[] Patterns =
    [
        "*.bin", "/top.bin", "dir/**", "**/x", "a/**/b", "[a-c]*.txt", "[!a-c]?.dat", "file[[:digit:]].x", "dir/*.c", "dir/", "!neg", "\"with space.bin\"",
        "\"tab\\there\"", "back\\*slash", "**", "dir/**/deep.txt", "*.lfs.*",
        "saved_model/**/*", "a**b", "[unclosed", "trail\\", "/**", "/sub/**/*.q", "**/m/**", "[]x]y", "x[^a]", "a/*/b",
    ];

    private static readonly string[] Paths =
    [
        "w.bin", "sub/w.bin", "top.bin", "sub/top.bin", "dir", "dir/a", "dir/a/b.c", "dir/q.c", "x", "sub/x", "sub/x/y", "a/b", "a/x/b",
        "a/x/y/b", "apple.txt", "delta.txt",
        "d1.dat", "a1.dat", "file7.x", "fileA.x", "neg", "!neg", "with space.bin", "sub/with space.bin", "back*slash", "backXslash",
        "dir/deep.txt", "dir/1/2/deep.txt", "my.lfs.txt",
        "saved_model/v", "saved_model/1/v", "acccb", "a/c/b", "sub/a.q", "sub/1/2/a.q", "m", "m/1",
        "k/m/1", "]y", "xy", "xb", "xa", "[unclosed", "trail", "ü.bin", "saved_model",
    ];

    // The judge is git itself: every pattern against every path.
    [Fact]
    public void Patterns_match_what_git_matches()
    {
        using var test = new TestRepository();
        var work = Path.Combine(test.Root, "work");
        Directory.CreateDirectory(work);
        TestRepository.RunGit(["init", "-q", work]);
        var input = Encoding.UTF8.GetBytes(string.Concat(Paths.Select(path => path + "\0")));
        var yes = 0;
        foreach (var pattern in Patterns)
        {
            var text = $"{pattern} filter=lfs\n";
            File.WriteAllText(Path.Combine(work, ".gitattributes"), text);
            var said = TestRepository.RunGit(["-C", work, "check-attr", "-z", "--stdin", "filter"], input).Split('\0');
            var attributes = GitAttributes.Parse(text);
            for (var at = 0; at < Paths.Length; at++)
            {
                var answer = said[(at * 3) + 2];
                Assert.True((answer == "lfs") == attributes.IsLfs(TreePath.Parse(Paths[at])), $"{pattern} against {Paths[at]}: git says {answer}");
            }


            yes += said.Count(word => word == "lfs");
        }

        Assert.InRange(yes, 100, (Patterns.Length * Paths.Length) - 100);
    }

    [Theory]
    [InlineData("*.bin filter=lfs\n*.bin -filter", false)]
    [InlineData("*.bin filter=lfs\n*.bin !filter", false)]
    [InlineData("*.bin filter=lfs\n*.bin filter=other", false)]
    [InlineData("*.bin -filter\n*.bin filter=lfs diff=lfs -text", true)]
    [InlineData("*.bin filter=lfs -filter", false)]
    [InlineData("# *.bin filter=lfs", false)]
    [InlineData("  *.bin\tfilter=lfs\r\n", true)]
    [InlineData("\ufeff*.bin filter=lfs", true)]
    [InlineData("[attr]lfs filter=lfs\n*.bin lfs", true)]
    [InlineData("*.bin text", false)]
    [InlineData("*.bin", false)]
    [InlineData("\"*.bin filter=lfs", false)]
    public void The_last_line_that_speaks_of_the_filter_wins(string text, bool lfs) =>
        Assert.Equal(lfs, GitAttributes.Parse(text).IsLfs(TreePath.Parse("w.bin")));

    [Fact]
    public void A_deeper_folder_wins_over_the_ones_above()
    {
        var attributes = GitAttributes.Parse(new Dictionary<TreePath, string>
        {
            [TreePath.Parse("a/b")] = "/w.bin filter=lfs\n",
            [TreePath.Root] = "*.bin filter=lfs",
            [TreePath.Parse("a")] = "*.bin -filter",
        });
        Assert.True(attributes.IsLfs(TreePath.Parse("w.bin")));
        Assert.False(attributes.IsLfs(TreePath.Parse("a/w.bin")));
        Assert.True(attributes.IsLfs(TreePath.Parse("a/b/w.bin")));
        Assert.False(attributes.IsLfs(TreePath.Parse("a/b/c/w.bin")));
    }

    [Fact]
    public void Attributes_are_read_from_a_commit()
    {
        using var test = new TestRepository();
        var commit = test.Commit("c", (".gitattributes", "*.bin filter=lfs\n"), ("a/.gitattributes", "*.bin -filter\n"), ("a/b/x", "1"));
        var attributes = GitAttributes.Read(test.Repository, commit, GlobWork.Unlimited());
        Assert.True(attributes.IsLfs(TreePath.Parse("w.bin")));
        Assert.True(attributes.IsLfs(TreePath.Parse("new/w.bin")));
        Assert.False(attributes.IsLfs(TreePath.Parse("a/b/w.bin")));
    }

    [Theory]
    [InlineData("plain.txt")]
    [InlineData("a b/c*d?[x]\\y.txt")]
    [InlineData("quote\"d.txt")]
    [InlineData("tab\there")]
    [InlineData("größe/ü.txt")]
    public void The_line_for_a_path_covers_that_path_only(string path)
    {
        var attributes = GitAttributes.Parse(GitAttributes.LineFor(TreePath.Parse(path)));
        Assert.True(attributes.IsLfs(TreePath.Parse(path)));
        Assert.False(attributes.IsLfs(TreePath.Parse("sub/" + path)));
        Assert.False(attributes.IsLfs(TreePath.Parse(path + "x")));
    }

    [Fact]
    public void A_pattern_made_to_backtrack_takes_no_time()
    {
        var (stars, folders) = (string.Concat(Enumerable.Repeat("a*", 500)), string.Concat(Enumerable.Repeat("**/a*/", 200)));
        var attributes = GitAttributes.Parse($"{stars}b filter=lfs\n{folders}b filter=lfs\n");
        Assert.False(attributes.IsLfs(TreePath.Parse(new string('a', 3000))));
        Assert.False(attributes.IsLfs(TreePath.Parse(string.Join('/', Enumerable.Repeat("a", 1000)))));
    }

    [Theory]
    [InlineData("model.safetensors", true)]
    [InlineData("sub/pytorch_model.bin", true)]
    [InlineData("saved_model/1/variables", true)]
    [InlineData("events.out.tfevents.123", true)]
    [InlineData("data.tar.gz", true)]
    [InlineData("README.md", false)]
    [InlineData("config.json", false)]
    public void New_repositories_keep_the_usual_weights_in_lfs(string path, bool lfs) =>
        Assert.Equal(lfs, GitAttributes.Parse(GitAttributes.DefaultText).IsLfs(TreePath.Parse(path)));
}
