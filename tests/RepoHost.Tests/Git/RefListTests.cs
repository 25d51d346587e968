using Microsoft.Extensions.Time.Testing;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

/// <summary>Lists of refs: thousands of files are read once, and every change by any process is seen at once.</summary>
public sealed class RefListTests
{
    /// <summary>Every page of a repository with 20,000 branches read all of their files: 3.9 seconds.</summary>
    [Fact]
    public void Files_are_read_once_while_nothing_changes()
    {
        // Folders are believed a second after their last change.
        using var test = new TestRepository(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(5)));
        var tip = test.Commit("first", ("a.txt", "a"));
        test.GitWith(System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1500).Select(i => $"create refs/heads/group{i % 5}/b{i} {tip}\n"))), "update-ref", "--stdin");
        for (var i = 0; i < 10; i++)
            Assert.Equal(1501, test.Repository.RefNames().Under(RefName.Heads).Count);
        Assert.Equal(1501, test.Repository.LooseRefsRead);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void Every_change_is_in_the_next_list(int minutesAhead)
    {
        using var test = new TestRepository(time: new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(minutesAhead)));
        var (first, second) = (test.Commit("first", ("a.txt", "a")), test.Commit("second", ("a.txt", "b")));
        void Holds(params (string Name, GitOid Oid)[] expected)
        {
            for (var again = 0; again < 2; again++)
                Assert.Equal(expected, test.Repository.RefNames().All.Select(r => (r.Key, r.Value)));
        }

        Holds(("refs/heads/main", second));
        test.Ref("refs/heads/deep/er/branch", first);
        Holds(("refs/heads/deep/er/branch", first), ("refs/heads/main", second));
        test.Ref("refs/heads/deep/er/branch", second);
        Holds(("refs/heads/deep/er/branch", second), ("refs/heads/main", second));
        test.Git("pack-refs", "--all");
        Holds(("refs/heads/deep/er/branch", second), ("refs/heads/main", second));
        test.Ref("refs/heads/deep/er/branch", first);
        Holds(("refs/heads/deep/er/branch", first), ("refs/heads/main", second));
        test.Git("symbolic-ref", "refs/heads/alias", "refs/heads/main");
        test.Ref("refs/heads/main", first);
        Holds(("refs/heads/alias", first), ("refs/heads/deep/er/branch", first), ("refs/heads/main", first));
        test.Git("update-ref", "-d", "refs/heads/deep/er/branch");
        test.Git("pack-refs", "--all");
        test.Git("symbolic-ref", "-d", "refs/heads/alias");
        test.Tag("v1", second, annotated: true);
        Assert.Equal(["refs/heads/main", "refs/tags/v1"], test.Repository.RefNames().All.Select(r => r.Key));
        Assert.Equal([second], test.Repository.RefsUnder(RefName.Tags).Select(r => r.Target));
        Assert.True(test.Repository.RefNames().Contains("refs/tags/v1"));
        Assert.False(test.Repository.RefNames().Contains("refs/tags/v"));
        Assert.Equal(0, test.Repository.RefNames().Under(RefName.Converts).Count);
    }

    [Theory]
    [InlineData("refs/heads/main", "main a b z")]
    [InlineData("refs/heads/a", "a b main z")]
    [InlineData("refs/heads/z", "z a b main")]
    [InlineData("refs/heads/gone", "a b main z")]
    [InlineData("refs/tags/b", "a b main z")]
    public void One_branch_comes_before_all_others(string first, string expected)
    {
        var oid = GitOid.Parse(new string('1', 40));
        var refs = new RefSnapshot(((string[])["refs/tags/b", "refs/heads/z", "refs/heads/b", "refs/heads/main", "refs/heads/a", "refs/convert/a"]).ToDictionary(name => name, _ => oid));
        Assert.Equal(expected.Split(' '), refs.Under(RefName.Heads, first).Select(r => RefName.Short(r.Key)));
    }
}
