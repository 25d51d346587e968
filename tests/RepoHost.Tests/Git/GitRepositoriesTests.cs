using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using RepoHost.Data;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class GitRepositoriesTests : IDisposable
{
    private readonly TestRepository test = new(options => options.HandlePoolSize = 3);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => test.Dispose();

    [Fact]
    public void A_new_repository_is_bare_sound_and_on_main()
    {
        Assert.True(test.Repositories.Exists(test.Id));
        Assert.Equal("true", test.Git("rev-parse", "--is-bare-repository"));
        Assert.Equal("refs/heads/main", test.Git("symbolic-ref", "HEAD"));
        Assert.Equal("true", test.Git("config", "--get", "--type=bool", "receive.fsckObjects"));
        Assert.Equal("8388608", test.Git("config", "--get", "--type=int", "core.bigFileThreshold"));
        Assert.EndsWith(Path.Combine(test.Id[..2], test.Id + ".git"), test.Folder, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => test.Repositories.Create(test.Id));
        test.Git("fsck", "--strict");
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../etc/passwd/x")]
    [InlineData("0123456789abcdef0123456")]
    [InlineData("0123456789ABCDEF01234567")]
    [InlineData("0123456789abcdef012345678")]
    public void An_id_that_is_not_24_hex_digits_touches_nothing(string id)
    {
        Assert.Throws<ArgumentException>(() => test.Repositories.Open(id));
        Assert.Throws<ArgumentException>(() => test.Repositories.Create(id));
        Assert.Throws<ArgumentException>(() => test.Repositories.Delete(id));
        Assert.Throws<ArgumentException>(() => test.Repositories.Exists(id));
    }

    [Fact]
    public void A_deleted_repository_is_gone_with_everything_remembered_of_it()
    {
        var commit = test.Commit("c", ("a.txt", "1"));
        var path = TreePath.Parse("a.txt");
        Assert.NotNull(test.Repository.Find(commit, path));
        test.Repositories.Delete(test.Id);
        Assert.False(test.Repositories.Exists(test.Id));
        Assert.Throws<GitCorruptException>(() => test.Repositories.Open(test.Id).DefaultBranchTip());
        var again = test.Repositories.Create(test.Id);
        Assert.Null(again.DefaultBranchTip());
        Assert.Throws<GitCorruptException>(() => again.Find(commit, path));
        test.Repositories.Delete(HubId.New());
        Assert.Empty(Directory.GetDirectories(Path.Combine(test.Root, "repositories", ".deleted")));
    }

    [Fact]
    public void What_a_crash_left_behind_is_removed_at_start()
    {
        var root = Path.Combine(test.Root, "repositories");
        Directory.CreateDirectory(Path.Combine(root, ".deleted", "x", "objects"));
        Directory.CreateDirectory(Path.Combine(root, ".new", "old"));
        Directory.CreateDirectory(Path.Combine(root, ".new", "young"));
        Directory.SetLastWriteTimeUtc(Path.Combine(root, ".new", "old"), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));
        var options = new GitOptions { RootFolder = root, SpillFolder = Path.Combine(test.Root, "spill") };
        using var next = new GitRepositories(Options.Create(options), TimeProvider.System);
        Assert.False(Directory.Exists(Path.Combine(root, ".deleted")));
        Assert.Equal(["young"], new DirectoryInfo(Path.Combine(root, ".new")).GetDirectories().Select(d => d.Name));
        Assert.True(next.Exists(test.Id));
    }

    [Fact]
    public void A_missing_object_is_reported_with_the_repositorys_id()
    {
        var commit = test.Commit("c", ("a.txt", "1"), ("d/b.txt", "2"));
        foreach (var pack in Directory.GetFiles(Path.Combine(test.Folder, "objects/pack")))
            File.Delete(pack);
        foreach (var loose in Directory.GetDirectories(Path.Combine(test.Folder, "objects"), "??"))
            Directory.Delete(loose, recursive: true);
        var fault = Assert.Throws<GitCorruptException>(() => test.Repository.Find(commit, TreePath.Parse("a.txt")));
        Assert.Equal(test.Id, fault.RepositoryId);
        Assert.Contains(test.Id, fault.Message, StringComparison.Ordinal);
        Assert.Throws<GitCorruptException>(() => test.Repository.ReadCommit(commit));
        Assert.Equal(commit, test.Repository.DefaultBranchTip());
    }

    [Fact]
    public void A_warm_look_up_asks_libgit2_nothing()
    {
        var commit = test.Commit("c", ("a.txt", "1"), ("d/b.txt", "2"));
        Ask();
        // With the objects gone, only what is kept can answer.
        Directory.Move(Path.Combine(test.Folder, "objects"), Path.Combine(test.Folder, "objects.away"));
        Ask();

        void Ask()
        {
            Assert.Equal(commit, test.Repository.ResolveRevision(RevisionName.Parse("main")));
            var entry = test.Repository.Find(commit, TreePath.Parse("d/b.txt"))!;
            Assert.Equal("2"u8.ToArray(), test.Repository.ReadSmallBlob(entry.Oid)!.Value.ToArray());
            Assert.Null(test.Repository.Find(commit, TreePath.Parse("adapter_config.json")));
            Assert.Equal("c", test.Repository.ReadCommit(commit).Title);
            Assert.Equal(2, test.Repository.List(commit, TreePath.Root)!.Count);
        }
    }

    [Fact]
    public async Task Readers_are_right_while_others_push_repack_and_delete_refs()
    {
        var first = test.Commit("0", ("n.txt", "0"), ("d/e/f.txt", "fixed"));
        test.Branch("other", first);
        var pushed = new ConcurrentDictionary<GitOid, string>([KeyValuePair.Create(first, "0")]);
        using var stop = new CancellationTokenSource();
        // Each reader opens the repositories anew, so that little is cached and libgit2 is really asked.
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(() => ReadUntil(pushed, stop.Token), Ct)).ToArray();
        for (var round = 1; round <= 12; round++)
        {
            test.Commit($"{round}", ("n.txt", $"{round}"));
            switch (round % 4)
            {
                case 0:
                    test.Git("gc", "-q", "--prune=now");
                    break;
                case 1:
                    test.Repack();
                    break;
                case 2:
                    test.Git("pack-refs", "--all", "--prune");
                    break;
                default:
                    test.Git("update-ref", "-d", "refs/heads/other");
                    test.Branch("other", first);
                    break;
            }
        }

        await stop.CancelAsync();
        Assert.All(await Task.WhenAll(readers), rounds => Assert.True(rounds > 0));
    }

    private int ReadUntil(ConcurrentDictionary<GitOid, string> pushed, CancellationToken stop)
    {
        var (root, spill) = (Path.Combine(test.Root, "repositories"), Path.Combine(test.Root, "spill"));
        var options = new GitOptions { RootFolder = root, SpillFolder = spill, CacheBytes = 0, HandlePoolSize = 2 };
        using var repositories = new GitRepositories(Options.Create(options), TimeProvider.System);
        var repository = repositories.Open(test.Id);
        var rounds = 0;
        do
        {
            var tip = repository.DefaultBranchTip()!.Value;
            var text = System.Text.Encoding.ASCII.GetString(repository.ReadSmallBlob(repository.Find(tip, TreePath.Parse("n.txt"))!.Oid)!.Value.Span);
            Assert.Equal(text, repository.ReadCommit(tip).Title);
            Assert.Equal(text, pushed.GetOrAdd(tip, text));
            Assert.Equal(5, repository.Find(tip, TreePath.Parse("d/e/f.txt"))!.Size);
            Assert.Equal(int.Parse(text, System.Globalization.CultureInfo.InvariantCulture) + 1, repository.CountCommits(tip));
            rounds++;
        }
        while (!stop.IsCancellationRequested);

        return rounds;
    }
}
