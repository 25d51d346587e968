using System.IO.Pipelines;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

/// <summary>Bodies on their way: bounded, given back whatever happens, and gone with the process.</summary>
public sealed class TransferSpoolTests : IDisposable
{
    private const long Megabyte = 1 << 20;

    /// <summary>Takes all that is written, also before anybody reads.</summary>
    private static readonly PipeOptions Unpaused = new(pauseWriterThreshold: 0);

    private readonly FakeTimeProvider time = new();
    private readonly string folder = Directory.CreateTempSubdirectory("repohost-spool-").FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(SpooledTransfer.InMemory)]
    [InlineData(SpooledTransfer.InMemory + 1)]
    [InlineData(3_000_000)]
    public async Task A_body_is_read_back_as_often_as_wanted_and_lies_in_a_file_only_when_it_is_long(int length)
    {
        var (spool, content) = (New(), RandomNumberGenerator.GetBytes(length));
        await using (var body = await spool.ReceiveAsync("a", new MemoryStream(content), 10 * Megabyte, Cancel))
        {
            Assert.False(body.IsCut);
            for (var i = 0; i < 2; i++)
                Assert.Equal(content, await ReadAsync(body));
            Assert.Equal(length > SpooledTransfer.InMemory, spool.Held.Bytes > 0);
            // A file without a name can't be left behind, however the process ends.
            if (!OperatingSystem.IsWindows())
                Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
        }

        Assert.Equal((0, 0L), spool.Held);
    }

    [Fact]
    public async Task A_body_over_the_limit_is_cut_there()
    {
        await using var body = await New().ReceiveAsync("a", new MemoryStream(new byte[200_001]), 200_000, Cancel);
        Assert.Equal((true, 200_000L), (body.IsCut, body.Length));
        await using var whole = await New().ReceiveAsync("a", new MemoryStream(new byte[200_000]), 200_000, Cancel);
        Assert.False(whole.IsCut);
    }

    [Fact]
    public async Task What_is_written_can_be_read_at_once_and_the_end_is_known_when_it_is_said()
    {
        await using var transfer = await New().OpenAsync("a", Cancel);
        var reading = ReadAsync(transfer);
        var content = RandomNumberGenerator.GetBytes(500_000);
        foreach (var part in content.Chunk(30_000))
            await transfer.WriteAsync(part, Cancel);
        Assert.False(reading.IsCompleted);
        transfer.Complete();
        Assert.Equal(content, await reading);

        await using var broken = await New().OpenAsync("a", Cancel);
        var waiting = ReadAsync(broken);
        broken.Complete(new InvalidOperationException());
        await Assert.ThrowsAsync<IOException>(() => waiting);
    }

    [Fact]
    public async Task One_caller_has_a_quarter_of_the_bytes_and_the_last_quarter_is_for_those_who_have_little()
    {
        var spool = New(64 * Megabyte);
        Assert.Equal(16 * Megabyte, spool.LargestBody);
        var held = new List<SpooledTransfer> { await ReceiveAsync(spool, "a", 10) };
        var own = await Assert.ThrowsAsync<SpoolFullException>(() => ReceiveAsync(spool, "a", 10));
        Assert.Contains("one caller", own.Message, StringComparison.Ordinal);
        Assert.Equal((1, 10 * Megabyte), spool.Held);
        foreach (var caller in (string[])["b", "c", "d"])
            held.Add(await ReceiveAsync(spool, caller, 12));
        var all = await Assert.ThrowsAsync<SpoolFullException>(() => ReceiveAsync(spool, "e", 12));
        Assert.Contains("no room", all.Message, StringComparison.Ordinal);
        held.Add(await ReceiveAsync(spool, "e", 1));

        foreach (var transfer in held)
            await transfer.DisposeAsync();
        Assert.Equal((0, 0L), spool.Held);
    }

    [Fact]
    public async Task One_caller_has_a_quarter_of_the_transfers()
    {
        var spool = New();
        var held = new List<SpooledTransfer>();
        while (spool.TryOpen("a") is { } transfer)
            held.Add(transfer);
        Assert.Equal(TransferSpool.MostTransfers / 4, held.Count);
        await using (var other = spool.TryOpen("b"))
            Assert.NotNull(other);
        var late = spool.OpenAsync("a", Cancel);
        time.Advance(TimeSpan.FromSeconds(31));
        await Assert.ThrowsAsync<SpoolFullException>(() => late);
        foreach (var transfer in held)
            await transfer.DisposeAsync();
        Assert.Equal((0, 0L), spool.Held);
    }

    [Fact]
    public async Task A_sender_who_is_slow_is_let_be_until_others_find_no_room()
    {
        var spool = New(64 * Megabyte);
        var body = new Pipe(Unpaused);
        await body.Writer.WriteAsync(new byte[100_000], Cancel);
        var slow = spool.ReceiveAsync("slow", body.Reader.AsStream(), 10 * Megabyte, Cancel);
        await UntilAsync(() => spool.Held.Bytes > 0);
        time.Advance(TimeSpan.FromMinutes(10));
        Assert.False(slow.IsCompleted);

        var held = new List<SpooledTransfer>();
        foreach (var caller in (string[])["b", "c", "d"])
            held.Add(await ReceiveAsync(spool, caller, 15));
        await Assert.ThrowsAsync<SpoolFullException>(() => ReceiveAsync(spool, "e", 15));
        time.Advance(TimeSpan.FromSeconds(4));
        var told = await Assert.ThrowsAsync<SpoolFullException>(() => slow);
        Assert.Contains("too slow", told.Message, StringComparison.Ordinal);
        foreach (var transfer in held)
            await transfer.DisposeAsync();
        Assert.Equal((0, 0L), spool.Held);
    }

    [Fact]
    public async Task A_sender_who_leaves_or_never_ends_leaves_nothing_behind()
    {
        var spool = New();
        using var gone = new CancellationTokenSource();
        var (first, second) = (new Pipe(Unpaused), new Pipe(Unpaused));
        await first.Writer.WriteAsync(new byte[300_000], Cancel);
        await second.Writer.WriteAsync(new byte[300_000], Cancel);
        var left = spool.ReceiveAsync("a", first.Reader.AsStream(), Megabyte, gone.Token);
        var endless = spool.ReceiveAsync("b", second.Reader.AsStream(), Megabyte, Cancel);
        await UntilAsync(() => spool.Held.Transfers == 2);
        await gone.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);
        time.Advance(TimeSpan.FromMinutes(121));
        await Assert.ThrowsAsync<TimeoutException>(() => endless);
        Assert.Equal((0, 0L), spool.Held);
    }

    [Fact]
    public async Task What_a_killed_server_left_is_removed_at_the_start()
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "left"), "x", Cancel);
        await New().StartAsync(Cancel);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    private TransferSpool New(long bytes = 1 << 30)
    {
        var http = Options.Create(new GitHttpOptions { SpoolBytes = bytes });
        return new TransferSpool(Options.Create(new GitOptions { SpoolFolder = folder }), http, new GitSessions(http, time), time);
    }

    private static Task<SpooledTransfer> ReceiveAsync(TransferSpool spool, string caller, int megabytes) =>
        spool.ReceiveAsync(caller, new MemoryStream(new byte[megabytes * Megabyte]), long.MaxValue, Cancel);

    private static async Task<byte[]> ReadAsync(SpooledTransfer transfer)
    {
        using var all = new MemoryStream();
        await using var reader = transfer.OpenRead();
        await reader.CopyToAsync(all, Cancel);
        return all.ToArray();
    }

    private static async Task UntilAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
            await Task.Delay(10, patience.Token);
    }
}
