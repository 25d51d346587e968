using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Storage;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Lfs;

public sealed class RepositoryImportTests : IDisposable
{
    private static readonly ImportAuthor Author = new("Ada <Lovelace>\n", "ada@example.org");

    private readonly TestRepository test = new();
    private readonly FileHandleCache handles = new(8);
    private readonly DiskBlobStore blobs;
    private readonly RepositoryImport import;
    private readonly string source;
    private readonly string id = HubId.New();

    public RepositoryImportTests()
    {
        blobs = new DiskBlobStore(Options.Create(new StorageOptions { RootFolder = Path.Combine(test.Root, "blobs") }), handles, TimeProvider.System);
        import = new RepositoryImport(test.Repositories, blobs, Microsoft.Extensions.Options.Options.Create(new PushOptions()), TimeProvider.System);
        source = Path.Combine(test.Root, "my-model");
        Directory.CreateDirectory(source);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        handles.Dispose();
        test.Dispose();
    }

    [Fact]
    public async Task Without_a_folder_the_repository_begins_with_a_commit_of_its_author()
    {
        var summary = await import.ImportAsync(id, null, Author, null, Ct);
        var repository = test.Repositories.Open(id);
        var commit = repository.ReadCommit(summary.Tip!.Value);
        Assert.Equal(("initial commit", "Ada Lovelace", "ada@example.org"), (commit.Title, commit.AuthorName, commit.AuthorEmail));
        Assert.Equal(summary.Tip, repository.DefaultBranchTip());
        Assert.Equal(GitAttributes.DefaultText, Text(repository, ".gitattributes"));
        Assert.Equal("main", repository.DefaultBranch);
        Fsck(repository);
    }

    [Fact]
    public async Task A_plain_folder_becomes_one_commit_with_its_large_files_in_lfs()
    {
        Write("README.md", "# hi\n");
        Write("sub dir/größe #1%.txt", "x");
        Write("empty.txt", "");
        Write("model.safetensors", "weights");
        Write("run.sh", "#!/bin/sh\n");
        Write("nested/.git/config", "[core]");
        Write("nested/kept.txt", "y");
        Write("big *file.txt", new string('b', 10_000_001));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(Path.Combine(source, "run.sh"), UnixFileMode.UserRead | UnixFileMode.UserExecute);
        var steps = new Steps();

        var summary = await import.ImportAsync(id, source, Author, steps, Ct);

        var repository = test.Repositories.Open(id);
        var commit = repository.ReadCommit(summary.Tip!.Value);
        Assert.Equal(("Import of my-model", "Ada Lovelace", "ada@example.org"), (commit.Title, commit.AuthorName, commit.AuthorEmail));
        Assert.Equal(
            ["nested", "nested/kept.txt", "sub dir", "sub dir/größe #1%.txt", ".gitattributes",
                "README.md", "big *file.txt", "empty.txt", "model.safetensors", "run.sh"],
            repository.Walk(summary.Tip.Value, TreePath.Root).Select(e => e.Path.Value));
        Assert.Equal(GitEntryKind.Executable, Entry(repository, "run.sh").Kind);
        Assert.Equal(GitAttributes.DefaultText + "\"/big \\\\*file.txt\" filter=lfs diff=lfs merge=lfs -text\n", Text(repository, ".gitattributes"));
        Assert.True(LfsPointer.TryParse(Bytes(repository, "model.safetensors"), out var weights));
        Assert.Equal(new LfsPointer(LfsOid.Parse(Sha("weights")), 7), weights);
        Assert.True(LfsPointer.TryParse(Bytes(repository, "big *file.txt"), out var big));
        Assert.Equal(10_000_001, big.Size);
        Assert.Equal([weights, big], summary.LfsObjects.OrderBy(o => o.Size));
        Assert.Empty(summary.MissingLfsObjects);
        Assert.Equal(7, await blobs.LengthAsync(weights.Oid.Value, Ct));
        Assert.Equal((7, 7), (summary.Files, steps.Seen.Count));
        Fsck(repository);
    }

    [Fact]
    public async Task A_folders_own_attributes_decide_and_a_pointer_without_bytes_is_listed_as_missing()
    {
        var pointer = new LfsPointer(LfsOid.Parse(Sha("elsewhere")), 9);
        Write(".gitattributes", "*.dat filter=lfs -text");
        Write("model.bin", "not lfs here");
        Write("a.dat", "lfs");
        Write("b.dat", Encoding.ASCII.GetString(pointer.ToBytes()));

        var summary = await import.ImportAsync(id, source, Author, null, Ct);
        var repository = test.Repositories.Open(id);
        Assert.Equal("*.dat filter=lfs -text", Text(repository, ".gitattributes"));
        Assert.Equal("not lfs here", Text(repository, "model.bin"));
        Assert.Equal([new LfsPointer(LfsOid.Parse(Sha("lfs")), 3)], summary.LfsObjects);
        Assert.Equal([pointer], summary.MissingLfsObjects);
        Assert.Equal(pointer.ToBytes(), Bytes(repository, "b.dat"));
    }

    [Fact]
    public async Task Commits_that_git_would_not_have_written_are_taken_and_named_with_the_reason()
    {
        TestRepository.RunGit(["init", "-q", "-b", "main", source]);
        var tree = TestRepository.RunGit(["-C", source, "write-tree"]);
        var ids = new List<string>();
        foreach (var header in (string[])[
            "author A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1731000000000 +0000",
            "author A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000",
            "committer A <a@example.org> 1700000000 +9999",
            "author A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\nencoding klingon"])
        {
            var text = $"tree {tree}\n{string.Concat(ids.TakeLast(1).Select(id => $"parent {id}\n"))}{header}\n\nm\n";
            ids.Add(TestRepository.RunGit(["-C", source, "hash-object", "--literally", "-t", "commit", "-w", "--stdin"], Encoding.UTF8.GetBytes(text)));
        }

        TestRepository.RunGit(["-C", source, "update-ref", "refs/heads/main", ids[^1]]);
        var summary = await import.ImportAsync(id, source, Author, null, Ct);
        Assert.Equal(
            new SortedSet<string>(StringComparer.Ordinal)
            {
                $"commit {ids[0]}: the time of its committer is 1731000000000, which is no time in seconds since 1970; milliseconds may have been meant. It was taken as it is, and is shown as well as can be.",
                $"commit {ids[2]}: it has no author; the time zone of its committer is missing or none. It was taken as it is, and is shown as well as can be.",
                $"commit {ids[3]}: its encoding klingon is not known; it is read as UTF-8. It was taken as it is, and is shown as well as can be.",
            },
            new SortedSet<string>(summary.Remarks, StringComparer.Ordinal));
        Assert.Equal(4, test.Repositories.Open(id).Commits(summary.Tip!.Value, 0, 10).Count);
    }

    [Fact]
    public async Task A_file_on_the_disk_whose_name_is_no_utf8_is_refused_by_name_and_imported_from_git()
    {
        var git = Path.Combine(test.Root, "odd.git");
        TestRepository.RunGit(["init", "-q", "--bare", "-b", "main", git]);
        var blob = TestRepository.RunGit(["--git-dir=" + git, "hash-object", "-w", "--stdin"], "x"u8.ToArray());
        var tree = TestRepository.RunGit(["--git-dir=" + git, "mktree"], Encoding.Latin1.GetBytes($"100644 blob {blob}\tcaf\u00e9.txt\n"));
        TestRepository.RunGit(["--git-dir=" + git, "update-ref", "refs/heads/main", TestRepository.RunGit(["--git-dir=" + git, "-c", "user.name=a", "-c", "user.email=a@b", "commit-tree", "-m", "c", tree])]);
        TestRepository.RunGit(["--git-dir=" + git, "--work-tree=" + source, "checkout", "-q", "-f", "main"]);

        var refused = await Assert.ThrowsAsync<ImportException>(() => import.ImportAsync(id, source, Author, null, Ct));
        Assert.EndsWith("is not UTF-8. Rename it, or commit the folder with git and import that repository.", refused.Message, StringComparison.Ordinal);
        var summary = await import.ImportAsync(id, git, Author, null, Ct);
        Assert.Equal(["caf\uefe9.txt"], test.Repositories.Open(id).Walk(summary.Tip!.Value, TreePath.Root).Select(e => e.Path.Value));

        // One that is named with the character itself is another file.
        var plain = Path.Combine(test.Root, "plain");
        Directory.CreateDirectory(plain);
        File.WriteAllText(Path.Combine(plain, "caf\uefe9.txt"), "x");
        var otherId = HubId.New();
        var other = await import.ImportAsync(otherId, plain, Author, null, Ct);
        Assert.Equal([".gitattributes", "caf\uefee\uefbf\uefa9.txt"], test.Repositories.Open(otherId).Walk(other.Tip!.Value, TreePath.Root).Select(e => e.Path.Value));
        // The runtime can't remove it either.
        System.Diagnostics.Process.Start("rm", ["-rf", source])!.WaitForExit();
    }

    [Fact]
    public async Task A_history_with_a_file_that_is_too_large_for_Git_is_refused_by_name_and_can_be_let_in_for_once()
    {
        TestRepository.RunGit(["init", "-q", "-b", "main", source]);
        Write("small.txt", "s");
        Write("sub/ümlaut big.dat", new string('x', 12_000_000));
        Commit("with it");
        File.Delete(Path.Combine(source, "sub", "ümlaut big.dat"));
        Commit("without it");
        var refused = await Assert.ThrowsAsync<ImportException>(() => import.ImportAsync(id, source, Author, null, Ct));
        Assert.Equal(
            "The repository's history has files over 10 MB outside Git LFS: sub/ümlaut big.dat (12 MB). Move them into LFS first, in a copy (git lfs migrate import --everything --above=10000000B),"
            + " or allow them for this import with --Pushes:LargestFileBytes=BYTES (100000000 at most).",
            refused.Message);
        Assert.False(test.Repositories.Exists(id));

        var lenient = new RepositoryImport(test.Repositories, blobs, Microsoft.Extensions.Options.Options.Create(new PushOptions { LargestFileBytes = 20_000_000 }), TimeProvider.System);
        Assert.NotNull((await lenient.ImportAsync(id, source, Author, null, Ct)).Tip);

        void Commit(string message)
        {
            TestRepository.RunGit(["-C", source, "add", "-A"]);
            TestRepository.RunGit(["-C", source, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", message]);
        }
    }

    [Fact]
    public async Task A_git_repository_comes_with_branches_tags_history_and_lfs_objects()
    {
        var here = new LfsPointer(LfsOid.Parse(Sha("old weights")), 11);
        var gone = new LfsPointer(LfsOid.Parse(Sha("gone")), 4);
        using var origin = new TestRepository();
        var first = origin.CommitFiles("first", [new("model.bin", here.ToBytes()), new("gone.bin", gone.ToBytes())], "trunk");
        var second = origin.CommitFiles("second", [new("model.bin", null), TestFile.Text("a.txt", "1")], "trunk");
        origin.Branch("other/branch", first);
        origin.Tag("v1", first, annotated: true);
        origin.Git("symbolic-ref", "HEAD", "refs/heads/trunk");
        var folder = Path.Combine(origin.Folder, "lfs", "objects", here.Oid.Value[..2], here.Oid.Value[2..4]);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(Path.Combine(folder, here.Oid.Value), "old weights", Ct);

        var summary = await import.ImportAsync(id, origin.Folder, Author, null, Ct);
        var repository = test.Repositories.Open(id);
        Assert.Equal((second, "trunk"), (summary.Tip!.Value, repository.DefaultBranch));
        Assert.Equal(["other/branch", "trunk"], repository.Refs().Branches.Select(b => b.Name));
        Assert.Equal(first, repository.ResolveRevision(RevisionName.Parse("v1")));
        Assert.Equal(2, repository.CountCommits(second));
        Assert.Equal([here], summary.LfsObjects);
        Assert.Equal([gone], summary.MissingLfsObjects);
        Assert.Equal(11, await blobs.LengthAsync(here.Oid.Value, Ct));
        Assert.False(File.Exists(Path.Combine(repository.Folder, "import.config")));
        Fsck(repository);
    }

    [Fact]
    public async Task A_working_copy_is_imported_as_the_repository_it_is()
    {
        TestRepository.RunGit(["init", "-q", "-b", "main", source]);
        Write("a.txt", "1");
        TestRepository.RunGit(["-C", source, "add", "."]);
        TestRepository.RunGit(["-C", source, "-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-q", "-m", "mine"]);
        Write("uncommitted.txt", "2");

        var summary = await import.ImportAsync(id, source, Author, null, Ct);
        var repository = test.Repositories.Open(id);
        Assert.Equal("mine", repository.ReadCommit(summary.Tip!.Value).Title);
        Assert.Equal(["a.txt"], repository.Walk(summary.Tip.Value, TreePath.Root).Select(e => e.Path.Value));
    }

    [Fact]
    public async Task A_repository_without_commits_is_given_the_first_one()
    {
        TestRepository.RunGit(["init", "-q", source]);
        var summary = await import.ImportAsync(id, source, Author, null, Ct);
        Assert.Equal("initial commit", test.Repositories.Open(id).ReadCommit(summary.Tip!.Value).Title);
    }

    // Threat 45.
    [Theory]
    [InlineData("file:///tmp")]
    [InlineData("ext::sh -c touch% /tmp/x")]
    [InlineData("ssh://-oProxyCommand=x/y")]
    [InlineData("https://example.org/x")]
    [InlineData("host:path")]
    [InlineData("--upload-pack=x")]
    [InlineData("/nonexistent/folder")]
    [InlineData("")]
    public async Task Anything_but_a_folder_of_this_machine_is_refused(string folder)
    {
        await Assert.ThrowsAnyAsync<Exception>(() => import.ImportAsync(id, folder, Author, null, Ct));
        Assert.False(test.Repositories.Exists(id));
    }

    [Fact]
    public async Task A_failed_import_leaves_no_repository()
    {
        Write("a.txt", "1");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => import.ImportAsync(id, source, Author, new Steps(stop.Cancel), stop.Token));
        Assert.False(test.Repositories.Exists(id));

        Directory.CreateDirectory(Path.Combine(source, ".git"));
        await Assert.ThrowsAsync<ImportException>(() => import.ImportAsync(id, source, Author, null, Ct));
        Assert.False(test.Repositories.Exists(id));
        Assert.False(Directory.Exists(test.Repositories.PathOf(id)));
    }

    [Fact]
    public async Task Hooks_and_settings_of_the_imported_repository_do_nothing()
    {
        using var origin = new TestRepository();
        origin.Commit("first", ("a.txt", "1"));
        var witness = Path.Combine(test.Root, "witness");
        File.AppendAllText(
            Path.Combine(origin.Folder, "config"), $"[uploadpack]\n\tpackObjectsHook = touch {witness}\n[core]\n\tfsmonitor = touch {witness}\n");
        await import.ImportAsync(id, origin.Folder, Author, null, Ct);
        Assert.False(File.Exists(witness));
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(source, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }

    private static GitEntry Entry(GitRepository repository, string path) => repository.Find(repository.DefaultBranchTip()!.Value, TreePath.Parse(path))!;

    private static byte[] Bytes(GitRepository repository, string path) => repository.ReadSmallBlob(Entry(repository, path).Oid)!.Value.ToArray();

    private static string Text(GitRepository repository, string path) => Encoding.UTF8.GetString(Bytes(repository, path));

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private static void Fsck(GitRepository repository) =>
        Assert.DoesNotContain("error", TestRepository.RunGit(["--git-dir=" + repository.Folder, "fsck", "--full", "--strict"]), StringComparison.Ordinal);

    private sealed class Steps(Action? then = null) : IProgress<ImportStep>
    {
        public List<string> Seen { get; } = [];

        public void Report(ImportStep value)
        {
            Seen.Add(string.Create(CultureInfo.InvariantCulture, $"{value.Files} {value.Bytes} {value.Path}"));
            then?.Invoke();
        }
    }
}
