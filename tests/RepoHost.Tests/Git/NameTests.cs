using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class NameTests
{
    [Theory]
    [InlineData("a", "b")]
    [InlineData("user_1", "_model.v1-x_")]
    [InlineData("Org", "resolved")]
    public void A_name_that_clients_accept_can_be_created(string ns, string name)
    {
        Assert.True(RepositoryName.TryCreate(ns, name, out var created, out _));
        Assert.Equal($"{ns}/{name}", created.ToString());
        Assert.Equal($"{ns}/{name}".ToLowerInvariant(), created.Key);
    }

    [Theory]
    [InlineData("", "b", "missing")]
    [InlineData("a", null, "missing")]
    [InlineData("a", "b.git", ".git")]
    [InlineData("a", "b.GIT", ".git")]
    [InlineData("a", "b.ipynb", ".ipynb")]
    [InlineData("a", "b--c", "--")]
    [InlineData("a", "b..c", "..")]
    [InlineData("a", "-b", "begin and end")]
    [InlineData("a", "b.", "begin and end")]
    [InlineData("a", "b c", "letters")]
    [InlineData("a", "b/c", "letters")]
    [InlineData("a", "ü", "letters")]
    [InlineData("a", "٣", "letters")]
    [InlineData("api", "b", "reserved")]
    [InlineData("Datasets", "b", "reserved")]
    [InlineData("a", "Resolve", "reserved")]
    public void A_name_that_clients_refuse_is_refused_with_the_reason(string ns, string? name, string reason)
    {
        Assert.False(RepositoryName.TryCreate(ns, name, out var created, out var why));
        Assert.Null(created);
        Assert.Contains(reason, why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_has_at_most_96_characters()
    {
        Assert.True(RepositoryName.TryCreate("a", new string('b', 96), out _, out _));
        Assert.False(RepositoryName.TryCreate("a", new string('b', 97), out _, out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("a")]
    [InlineData("a/b/c")]
    [InlineData("/b")]
    [InlineData("../b")]
    public void Text_that_is_not_two_names_is_not_a_repository_name(string? text) => Assert.False(RepositoryName.TryParse(text, out _));

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a/b c/#?%:.txt")]
    [InlineData("folder/..\\..\\file")]
    [InlineData("...")]
    [InlineData("a/.git/config")]
    public void A_path_may_hold_odd_names(string text) => Assert.Equal(text, TreePath.Parse(text).ToString());

    [Theory]
    [InlineData(null)]
    [InlineData("/")]
    [InlineData("/a")]
    [InlineData("a/")]
    [InlineData("a//b")]
    [InlineData("a/./b")]
    [InlineData("..")]
    [InlineData("a/../b")]
    [InlineData("a\0b")]
    public void A_path_has_no_empty_or_climbing_pieces(string? text) => Assert.False(TreePath.TryParse(text, out _));

    [Fact]
    public void A_path_has_at_most_4096_bytes()
    {
        Assert.True(TreePath.TryParse(new string('a', 4096), out _));
        Assert.False(TreePath.TryParse(new string('a', 4097), out _));
        Assert.False(TreePath.TryParse(new string('ü', 2049), out _));
    }

    [Theory]
    [InlineData("a/b/c", "a/b", "c")]
    [InlineData("a", "", "a")]
    [InlineData("", "", "")]
    public void A_path_knows_its_parent_and_name(string path, string parent, string name)
    {
        Assert.Equal(parent, TreePath.Parse(path).Parent.Value);
        Assert.Equal(name, TreePath.Parse(path).Name);
    }

    [Theory]
    [InlineData("0123456789abcdef0123456789abcdef01234567", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef01234567", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456", false)]
    [InlineData("0123456789abcdef0123456789abcdef012345678", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456٣", false)]
    [InlineData("", false)]
    public void An_object_id_is_40_lower_case_hex_digits(string text, bool valid)
    {
        Assert.Equal(valid, GitOid.TryParse(text, out var oid));
        if (valid)
            Assert.Equal(text, oid.ToString());
    }

    [Theory]
    [InlineData("main", true)]
    [InlineData("refs/pr/1", true)]
    [InlineData("weird name", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("-main", false)]
    [InlineData("--upload-pack=x", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\0b", false)]
    [InlineData("a\u007fb", false)]
    public void A_revision_is_one_short_line_that_is_no_option(string? text, bool valid) => Assert.Equal(valid, RevisionName.TryParse(text, out _));

    [Fact]
    public void A_revision_has_at_most_512_characters()
    {
        Assert.True(RevisionName.TryParse(new string('a', 512), out _));
        Assert.False(RevisionName.TryParse(new string('a', 513), out _));
    }
}
