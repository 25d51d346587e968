using System.Diagnostics;
using System.Text;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class RevisionTests : IDisposable
{
    private readonly TestRepository test = new();

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_form_of_a_revision_finds_its_commit(bool packed)
    {
        var first = test.Commit("first", ("a.txt", "1"));
        var second = test.Commit("second", ("a.txt", "2"));
        test.Branch("feature/x/y", first);
        test.Tag("v1", first);
        test.Tag("release/v2", first, annotated: true);
        test.Ref("refs/pr/1", first);
        test.Ref("refs/convert/parquet", first);
        if (packed)
            test.Git("pack-refs", "--all");

        Assert.Equal(second, Resolve("HEAD"));
        Assert.Equal(second, Resolve("main"));
        string[] names = ["feature/x/y", "v1", "release/v2", "refs/pr/1", "refs/convert/parquet", "refs/heads/feature/x/y", "refs/tags/release/v2"];
        foreach (var name in names)
            Assert.Equal(first, Resolve(name));
        Assert.Equal(first, Resolve(first.ToString()));
        Assert.Equal(first, Resolve(first.ToString().ToUpperInvariant()));
        Assert.Equal(first, Resolve(first.ToString()[..7]));
        Assert.Equal(second, Resolve(second.ToString()[..12]));
        Assert.Equal("main", test.Repository.DefaultBranch);
        Assert.Equal(second, test.Repository.DefaultBranchTip());
    }

    [Fact]
    public void A_packed_repository_finds_abbreviated_ids()
    {
        var commit = test.Commit("first", ("a.txt", "1"));
        test.Repack();
        Assert.Equal(commit, Resolve(commit.ToString()[..7]));
        Assert.Null(Resolve(commit.ToString()[..6]));
    }

    [Fact]
    public void Blobs_trees_and_commits_of_another_repository_are_no_revisions()
    {
        var commit = test.Commit("first", ("a.txt", "1"));
        using var other = new TestRepository();
        var foreign = other.Commit("elsewhere", ("b.txt", "2"));
        var blob = test.Repository.Find(commit, TreePath.Parse("a.txt"))!.Oid;

        Assert.Null(Resolve(foreign.ToString()));
        Assert.Null(Resolve(foreign.ToString()[..8]));
        Assert.Null(Resolve(blob.ToString()));
        Assert.Null(Resolve(blob.ToString()[..8]));
        test.Git("tag", "of-a-blob", blob.ToString());
        Assert.Null(Resolve("of-a-blob"));
        Assert.Empty(test.Repository.Refs().Tags);
    }

    [Fact]
    public void A_commit_read_in_one_repository_is_not_thereby_in_another()
    {
        var commit = test.Commit("first", ("a.txt", "1"));
        Assert.NotNull(Resolve(commit.ToString()));
        var second = test.Repositories.Create(RepoHost.Data.HubId.New());
        Assert.Null(second.ResolveRevision(RevisionName.Parse(commit.ToString())));
        Assert.Throws<GitCorruptException>(() => second.Find(commit, TreePath.Parse("a.txt")));
    }

    [Fact]
    public void An_empty_repository_has_no_tip() => Assert.Null(test.Repository.DefaultBranchTip());

    [Fact]
    public void Refs_outside_the_public_families_do_not_resolve()
    {
        var commit = test.Commit("first", ("a.txt", "1"));
        test.Ref("refs/notes/x", commit);
        test.Ref("refs/replace/" + commit, commit);
        Assert.Null(Resolve("refs/notes/x"));
        Assert.Null(Resolve("notes/x"));
        Assert.Null(Resolve("refs/replace/" + commit));
    }

    // Threats 41 and 42: the forms a revision parser would understand, and the ones a file system would.
    [Theory]
    [InlineData("main~1")]
    [InlineData("main^{tree}")]
    [InlineData("main^{/first}")]
    [InlineData(":/first")]
    [InlineData("main:a.txt")]
    [InlineData("main@{0}")]
    [InlineData("@")]
    [InlineData("@{-1}")]
    [InlineData("../../HEAD")]
    [InlineData("refs/heads/../../HEAD")]
    [InlineData("refs/heads/main/")]
    [InlineData("refs//heads/main")]
    [InlineData("refs/heads")]
    [InlineData("heads/main")]
    [InlineData("main.lock")]
    [InlineData("config")]
    [InlineData("packed-refs")]
    [InlineData("main*")]
    [InlineData("./main")]
    [InlineData("main\\")]
    [InlineData("FETCH_HEAD")]
    [InlineData("logs/HEAD")]
    public void Revision_arithmetic_and_file_names_do_not_resolve(string text)
    {
        test.Commit("first", ("a.txt", "1"));
        test.Commit("second", ("a.txt", "2"));
        Assert.Null(Resolve(text));
    }

    [Fact]
    public void Random_revisions_never_throw_and_take_bounded_time()
    {
        test.Commit("first", ("a.txt", "1"));
        // A fixed seed, so that a failure can be seen again.
#pragma warning disable RS0030, CA5394
        var random = new Random(42);
        const string Alphabet = "main/.-@{}^~:*?[]\\ refshdtagp0123456789abcdef\u00fc\ud83d";
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 5000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 520)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            if (RevisionName.TryParse(text, out var revision))
                Assert.Null(test.Repository.ResolveRevision(revision));
        }
#pragma warning restore RS0030, CA5394
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("main|a.txt", "main", "a.txt")]
    [InlineData("main", "main", "")]
    [InlineData("main|", "main", "")]
    [InlineData("main|sub|b c#%.txt", "main", "sub/b c#%.txt")]
    [InlineData("main|sub/deep|x", "main", "sub/deep/x")]
    [InlineData("feature/x|a.txt", "feature/x", "a.txt")]
    [InlineData("feature|x|a.txt", "feature/x", "a.txt")]
    [InlineData("refs/pr/1|a.txt", "refs/pr/1", "a.txt")]
    [InlineData("refs|pr|1|sub|dir", "refs/pr/1", "sub/dir")]
    [InlineData("refs|heads|feature|x|a.txt", "refs/heads/feature/x", "a.txt")]
    [InlineData("refs|convert|parquet", "refs/convert/parquet", "")]
    [InlineData("HEAD|a.txt", "HEAD", "a.txt")]
    public void A_url_is_split_into_revision_and_path(string pieces, string revision, string path)
    {
        var commit = test.Commit("first", ("a.txt", "1"));
        test.Branch("feature/x", commit);
        test.Ref("refs/pr/1", commit);
        test.Ref("refs/convert/parquet", commit);

        var split = test.Repository.SplitRevisionAndPath(pieces.Split('|'));
        Assert.NotNull(split);
        Assert.Equal((revision, commit, path), (split.Value.Revision.Value, split.Value.Commit, split.Value.Path.Value));
    }

    [Theory]
    [InlineData("nothing|a.txt")]
    [InlineData("refs|pr|2|a.txt")]
    [InlineData("feature")]
    [InlineData("")]
    [InlineData("main||a.txt")]
    [InlineData("main|..|a.txt")]
    [InlineData("main|a/../b")]
    public void A_url_without_a_revision_or_with_a_climbing_path_splits_into_nothing(string pieces)
    {
        test.Commit("first", ("a.txt", "1"));
        Assert.Null(test.Repository.SplitRevisionAndPath(pieces.Split('|')));
    }

    [Fact]
    public void Refs_are_listed_by_family_with_tags_peeled()
    {
        var commit = test.Commit("first", ("a.txt", "1"));
        test.Branch("b/c", commit);
        test.Tag("v1", commit, annotated: true);
        test.Git("pack-refs", "--all");
        test.Ref("refs/pr/3", commit);
        test.Ref("refs/convert/parquet", commit);

        var refs = test.Repository.Refs();
        Assert.Equal(["b/c", "main"], refs.Branches.Select(r => r.Name));
        Assert.Equal([new GitRef("v1", "refs/tags/v1", commit)], refs.Tags);
        Assert.Equal([new GitRef("3", "refs/pr/3", commit)], refs.PullRequests);
        Assert.Equal([new GitRef("parquet", "refs/convert/parquet", commit)], refs.Converts);
    }

    [Fact]
    public void A_push_by_another_process_is_seen_by_the_next_call()
    {
        test.Commit("first", ("a.txt", "1"));
        for (var round = 0; round < 40; round++)
        {
            var next = test.Commit($"round {round}", ("a.txt", $"{round}"));
            Assert.Equal(next, Resolve("main"));
            Assert.Equal(next, test.Repository.DefaultBranchTip());
            if (round % 10 == 5)
                test.Git("pack-refs", "--all");
            Assert.Equal(next, Resolve("main"));
        }

        test.Git("update-ref", "-d", "refs/heads/main");
        Assert.Null(Resolve("main"));
    }

    [Fact]
    public void A_ref_that_settled_long_ago_and_then_changes_is_read_again()
    {
        var first = test.Commit("first", ("a.txt", "1"));
        var second = test.Commit("second", ("a.txt", "2"));
        var file = Path.Combine(test.Folder, "refs/heads/main");
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(second, Resolve("main"));
        Assert.Equal(second, Resolve("main"));
        File.WriteAllText(file, first + "\n");
        Assert.Equal(first, Resolve("main"));
    }

    [Fact]
    public void Two_changes_within_one_tick_of_the_clock_are_told_apart()
    {
        var first = test.Commit("first", ("a.txt", "1"));
        var second = test.Commit("second", ("a.txt", "2"));
        var file = Path.Combine(test.Folder, "refs/heads/main");
        var tick = File.GetLastWriteTimeUtc(file);
        Assert.Equal(second, Resolve("main"));
        File.WriteAllText(file, first + "\n");
        File.SetLastWriteTimeUtc(file, tick);
        Assert.Equal(first, Resolve("main"));
    }

    [Fact]
    public void An_unreadable_ref_and_a_reftable_are_reported()
    {
        test.Commit("first", ("a.txt", "1"));
        File.WriteAllText(Path.Combine(test.Folder, "refs/heads/broken"), "");
        var broken = Assert.Throws<GitCorruptException>(() => Resolve("broken"));
        Assert.Equal(test.Id, broken.RepositoryId);
        Assert.Equal(["main"], test.Repository.Refs().Branches.Select(r => r.Name));
        File.WriteAllText(Path.Combine(test.Folder, "HEAD"), "ref: refs/heads/.invalid\n");
        Assert.Contains("reftable", Assert.Throws<GitCorruptException>(() => test.Repository.DefaultBranchTip()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Symbolic_refs_that_go_in_a_circle_end()
    {
        File.WriteAllText(Path.Combine(test.Folder, "refs/heads/a"), "ref: refs/heads/b\n");
        File.WriteAllText(Path.Combine(test.Folder, "refs/heads/b"), "ref: refs/heads/a\n");
        Assert.Null(Resolve("a"));
        File.WriteAllText(Path.Combine(test.Folder, "refs/heads/c"), "ref: ../../../etc/passwd\n", Encoding.ASCII);
        Assert.Null(Resolve("c"));
    }

    private GitOid? Resolve(string text) => test.Repository.ResolveRevision(RevisionName.Parse(text));
}
