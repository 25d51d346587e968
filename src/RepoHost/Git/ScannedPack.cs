namespace RepoHost.Git;

/// <summary>A pack on its way to git, looked at as it passes. Throws <see cref="InvalidDataException"/> instead of passing on what the scan refuses.</summary>
internal sealed class ScannedPack(Stream pack, PackScan scan) : Stream
{
    private readonly MemoryStream ahead = new();

    /// <summary>Looks at so many bytes at once and keeps them for whoever reads, so that no program is started for a small pack that is refused.</summary>
    public async Task LookAheadAsync(int bytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[64 * 1024];
        while (ahead.Length < bytes && await ScanAsync(buffer, cancellationToken) is > 0 and var read)
            ahead.Write(buffer, 0, read);
        ahead.Position = 0;
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ahead.Read(buffer.Span) is > 0 and var kept ? kept : await ScanAsync(buffer, cancellationToken);

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private async ValueTask<int> ScanAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await pack.ReadAsync(buffer, cancellationToken);
        scan.Feed(buffer.Span[..read]);
        return scan.Fault == PackFault.None ? read : throw new InvalidDataException($"The pack was refused: {scan.Fault}.");
    }
}
