using System.Text;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Lfs;

/// <summary>Held against the real <c>git check-ignore</c>.</summary>
public sealed class GitIgnoreTests
{
    private static readonly string[] Texts =
    [
        "*.log\n!keep.log\n", "build/\n", "/root.txt\n", "a/b\n", "**/deep\n", "a/**/z\n", "abc/**\n", "*\n!*.txt\n", "*\n!*/\n!*.txt\n", "# no\n\\#yes\n\\!yes\n", "blank \nblank\\ \n",
        "foo/*\n!foo/bar\n", "a?c[0-9]\n", "*.l*\n!keep*\n*.log\n", "/a/\n", "!a\na\n", "**\n", "a/\n!a/b\n", "\ufeff*.txt\n", "*.log\r\n", "[\n", "/\n", "a//b\n", "!\n",
    ];

    private static readonly string[] Paths =
    [
        "x.log", "keep.log", "a/keep.log", "build", "build/x", "a/build/x", "root.txt", "a/root.txt", "a/b", "x/a/b", "deep", "a/deep", "a/deep/y", "a/z", "a/b/c/z", "abc/x/y", "abc", "x.txt", "a/x.txt",
        "#yes", "!yes", "blank", "blank ", "foo/bar", "foo/baz", "foo/bar/x", "abc1", "[", "a/b/c",
    ];

    public static TheoryData<string> IgnoreTexts => [.. Texts];

    [Theory]
    [MemberData(nameof(IgnoreTexts))]
    public void Every_path_is_ignored_where_git_ignores_it(string text)
    {
        var folder = Directory.CreateTempSubdirectory("repohost-ignore-").FullName;
        try
        {
            TestRepository.RunGit(["init", "-q", folder]);
            File.WriteAllText(Path.Combine(folder, ".gitignore"), text, new UTF8Encoding(false));
            Directory.CreateDirectory(Path.Combine(folder, "a"));
            File.WriteAllText(Path.Combine(folder, "a", ".gitignore"), "!b\nonly.log\n");
            // Each path alone: beside another one it might be a file in one question and a folder in the next.
            var ours = Paths.Where(path => new GitIgnore(at => new(at.IsRoot ? text : at.Value == "a" ? "!b\nonly.log\n" : null, true), GlobWork.Unlimited()).IsIgnored(TreePath.Parse(path)));
            Assert.Equal(Paths.Where(path => IsIgnoredByGit(folder, path)), ours);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsIgnoredByGit(string folder, string path)
    {
        try
        {
            return TestRepository.RunGit(["-C", folder, "check-ignore", "--no-index", "-z", "--stdin"], Encoding.UTF8.GetBytes(path + "\0")).Length > 0;
        }
        catch (InvalidOperationException)
        {
            // Its status is 1 when nothing is ignored.
            return false;
        }
    }
}
