namespace RepoHost.Git;

/// <summary>A pack on its way to git, looked at as it passes. Throws <see cref="InvalidDataException"/> instead of passing on what the scan refuses.</summary>
internal sealed class ScannedPack(Stream pack, PackScan scan) : Stream
{
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await pack.ReadAsync(buffer, cancellationToken);
        scan.Feed(buffer.Span[..read]);
        return scan.Fault == PackFault.None ? read : throw new InvalidDataException($"The pack was refused: {scan.Fault}.");
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
