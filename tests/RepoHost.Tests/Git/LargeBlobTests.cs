using System.Security.Cryptography;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class LargeBlobTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("loose")]
    [InlineData("packed")]
    [InlineData("delta")]
    public async Task A_large_blob_is_streamed_and_served_as_a_file(string storage)
    {
        using var test = new TestRepository();
        var content = RandomNumberGenerator.GetBytes(3_000_000);
        byte[] other = [.. content[..2_900_000], .. "changed"u8];
        var commit = test.CommitFiles("c", [new("a", content), new("b", other)]);
        if (storage == "loose")
        {
            // fast-import made a pack; unpack-objects writes nothing that is there already, so the pack has to leave first.
            foreach (var pack in Directory.GetFiles(Path.Combine(test.Folder, "objects/pack"), "*.pack"))
            {
                var moved = Path.Combine(test.Root, Path.GetFileName(pack));
                File.Move(pack, moved);
                File.Delete(Path.ChangeExtension(pack, ".idx"));
                test.GitWith(await File.ReadAllBytesAsync(moved, Ct), "unpack-objects", "-q");
            }
        }
        else
        {
            test.Git("-c", storage == "delta" ? "core.bigFileThreshold=1g" : "core.bigFileThreshold=1m", "repack", "-a", "-d", "-f", "-q");
        }

        var direct = 0;
        foreach (var (path, expected) in ((string, byte[])[])[("a", content), ("b", other)])
        {
            var oid = test.Repository.Find(commit, TreePath.Parse(path))!.Oid;
            if (StoredObjects.TryOpenBlob(test.Folder, oid) is { } stored)
            {
                direct++;
                stored.Dispose();
            }

            using (var blob = test.Repository.OpenLargeBlob(oid))
            {
                Assert.Equal(expected.Length, blob.Size);
                using var copy = new MemoryStream();
                await blob.Stream.CopyToAsync(copy, Ct);
                Assert.Equal(expected, copy.ToArray());
            }

            using var file = await test.Repository.OpenBlobFileAsync(oid, Ct);
            var part = new byte[1000];
            Assert.Equal(1000, RandomAccess.Read(file, part, 1_500_000));
            Assert.Equal(expected[1_500_000..1_501_000], part);
            Assert.Equal(expected.Length, RandomAccess.GetLength(file));
        }

        Assert.Equal(storage == "delta" ? 1 : 2, direct);
    }

    [Fact]
    public async Task Many_readers_of_one_blob_spool_it_once_and_a_leaver_does_not_stop_the_others()
    {
        using var test = new TestRepository();
        var (oid, _) = await LargeAsync(test, 20);
        using var leave = new CancellationTokenSource();
        var leaver = test.Repository.OpenBlobFileAsync(oid, leave.Token);
        await leave.CancelAsync();
        var files = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => test.Repository.OpenBlobFileAsync(oid, Ct)));
        try
        {
            (await leaver).Dispose();
        }
        catch (OperationCanceledException)
        {
        }

        Assert.All(files, file => Assert.Equal(20L << 20, RandomAccess.GetLength(file)));
        Assert.Single(Directory.GetFiles(Path.Combine(test.Root, "spill"), "*", SearchOption.AllDirectories));
        foreach (var file in files)
            file.Dispose();
    }

    [Fact]
    public async Task The_spill_folder_keeps_to_its_budget_and_open_files_survive_eviction()
    {
        using var test = new TestRepository(options => options.SpillBytes = 2_500_000);
        var contents = Enumerable.Range(0, 4).Select(_ => RandomNumberGenerator.GetBytes(1_000_000)).ToArray();
        var commit = test.CommitFiles("c", contents.Select((content, i) => new TestFile($"f{i}", content)));
        using var first = await OpenAsync(0);
        for (var i = 1; i < 4; i++)
            (await OpenAsync(i)).Dispose();

        var kept = Directory.GetFiles(Path.Combine(test.Root, "spill"), "*", SearchOption.AllDirectories);
        Assert.Equal(2, kept.Length);
        var read = new byte[1_000_000];
        Assert.Equal(read.Length, RandomAccess.Read(first, read, 0));
        Assert.Equal(contents[0], read);
        using (var again = await OpenAsync(0))
            Assert.Equal(1_000_000, RandomAccess.GetLength(again));

        Task<Microsoft.Win32.SafeHandles.SafeFileHandle> OpenAsync(int i) =>
            test.Repository.OpenBlobFileAsync(test.Repository.Find(commit, TreePath.Parse($"f{i}"))!.Oid, Ct);
    }

    [Fact]
    public async Task A_spilled_file_that_lost_bytes_or_is_gone_is_made_again()
    {
        using var test = new TestRepository();
        var (oid, _) = await LargeAsync(test, 1);
        (await test.Repository.OpenBlobFileAsync(oid, Ct)).Dispose();
        var path = Assert.Single(Directory.GetFiles(Path.Combine(test.Root, "spill"), "*", SearchOption.AllDirectories));
        await File.WriteAllTextAsync(path, "short", Ct);
        using (var file = await test.Repository.OpenBlobFileAsync(oid, Ct))
            Assert.Equal(1 << 20, RandomAccess.GetLength(file));
        File.Delete(path);
        using (var file = await test.Repository.OpenBlobFileAsync(oid, Ct))
            Assert.Equal(1 << 20, RandomAccess.GetLength(file));
    }

    [Fact]
    public async Task What_an_earlier_run_spilled_is_used_and_counted_again()
    {
        using var test = new TestRepository();
        var (oid, _) = await LargeAsync(test, 1);
        (await test.Repository.OpenBlobFileAsync(oid, Ct)).Dispose();
        var folder = Path.Combine(test.Root, "spill");
        var old = Path.Combine(folder, "x.part-y");
        await File.WriteAllTextAsync(old, "half", Ct);
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));

        using var next = new SpillCache(folder, 10_000_000, TimeProvider.System);
        using var file = await next.OpenAsync(test.Id, oid, 1 << 20, _ => throw new InvalidOperationException("It is there already."), Ct);
        Assert.Equal(1 << 20, next.Bytes);
        Assert.False(File.Exists(old));
        next.Forget(test.Id);
        Assert.Equal(0, next.Bytes);
        Assert.Equal(1 << 20, RandomAccess.GetLength(file));
    }

    [Fact]
    public async Task A_blob_spilled_for_one_repository_is_not_there_for_another()
    {
        using var test = new TestRepository();
        var (oid, _) = await LargeAsync(test, 1);
        (await test.Repository.OpenBlobFileAsync(oid, Ct)).Dispose();
        var other = test.Repositories.Create(RepoHost.Data.HubId.New());
        await Assert.ThrowsAsync<GitCorruptException>(() => other.OpenBlobFileAsync(oid, Ct));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_blob_is_reported_and_never_served(bool truncated)
    {
        using var test = new TestRepository();
        var content = RandomNumberGenerator.GetBytes(2_000_000);
        var oid = GitOid.Parse(test.GitWith(content, "hash-object", "-w", "--stdin"));
        var path = Path.Combine(test.Folder, "objects", oid.ToString()[..2], oid.ToString()[2..]);
        var stored = await File.ReadAllBytesAsync(path, Ct);
        stored[1_000_000] ^= 1;
        File.Delete(path);
        await File.WriteAllBytesAsync(path, truncated ? stored[..1_000_000] : stored, Ct);

        var fault = await Assert.ThrowsAsync<GitCorruptException>(() => test.Repository.OpenBlobFileAsync(oid, Ct));
        Assert.Equal(test.Id, fault.RepositoryId);
        Assert.Empty(Directory.GetFiles(Path.Combine(test.Root, "spill"), "*", SearchOption.AllDirectories));
    }

    // Streamed in as a file, so that the test itself does not hold it.
    internal static async Task<(GitOid Oid, bool Packed)> LargeAsync(TestRepository test, int megabytes)
    {
        var path = Path.Combine(test.Root, "large");
        await using (var file = File.Create(path))
        {
            for (var i = 0; i < megabytes; i++)
                await file.WriteAsync(RandomNumberGenerator.GetBytes(1 << 20), Ct);
        }

        var oid = GitOid.Parse(test.Git("-c", "core.compression=0", "hash-object", "-w", path));
        File.Delete(path);
        // Over core.bigFileThreshold git writes a pack at once.
        return (oid, !Directory.Exists(Path.Combine(test.Folder, "objects", oid.ToString()[..2])));
    }
}
