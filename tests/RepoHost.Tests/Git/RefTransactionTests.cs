using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class RefTransactionTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("repohost-refs-").FullName;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task What_a_killed_git_left_of_packed_refs_hinders_no_deletion()
    {
        TestRepository.RunGit(["init", "-q", "--bare", folder]);
        var tree = await ObjectWriter.EmptyTreeAsync(folder, Ct);
        var commit = await ObjectWriter.CommitAsync(folder, tree, [], new("T", "t@example.org", DateTimeOffset.UnixEpoch), "one", Ct);
        Assert.Equal(RefUpdateOutcome.Done, await RefTransaction.RunAsync(folder, [new("refs/heads/old", null, commit)], "t", Ct));
        TestRepository.RunGit([$"--git-dir={folder}", "pack-refs", "--all"]);
        File.WriteAllText(Path.Combine(folder, "packed-refs.new"), "");

        Assert.Equal(RefUpdateOutcome.Done, await RefTransaction.RunAsync(folder, [new("refs/heads/old", commit, null)], "t", Ct));
        Assert.Empty(TestRepository.RunGit([$"--git-dir={folder}", "for-each-ref"]));
    }

    [Fact]
    public async Task Only_a_lock_that_is_held_is_waited_for()
    {
        await Assert.ThrowsAsync<PathTooLongException>(() => RepositoryLock.AcquireAsync(Path.Combine(folder, new string('a', 300)), Ct));

        var held = new FileStream(Path.Combine(folder, "repohost.lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var second = RepositoryLock.AcquireAsync(folder, Ct);
        Assert.False(second.IsCompleted);
        await held.DisposeAsync();
        (await second).Dispose();
    }

    /// <summary>All repositories once shared 64 lines, so a change that took long kept repositories waiting that had nothing to do with it.</summary>
    [Fact]
    public async Task No_repository_waits_for_the_lock_of_another()
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        patience.CancelAfter(TimeSpan.FromSeconds(10));
        var held = new List<RepositoryLock>();
        for (var i = 0; i < 70; i++)
            held.Add(await RepositoryLock.AcquireAsync(Directory.CreateDirectory(Path.Combine(folder, $"r{i}")).FullName, patience.Token));
        held.ForEach(one => one.Dispose());
    }

    [Theory]
    [InlineData(250, true)]
    [InlineData(251, false)]
    public void A_name_can_be_written_if_its_lock_file_has_one(int length, bool writable)
    {
        var name = RefName.Heads + new string('a', length);
        Assert.Equal((true, writable), (RefName.IsValid(name), RefName.IsWritable(name)));
    }
}
