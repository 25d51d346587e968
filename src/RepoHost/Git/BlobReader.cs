using System.Diagnostics;
using Microsoft.Win32.SafeHandles;

namespace RepoHost.Git;

/// <summary>Large blobs of one repository, never whole in memory.</summary>
internal sealed class BlobReader(string folder, ObjectReader objects, SpillCache spill)
{
    /// <summary>Forward only; a delta is resolved by a git process.</summary>
    public BlobContent Open(GitOid oid)
    {
        var size = objects.BlobSize(oid);
        try
        {
            return StoredObjects.TryOpenBlob(folder, oid) ?? OpenByGit(oid, size);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw new GitCorruptException(objects.RepositoryId, $"the blob {oid} can't be read: {e.Message}", e);
        }
    }

    public async Task<SafeFileHandle> OpenFileAsync(GitOid oid, CancellationToken cancellationToken)
    {
        // Asking the size first also proves that this repository holds the blob, whatever the spill folder holds.
        var size = objects.BlobSize(oid);
        try
        {
            return await spill.OpenAsync(objects.RepositoryId, oid, size, _ => Task.FromResult(Open(oid)), cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new GitCorruptException(objects.RepositoryId, $"the blob {oid} can't be read: {e.Message}", e);
        }
        catch (EndOfStreamException e)
        {
            throw new GitCorruptException(objects.RepositoryId, $"the blob {oid} can't be read: {e.Message}", e);
        }
    }

    private BlobContent OpenByGit(GitOid oid, long size)
    {
        var process = Process.Start(GitProgram.Describe(folder, "cat-file", "blob", oid.ToString()))
            ?? throw new InvalidOperationException("git could not be started.");
        process.StandardInput.Close();
        // Nobody reads what it may complain of: the stream then ends early, and that is the fault reported.
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        return new BlobContent(new ExactLengthStream(new ProcessOutput(process), size), size);
    }

    private sealed class ProcessOutput(Process process) : Stream
    {
        private readonly Stream output = process.StandardOutput.BaseStream;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count) => output.Read(buffer, offset, count);
        public override int Read(Span<byte> buffer) => output.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            output.ReadAsync(buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            output.ReadAsync(buffer, offset, count, cancellationToken);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                GitProgram.Kill(process);
                process.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
