using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using RepoHost.Storage;
using Xunit;

namespace RepoHost.Tests.Storage;

public sealed class DiskBlobStoreTests : IDisposable
{
    private readonly string root = Path.Combine(Path.GetTempPath(), "repohost-" + Guid.NewGuid().ToString("N"));
    private readonly FileHandleCache handles = new(4);
    private readonly DiskBlobStore store;

    public DiskBlobStoreTests() => store = NewStore();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        handles.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task What_was_written_can_be_read()
    {
        var result = await Write("hello", Sha("hello"), 5);
        Assert.Equal(new BlobWriteResult(BlobWriteOutcome.Stored, Sha("hello"), 5), result);
        Assert.Equal("hello", await Read(Sha("hello")));
        Assert.Equal(5, await store.LengthAsync(Sha("hello"), Ct));
        Assert.True(File.Exists(Path.Combine(root, Sha("hello")[..2], Sha("hello")[2..4], Sha("hello"))));
        AssertNothingUnfinished();
    }

    [Fact]
    public async Task Bytes_that_nobody_promised_anything_about_are_stored_under_their_hash() =>
        Assert.Equal(new BlobWriteResult(BlobWriteOutcome.Stored, Sha(""), 0), await Write("", null, null));

    // Threat 7.
    [Fact]
    public async Task Wrong_bytes_store_nothing_and_leave_the_old_ones()
    {
        await Write("hello", null, null);
        Assert.Equal(BlobWriteOutcome.WrongHash, (await Write("HELLO", Sha("hello"), 5)).Outcome);
        Assert.Equal(BlobWriteOutcome.WrongSize, (await Write("hello", Sha("hello"), 4)).Outcome);
        Assert.Equal(BlobWriteOutcome.WrongSize, (await Write("hello", Sha("hello"), 6)).Outcome);
        Assert.Equal("hello", await Read(Sha("hello")));
        Assert.Null(await Read(Sha("HELLO")));
        AssertNothingUnfinished();
    }

    [Fact]
    public async Task The_same_bytes_again_leave_the_file_untouched()
    {
        await Write("hello", null, null);
        var path = Path.Combine(root, Sha("hello")[..2], Sha("hello")[2..4], Sha("hello"));
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch);
        var again = await Write("hello", Sha("hello"), 5);
        Assert.Equal(BlobWriteOutcome.AlreadyThere, again.Outcome);
        Assert.True(again.IsStored);
        Assert.Equal(DateTime.UnixEpoch, File.GetLastWriteTimeUtc(path));
        AssertNothingUnfinished();
    }

    [Fact]
    public async Task A_file_that_lost_bytes_is_replaced_by_the_right_ones()
    {
        await Write("hello", null, null);
        Assert.Equal("hello", await Read(Sha("hello")));
        var path = Path.Combine(root, Sha("hello")[..2], Sha("hello")[2..4], Sha("hello"));
        await File.WriteAllTextAsync(path, "he", Ct);
        Assert.Equal(BlobWriteOutcome.Stored, (await Write("hello", Sha("hello"), 5)).Outcome);
        Assert.Equal("hello", await Read(Sha("hello")));
    }

    [Fact]
    public async Task Many_writers_of_the_same_bytes_store_them_once()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(() => Write(new string('x', 500_000), null, null).AsTask(), Ct)));
        Assert.Equal(1, outcomes.Count(o => o.Outcome == BlobWriteOutcome.Stored));
        Assert.Equal(19, outcomes.Count(o => o.Outcome == BlobWriteOutcome.AlreadyThere));
        AssertNothingUnfinished();
    }

    [Fact]
    public async Task A_stream_that_breaks_leaves_nothing()
    {
        await Assert.ThrowsAsync<IOException>(async () => await store.WriteAsync(new BreakingStream(), null, null, Ct));
        AssertNothingUnfinished();
    }

    [Fact]
    public async Task A_stream_longer_than_announced_is_not_read_to_its_end()
    {
        using var endless = new MemoryStream(new byte[10_000_000]);
        Assert.Equal(BlobWriteOutcome.WrongSize, (await store.WriteAsync(endless, null, 10, Ct)).Outcome);
        Assert.True(endless.Position < 1_000_000);
    }

    // Threat 8.
    [Theory]
    [InlineData("")]
    [InlineData("../../etc/passwd")]
    [InlineData("2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824")]
    [InlineData("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b982")]
    [InlineData("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b982٣")]
    public async Task A_name_that_is_no_hash_touches_no_file(string name)
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.TryOpenAsync(name, Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.LengthAsync(name, Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.DeleteUnlessAsync(name, _ => Task.FromResult(false), Ct));
        await Assert.ThrowsAsync<ArgumentException>(async () => await store.WriteAsync(Stream.Null, name, null, Ct));
    }

    [Fact]
    public async Task A_deleted_blob_is_gone_but_a_lease_still_reads()
    {
        await Write("hello", null, null);
        using var lease = (await store.TryOpenAsync(Sha("hello"), Ct))!;
        Assert.True(await store.DeleteUnlessAsync(Sha("hello"), _ => Task.FromResult(false), Ct));
        Assert.False(await store.DeleteUnlessAsync(Sha("hello"), _ => Task.FromResult(false), Ct));
        Assert.Null(await Read(Sha("hello")));
        Assert.Equal("hello", ReadAll(lease));
    }

    [Fact]
    public async Task A_blob_that_turns_out_to_be_needed_stays()
    {
        await Write("hello", null, null);
        Assert.False(await store.DeleteUnlessAsync(Sha("hello"), _ => Task.FromResult(true), Ct));
        Assert.Equal("hello", await Read(Sha("hello")));
        await Assert.ThrowsAsync<IOException>(async () => await store.DeleteUnlessAsync(Sha("hello"), _ => throw new IOException("the database is gone"), Ct));
        Assert.Equal("hello", await Read(Sha("hello")));
        Assert.Equal([Sha("hello")], store.List().Select(b => b.Sha256));
    }

    [Fact]
    public async Task Of_two_who_delete_a_blob_with_an_upload_in_between_none_takes_what_the_other_gives_back()
    {
        await Write("hello", null, null);
        var needed = new TaskCompletionSource<bool>();
        Task<bool>? second = null;
        Assert.True(await store.DeleteUnlessAsync(Sha("hello"), async _ =>
        {
            await Write("hello", null, null);
            second = store.DeleteUnlessAsync(Sha("hello"), _ => needed.Task, Ct).AsTask();
            return false;
        }, Ct));
        needed.SetResult(true);
        Assert.False(await second!);
        Assert.Equal("hello", await Read(Sha("hello")));
    }

    [Fact]
    public async Task Bytes_that_are_needed_and_gone_are_not_passed_over_in_silence()
    {
        await Write("hello", null, null);
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await store.DeleteUnlessAsync(Sha("hello"), _ =>
        {
            File.Delete(Assert.Single(Directory.GetFiles(Path.Combine(root, ".removing"))));
            return Task.FromResult(true);
        }, Ct));
    }

    [Fact]
    public async Task A_deletion_cut_off_under_a_name_of_its_own_is_undone_at_the_next_start()
    {
        await Write("hello", null, null);
        await Assert.ThrowsAsync<IOException>(async () => await store.DeleteUnlessAsync(Sha("hello"), _ =>
        {
            NewStore();
            throw new IOException(store.List().Single().Sha256);
        }, Ct));
        Assert.Equal("hello", await Read(Sha("hello")));
    }

    [Fact]
    public async Task A_blob_whose_deletion_was_cut_off_is_back_at_the_next_start()
    {
        await Write("hello", null, null);
        File.Move(Path.Combine(root, Sha("hello")[..2], Sha("hello")[2..4], Sha("hello")), Path.Combine(root, ".removing", Sha("hello")));
        Assert.Null(await Read(Sha("hello")));
        NewStore();
        Assert.Equal("hello", await Read(Sha("hello")));
    }

    [Fact]
    public async Task Leftovers_of_yesterday_are_removed_at_start_and_todays_stay()
    {
        var (old, young) = (Path.Combine(root, ".incoming", "old"), Path.Combine(root, ".incoming", "young"));
        await File.WriteAllTextAsync(old, "x", Ct);
        await File.WriteAllTextAsync(young, "x", Ct);
        File.SetLastWriteTimeUtc(old, TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));
        NewStore();
        Assert.False(File.Exists(old));
        Assert.True(File.Exists(young));
    }

    [Fact]
    public async Task Open_handles_are_bounded_shared_and_closed_with_the_last_lease()
    {
        var names = new List<string>();
        for (var i = 0; i < 6; i++)
            names.Add((await Write($"blob {i}", null, null)).Sha256);
        var first = (await store.TryOpenAsync(names[0], Ct))!;
        using (var again = (await store.TryOpenAsync(names[0], Ct))!)
            Assert.Same(first.File, again.File);
        foreach (var name in names)
            (await store.TryOpenAsync(name, Ct))!.Dispose();
        foreach (var name in names.Skip(1))
            (await store.TryOpenAsync(name, Ct))!.Dispose();

        Assert.Equal(4, handles.Count);
        Assert.Equal("blob 0", ReadAll(first));
        first.Dispose();
        first.Dispose();
        Assert.True(first.File.IsClosed);
    }

    [Fact]
    public async Task Readers_and_a_deleter_at_once_never_see_a_closed_handle()
    {
        var names = new List<string>();
        for (var i = 0; i < 8; i++)
            names.Add((await Write($"blob {i}", null, null)).Sha256);
        await Parallel.ForAsync(0, 2000, Ct, async (i, ct) =>
        {
            if (i % 50 == 0)
            {
                await store.DeleteUnlessAsync(names[i / 50 % 8], _ => Task.FromResult(false), ct);
                await Write($"blob {i / 50 % 8}", null, null);
            }

            using var lease = await store.TryOpenAsync(names[i % 8], ct);
            if (lease is not null)
                Assert.Equal($"blob {i % 8}", ReadAll(lease));
        });
    }

    private DiskBlobStore NewStore() => new(Options.Create(new StorageOptions { RootFolder = root }), handles, TimeProvider.System);

    private ValueTask<BlobWriteResult> Write(string text, string? sha256, long? size) =>
        store.WriteAsync(new MemoryStream(Encoding.ASCII.GetBytes(text)), sha256, size, Ct);

    private async Task<string?> Read(string sha256)
    {
        using var lease = await store.TryOpenAsync(sha256, Ct);
        return lease is null ? null : ReadAll(lease);
    }

    private static string ReadAll(BlobLease lease)
    {
        var bytes = new byte[lease.Length];
        Assert.Equal(bytes.Length, RandomAccess.Read(lease.File, bytes, 0));
        return Encoding.ASCII.GetString(bytes);
    }

    private static string Sha(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.ASCII.GetBytes(text)));

    private void AssertNothingUnfinished() => Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, ".incoming")));

    private sealed class BreakingStream : MemoryStream
    {
        private int reads;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            ++reads < 5 ? ValueTask.FromResult(buffer.Length) : throw new IOException("gone");
    }
}
