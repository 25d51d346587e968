using System.Globalization;
using System.Text;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class TreeTests : IDisposable
{
    private readonly TestRepository test = new();

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_kind_of_entry_is_found_with_kind_and_size(bool packed)
    {
        var submodule = new string('1', 40);
        var commit = test.CommitFiles("all kinds", [
            TestFile.Text("README.md", "# hi\n"),
            new("empty.txt", []),
            new("run.sh", "#!/bin/sh\n"u8.ToArray(), "100755"),
            new("link", "../../etc/passwd"u8.ToArray(), "120000"),
            new("module", Encoding.ASCII.GetBytes(submodule), "160000"),
            TestFile.Text("a folder/with #, % & ?/größe:ä\\.txt", "x"),
        ]);
        if (packed)
            test.Repack();

        Assert.Equal((GitEntryKind.File, 5L), KindAndSize("README.md"));
        Assert.Equal((GitEntryKind.File, 0L), KindAndSize("empty.txt"));
        Assert.Equal((GitEntryKind.Executable, 10L), KindAndSize("run.sh"));
        Assert.Equal((GitEntryKind.Symlink, 16L), KindAndSize("link"));
        Assert.Equal((GitEntryKind.Submodule, 0L), KindAndSize("module"));
        Assert.Equal(submodule, test.Repository.Find(commit, TreePath.Parse("module"))!.Oid.ToString());
        Assert.Equal((GitEntryKind.Directory, 0L), KindAndSize("a folder"));
        Assert.Equal((GitEntryKind.Directory, 0L), KindAndSize(""));
        Assert.Equal((GitEntryKind.File, 1L), KindAndSize("a folder/with #, % & ?/größe:ä\\.txt"));
        Assert.Equal(["a folder", "README.md", "empty.txt", "link", "module", "run.sh"],
            test.Repository.List(commit, TreePath.Root)!.Select(e => e.Path.Value));
        foreach (var missing in (string[])["nothing", "README.md/x", "link/x", "module/x", "a folder/x", "readme.md"])
            Assert.Null(test.Repository.Find(commit, TreePath.Parse(missing)));
        Assert.Null(test.Repository.List(commit, TreePath.Parse("README.md")));
        Assert.Null(test.Repository.List(commit, TreePath.Parse("nothing")));

        (GitEntryKind, long)? KindAndSize(string path) => test.Repository.Find(commit, TreePath.Parse(path)) is { } e ? (e.Kind, e.Size) : null;
    }

    [Fact]
    public void A_small_blob_is_read_and_a_link_is_its_text()
    {
        var commit = test.CommitFiles("c", [
            TestFile.Text("a", "hello"), new("empty", []), new("link", "a"u8.ToArray(), "120000"), new("large", new byte[300_000])]);
        Assert.Equal("hello"u8.ToArray(), Read("a")!.Value.ToArray());
        Assert.Equal([], Read("empty")!.Value.ToArray());
        Assert.Equal("a"u8.ToArray(), Read("link")!.Value.ToArray());
        Assert.Null(Read("large"));
        Assert.Equal(300_000, test.Repository.BlobSize(test.Repository.Find(commit, TreePath.Parse("large"))!.Oid));

        ReadOnlyMemory<byte>? Read(string path) => test.Repository.ReadSmallBlob(test.Repository.Find(commit, TreePath.Parse(path))!.Oid);
    }

    [Fact]
    public void A_walk_lists_each_folder_before_its_content_and_can_go_on_anywhere()
    {
        var commit = test.Commit("c", ("b.txt", "1"), ("z/y/x.txt", "2"), ("z/a.txt", "3"), ("a/b", "4"), ("a-b", "5"), ("z.txt", "6"));
        var whole = test.Repository.Walk(commit, TreePath.Root).Select(e => e.Path.Value).ToArray();
        Assert.Equal(["a", "a/b", "z", "z/y", "z/y/x.txt", "z/a.txt", "a-b", "b.txt", "z.txt"], whole);
        for (var at = 0; at < whole.Length; at++)
            Assert.Equal(whole[(at + 1)..], test.Repository.Walk(commit, TreePath.Root, TreePath.Parse(whole[at])).Select(e => e.Path.Value));
        Assert.Equal(["z/y", "z/y/x.txt", "z/a.txt"], test.Repository.Walk(commit, TreePath.Parse("z")).Select(e => e.Path.Value));
        Assert.Equal(["z/a.txt"], test.Repository.Walk(commit, TreePath.Parse("z"), TreePath.Parse("z/y/x.txt")).Select(e => e.Path.Value));
        Assert.Equal(["z", "a-b", "b.txt", "z.txt"],
            test.Repository.Walk(commit, TreePath.Root, TreePath.Parse("a"), recursive: false).Select(e => e.Path.Value));
        Assert.Empty(test.Repository.Walk(commit, TreePath.Parse("nothing")));
        Assert.Equal(["z", "a-b", "b.txt", "z.txt"],
            test.Repository.Walk(commit, TreePath.Root, TreePath.Parse("gone"), recursive: false).Select(e => e.Path.Value));
    }

    [Fact]
    public void A_folder_of_20000_files_is_listed_and_found_from_the_cache()
    {
        var commit = test.CommitFiles("wide", Enumerable.Range(0, 20_000).Select(i => TestFile.Text(Name(i), Name(i % 100))));
        Assert.Equal(20_000, test.Repository.List(commit, TreePath.Root)!.Count);
        for (var i = 0; i < 20_000; i++)
            Assert.Equal(10, test.Repository.Find(commit, TreePath.Parse(Name(i)))!.Size);
        Assert.Equal(20_000, test.Repository.Walk(commit, TreePath.Root).Count());

        static string Name(int i) => string.Create(CultureInfo.InvariantCulture, $"file-{i:00000}");
    }

    [Fact]
    public void A_path_too_long_to_ask_for_is_left_out_and_a_deep_one_is_found()
    {
        var deep = string.Join('/', Enumerable.Repeat("d", 1500)) + "/file";
        var beyond = string.Join('/', Enumerable.Repeat("e", 2040)) + "/" + new string('f', 200);
        var commit = test.Commit("deep", (deep, "1"), (beyond, "2"));
        Assert.Equal(1, test.Repository.Find(commit, TreePath.Parse(deep))!.Size);
        Assert.Equal(1501 + 2040, test.Repository.Walk(commit, TreePath.Root).Count());
    }

    // A tree of trees that all name the same subtree has 10^9 entries in ten objects (threat 43).
    [Fact]
    public void A_tree_bomb_costs_only_what_is_taken_of_it()
    {
        var oid = test.GitWith("x"u8.ToArray(), "hash-object", "-w", "--stdin");
        var kind = "100644 blob";
        for (var level = 0; level < 9; level++)
        {
            oid = test.GitWith(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 10).Select(i => $"{kind} {oid}\tn{i}\n"))), "mktree");
            kind = "040000 tree";
        }

        var commit = GitOid.Parse(test.Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit-tree", "-m", "bomb", oid));
        Assert.Equal(5000, test.Repository.Walk(commit, TreePath.Root).Take(5000).Count());
    }

    [Fact]
    public void Names_that_are_not_utf_8_do_not_stop_the_listing()
    {
        var blob = test.GitWith("x"u8.ToArray(), "hash-object", "-w", "--stdin");
        byte[] line = [.. Encoding.ASCII.GetBytes($"100644 blob {blob}\t"), 0xff, 0xfe, (byte)'a', 0];
        var tree = test.GitWith(line, "mktree", "-z");
        var commit = GitOid.Parse(test.Git("-c", "user.name=a", "-c", "user.email=a@example.org", "commit-tree", "-m", "odd", tree));
        var entry = Assert.Single(test.Repository.List(commit, TreePath.Root)!);
        Assert.Equal(1, test.Repository.Find(commit, entry.Path)!.Size);
    }
}
