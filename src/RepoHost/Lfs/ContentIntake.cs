using System.Text;
using Microsoft.Win32.SafeHandles;
using RepoHost.Git;
using RepoHost.Storage;

namespace RepoHost.Lfs;

/// <summary>Takes in contents of any size, none whole in memory: small ones become Git's blobs, large ones objects of the store.</summary>
/// <param name="sampleBytes">How much of a content's beginning <paramref name="isBinary"/> is given.</param>
internal sealed class ContentIntake(IBlobStore blobs, long largestGitFile, int sampleBytes, Func<ReadOnlySpan<byte>, bool> isBinary)
{
    private const int LongestText = 256 * 1024;

    private readonly List<StoredContent> contents = [];
    private readonly List<LfsOid> newObjects = [];

    /// <summary>Those that the store did not have before.</summary>
    public IReadOnlyList<LfsOid> NewObjects => newObjects;

    /// <summary>The blobs of the contents, once they have settled.</summary>
    public IReadOnlySet<GitOid> Blobs => contents.Where(content => content.Oid is not null).Select(content => content.Oid!.Value).ToHashSet();

    /// <param name="expectLfs">Whether it looks like LFS so far: bytes that go to the store at once need not be brought there later.</param>
    public async Task<StoredContent> AddAsync(
        FastImportWriter writer, TreePath path, long length, Func<Stream> open, Func<StoredContent, bool> expectLfs, CancellationToken cancellationToken)
    {
        var small = length <= LfsPointer.MaxBytes || (path.Name == GitAttributes.FileName && length <= LongestText) ? await ReadAsync(open, (int)length, cancellationToken) : null;
        var beginning = small ?? await ReadAsync(open, (int)Math.Min(length, sampleBytes), cancellationToken);
        var content = new StoredContent(length)
        {
            IsBinary = isBinary(beginning.AsSpan(0, Math.Min(beginning.Length, sampleBytes))),
            IsPointer = small is not null && LfsPointer.TryParse(small, out _),
            Text = small is not null && path.Name == GitAttributes.FileName ? Encoding.UTF8.GetString(small) : null,
        };
        await using (var bytes = open())
        {
            if (length > largestGitFile || (length > 0 && !content.IsPointer && expectLfs(content)))
                content.Lfs = await StoreAsync(bytes, length, cancellationToken);
            else
                content.Mark = await writer.BlobAsync(bytes, length, path.Value, cancellationToken);
        }

        contents.Add(content);
        return content;
    }

    /// <summary>The content as an LFS object. Only while the run of <paramref name="writer"/> goes on that took it in, or when it is one already.</summary>
    public async Task<LfsPointer> MakeLfsAsync(FastImportWriter writer, Quarantine quarantine, StoredContent content, CancellationToken cancellationToken)
    {
        if (content.Lfs is { } already)
            return already;
        if (content.Mark is { } mark)
            return content.Lfs = await StoreAsync(await writer.ReadBackAsync(mark, cancellationToken), content.Size, cancellationToken);
        using var blob = quarantine.Git.OpenLargeBlob(content.Oid!.Value);
        return content.Lfs = await StoreAsync(blob.Stream, content.Size, cancellationToken);
    }

    /// <summary>Writes the content into the commit as Git's own file.</summary>
    public async Task WriteRegularAsync(FastImportWriter writer, string mode, TreePath path, StoredContent content, CancellationToken cancellationToken)
    {
        if (content.Blob is { } blob)
        {
            await writer.FileAsync(mode, path.Value, blob, cancellationToken);
            return;
        }

        await ReadStoredAsync(content, bytes => writer.FileAsync(mode, path.Value, bytes, content.Size, cancellationToken), cancellationToken);
    }

    /// <summary>The content as a blob of the run of <paramref name="writer"/>, or one that is there already: an object id, or a mark with its colon.</summary>
    public async Task<string> BlobOfAsync(FastImportWriter writer, TreePath path, StoredContent content, CancellationToken cancellationToken)
    {
        if (content.Blob is { } blob)
            return blob;
        var mark = 0;
        await ReadStoredAsync(content, async bytes => mark = await writer.BlobAsync(bytes, content.Size, path.Value, cancellationToken), cancellationToken);
        return FormattableString.Invariant($":{mark}");
    }

    private async Task ReadStoredAsync(StoredContent content, Func<Stream, Task> read, CancellationToken cancellationToken)
    {
        using var lease = await blobs.TryOpenAsync(content.Lfs!.Oid.Value, cancellationToken) ?? throw new IOException("An object that was stored a moment ago is gone.");
        // The handle is the lease's, which others may share; the stream only borrows it.
        using var borrowed = new SafeFileHandle(lease.File.DangerousGetHandle(), ownsHandle: false);
        await using var bytes = new FileStream(borrowed, FileAccess.Read, 0, isAsync: false);
        await read(bytes);
    }

    /// <summary>The run is over: from here on blobs are named by their ids.</summary>
    public void Settle(IReadOnlyDictionary<int, GitOid> marks)
    {
        foreach (var content in contents.Where(content => content.Mark is not null))
            (content.Oid, content.Mark) = (marks[content.Mark!.Value], null);
    }

    private async Task<LfsPointer> StoreAsync(Stream bytes, long length, CancellationToken cancellationToken)
    {
        var written = await blobs.WriteAsync(bytes, null, length, cancellationToken);
        if (written.Outcome == BlobWriteOutcome.Stored)
            newObjects.Add(LfsOid.Parse(written.Sha256));
        return written.IsStored
            ? new LfsPointer(LfsOid.Parse(written.Sha256), written.Size)
            : throw new IOException($"A content of {length} bytes became {written.Size} bytes while it was read.");
    }

    private static async Task<byte[]> ReadAsync(Func<Stream> open, int length, CancellationToken cancellationToken)
    {
        await using var stream = open();
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes, cancellationToken);
        return bytes;
    }
}
