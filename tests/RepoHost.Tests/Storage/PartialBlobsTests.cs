using System.Security.Cryptography;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RepoHost.Storage;
using Xunit;

namespace RepoHost.Tests.Storage;

public sealed class PartialBlobsTests : IDisposable
{
    private const string Id = "00ff";

    private readonly string root = Path.Combine(Path.GetTempPath(), "repohost-" + Guid.NewGuid().ToString("N"));
    private readonly FileHandleCache handles = new(4);
    private readonly FakeTimeProvider time = new(TimeProvider.System.GetUtcNow());
    private readonly DiskBlobStore store;
    private readonly PartialBlobs parts;
    private readonly byte[] content = RandomNumberGenerator.GetBytes(2500);

    public PartialBlobsTests()
    {
        var options = Options.Create(new StorageOptions { RootFolder = root });
        store = new(options, handles, time);
        parts = new(options, store, time);
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private string Sha256 => Convert.ToHexStringLower(SHA256.HashData(content));

    public void Dispose()
    {
        handles.Dispose();
        Directory.Delete(root, recursive: true);
    }

    [Fact]
    public async Task Parts_become_the_blob_without_a_copy()
    {
        var tags = new[] { await WriteAsync(1), await WriteAsync(2), await WriteAsync(3) };
        Assert.Equal(new PartFinish(PartFinishOutcome.Stored), await parts.FinishAsync(Id, tags!, Sha256, 2500, Ct));
        Assert.Equal(2500, await store.LengthAsync(Sha256, Ct));
        Assert.False(Directory.Exists(Path.Combine(root, ".uploads", Id)));
        Assert.Equal(new PartFinish(PartFinishOutcome.PartMissing, 1), await parts.FinishAsync(Id, tags!, Sha256, 2500, Ct));
    }

    [Fact]
    public async Task A_part_that_broke_off_counts_as_missing_even_if_it_was_there_before()
    {
        var tags = new[] { await WriteAsync(1), await WriteAsync(2), await WriteAsync(3) };
        await Assert.ThrowsAsync<IOException>(() => parts.WriteAsync(Id, 2, 1000, 1000, new BrokenStream(content[1000..1500]), Ct));
        Assert.Equal(new PartFinish(PartFinishOutcome.PartMissing, 2), await parts.FinishAsync(Id, tags!, Sha256, 2500, Ct));
        Assert.Null(await parts.WriteAsync(Id, 2, 1000, 1000, new MemoryStream(content, 1000, 999), Ct));
        Assert.Equal(new PartFinish(PartFinishOutcome.PartMissing, 2), await parts.FinishAsync(Id, tags!, Sha256, 2500, Ct));
        await WriteAsync(2);
        Assert.Equal(new PartFinish(PartFinishOutcome.Stored), await parts.FinishAsync(Id, tags!, Sha256, 2500, Ct));
    }

    /// <summary>What a power loss leaves between making the mark and writing it.</summary>
    [Fact]
    public async Task A_mark_without_its_tag_counts_as_missing()
    {
        var tags = new[] { await WriteAsync(1), await WriteAsync(2), await WriteAsync(3) };
        await File.WriteAllTextAsync(Path.Combine(root, ".uploads", Id, "00003"), "", Ct);
        Assert.Equal(new PartFinish(PartFinishOutcome.PartMissing, 3), await parts.FinishAsync(Id, tags!, Sha256, 2500, Ct));
    }

    [Fact]
    public async Task Nobody_finishes_while_a_part_is_written()
    {
        var tags = new[] { await WriteAsync(1), await WriteAsync(2), await WriteAsync(3) };
        var asked = false;
        await parts.WriteAsync(Id, 3, 2000, 500, new ObservedStream(content[2000..], async () =>
        {
            asked = true;
            Assert.Equal(new PartFinish(PartFinishOutcome.Busy), await parts.FinishAsync(Id, tags!, Sha256, 2500, Ct));
        }), Ct);
        Assert.True(asked);
        Assert.Equal(new PartFinish(PartFinishOutcome.Stored), await parts.FinishAsync(Id, tags!, Sha256, 2500, Ct));
    }

    [Fact]
    public async Task Unfinished_uploads_are_removed_when_nothing_came_for_a_day()
    {
        await WriteAsync(1);
        time.SetUtcNow(TimeProvider.System.GetUtcNow().AddHours(23));
        parts.Sweep();
        Assert.True(Directory.Exists(Path.Combine(root, ".uploads", Id)));
        time.Advance(TimeSpan.FromHours(2));
        parts.Sweep();
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(root, ".uploads")));
    }

    [Theory]
    [InlineData("../x")]
    [InlineData("")]
    [InlineData("AB")]
    public async Task An_id_that_is_not_hex_touches_no_file(string id) =>
        await Assert.ThrowsAsync<ArgumentException>(() => parts.WriteAsync(id, 1, 0, 1, new MemoryStream([1]), Ct));

    private Task<string?> WriteAsync(int number)
    {
        var length = Math.Min(1000, content.Length - ((number - 1) * 1000));
        return parts.WriteAsync(Id, number, (number - 1) * 1000, length, new MemoryStream(content, (number - 1) * 1000, length), Ct);
    }

    /// <summary>A client that leaves in the middle.</summary>
    private sealed class BrokenStream(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            Position == Length ? throw new IOException("gone") : base.ReadAsync(buffer, cancellationToken);
    }

    private sealed class ObservedStream(byte[] bytes, Func<Task> meanwhile) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == 0)
                await meanwhile();
            return await base.ReadAsync(buffer, cancellationToken);
        }
    }
}
