using RepoHost.Git;
using RepoHost.Lfs;
using Xunit;

namespace RepoHost.Tests.Lfs;

/// <summary>
/// What matching may cost is counted, not measured: patterns of a few hundred bytes once cost seconds, with the square and the cube of a path's depth.
/// </summary>
public sealed class GlobWorkTests
{
    private static readonly string Deep = string.Join('/', Enumerable.Repeat("a", 1000));

    public static TheoryData<string> Costly =>
    [
        Repeat("**/a/", 300) + "b", Repeat("**/a/", 300) + "b/**",
        "**/" + Repeat("a/", 500) + "b", Repeat("a*", 500) + "b", Repeat("**/*a*/", 250) + "b/**", Repeat("**/", 600) + "b",
        Repeat("*/**/", 400) + "b", Repeat("[!b]/", 400) + "**/b", Repeat("?", 1500), Repeat("**a", 500) + "b",
    ];

    [Theory]
    [MemberData(nameof(Costly))]
    public void A_match_costs_the_product_of_pattern_and_path_at_most(string pattern)
    {
        // 64 states at a time, for each byte of the path; and what compiling costs.
        var most = (Deep.Length * ((pattern.Length / 64) + 2L)) + 150_000;
        foreach (var path in new[] { Deep, new string('a', 3000), Deep + "/b" })
        {
            var attributes = new GlobWork(most + path.Length, CancellationToken.None);
            GitAttributes.Parse($"{pattern} filter=lfs\n", attributes).IsLfs(TreePath.Parse(path));
            // All folders on the way are decided in the same pass; each is one of at most 2,048 that are remembered.
            var ignore = new GlobWork(most + (300L * path.Length), CancellationToken.None);
            new GitIgnore(at => new(at.IsRoot ? pattern + "\n" : null, false), ignore).IsIgnored(TreePath.Parse(path));
        }
    }

    [Fact]
    public void Folders_are_decided_once()
    {
        var work = new GlobWork(2_000_000, CancellationToken.None);
        var ignore = new GitIgnore(at => new(at.IsRoot ? Repeat("**/a/", 100) + "b\n" + Repeat("x\n", 50) : null, false), work);
        Assert.False(ignore.IsIgnored(TreePath.Parse(Deep + "/0")));
        var first = work.Left;
        for (var n = 1; n <= 10; n++)
            Assert.False(ignore.IsIgnored(TreePath.Parse($"{Deep}/{n}")));
        Assert.InRange(first - work.Left, 1, (2_000_000 - first) * 3);
    }

    [Fact]
    public void Too_much_work_is_refused_with_what_to_do()
    {
        var text = Repeat(Repeat("**/a*/", 20) + "b filter=lfs\n", 1000);
        var fault = Assert.Throws<UnusableRulesException>(
            () => GitAttributes.Parse(text, new GlobWork(1_000_000, CancellationToken.None)).IsLfs(TreePath.Parse(Deep)));
        Assert.True(fault.IsTooMuchWork);
        Assert.Contains("Send fewer files at once", fault.Message, StringComparison.Ordinal);
        // The first answer counts, later ones are no guess either.
        var attributes = GitAttributes.Parse(text, new GlobWork(1_000_000, CancellationToken.None));
        for (var tries = 0; tries < 3; tries++)
            Assert.Throws<UnusableRulesException>(() => attributes.IsLfs(TreePath.Parse(Deep)));
    }

    [Fact]
    public void A_hundred_thousand_lines_cost_their_length_and_a_step_each()
    {
        var text = Repeat("/some/file.bin filter=lfs\n", 10_000) + Repeat("*.txt text\n", 90_000);
        var work = new GlobWork(text.Length + 150_000, CancellationToken.None);
        Assert.True(GitAttributes.Parse(text + "*.dat filter=lfs\n", work).IsLfs(TreePath.Parse("a.dat")));
    }

    [Fact]
    public void A_chain_of_macros_costs_its_length()
    {
        var text = string.Concat(Enumerable.Range(0, 5000).Select(n => $"[attr]m{n} m{n + 1} m{n + 2}\n")) + "[attr]m5000 filter=lfs\n* m0\n";
        Assert.True(GitAttributes.Parse(text, new GlobWork(500_000, CancellationToken.None)).IsLfs(TreePath.Parse("a")));
    }

    [Fact]
    public async Task Work_ends_with_its_caller()
    {
        using var left = new CancellationTokenSource();
        await left.CancelAsync();
        var attributes = GitAttributes.Parse(Repeat(Repeat("**/a*/", 20) + "b filter=lfs\n", 1000), GlobWork.Unlimited(left.Token));
        Assert.Throws<OperationCanceledException>(() => attributes.IsLfs(TreePath.Parse(Deep)));
    }

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));
}
