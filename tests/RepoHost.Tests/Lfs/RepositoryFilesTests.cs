using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Lfs;

public sealed class RepositoryFilesTests
{
    private static readonly LfsPointer Pointer = new(LfsOid.Parse("4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"), 5_000_000_000);

    [Fact]
    public void A_pointer_is_described_with_the_size_of_its_content()
    {
        using var test = new TestRepository();
        var commit = test.CommitFiles("c", [
            new("model.bin", Pointer.ToBytes()),
            new("run.bin", Pointer.ToBytes(), "100755"),
            TestFile.Text("plain.txt", new string('x', 130)),
            TestFile.Text("short.txt", "hi"),
            new("large.bin", [.. Pointer.ToBytes(), .. new byte[2000]]),
        ]);
        var files = new RepositoryFiles();
        for (var round = 0; round < 2; round++)
        {
            Assert.Equal((Pointer, 5_000_000_000), Find("model.bin"));
            Assert.Equal((Pointer, 5_000_000_000), Find("run.bin"));
            Assert.Equal((null, 130), Find("plain.txt"));
            Assert.Equal((null, 2), Find("short.txt"));
            Assert.Equal((null, Pointer.ToBytes().Length + 2000), Find("large.bin"));
        }

        Assert.Null(files.Find(test.Repository, commit, TreePath.Parse("nothing")));

        (LfsPointer?, long) Find(string path)
        {
            var file = files.Find(test.Repository, commit, TreePath.Parse(path))!;
            return (file.Lfs, file.Size);
        }
    }

    // Threat 40: a symlink whose text is a pointer must not become a download of the object.
    [Fact]
    public void A_symlink_is_its_text_even_if_that_looks_like_a_pointer()
    {
        using var test = new TestRepository();
        var commit = test.CommitFiles("c", [new("link", Pointer.ToBytes(), "120000")]);
        var file = new RepositoryFiles().Find(test.Repository, commit, TreePath.Parse("link"))!;
        Assert.Null(file.Lfs);
        Assert.Equal(GitEntryKind.Symlink, file.Entry.Kind);
    }
}
