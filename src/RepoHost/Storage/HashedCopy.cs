using System.Buffers;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;

namespace RepoHost.Storage;

/// <summary>Copies a stream into a file and hashes it on the way, in two buffers: while one is hashed and written, the next is read from the network.</summary>
internal static class HashedCopy
{
    private const int BufferSize = 256 * 1024;

    /// <param name="expectedSize">Whoever sends more is not read to the end: the disk is finite, a stream need not be.</param>
    public static async Task<(string Sha256, long Size)> RunAsync(
        Stream content, SafeFileHandle file, long offset, long? expectedSize, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (filling, storing) = (ArrayPool<byte>.Shared.Rent(BufferSize), ArrayPool<byte>.Shared.Rent(BufferSize));
        var stored = Task.CompletedTask;
        try
        {
            long size = 0;
            for (int count; (count = await content.ReadAtLeastAsync(filling, filling.Length, false, cancellationToken)) > 0;)
            {
                size += count;
                if (size > expectedSize)
                    break;
                await stored;
                (filling, storing) = (storing, filling);
                var (bytes, position) = (storing.AsMemory(0, count), offset + size - count);
                stored = Task.Run(() => Store(hash, file, bytes.Span, position), CancellationToken.None);
            }

            await stored;
            return (Convert.ToHexStringLower(hash.GetHashAndReset()), size);
        }
        finally
        {
            // A buffer that is still being read must not be lent to somebody else.
            await stored.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(filling);
            ArrayPool<byte>.Shared.Return(storing);
        }
    }

    /// <summary>The hash of a file that is there already.</summary>
    public static Task<string> OfFileAsync(SafeFileHandle file, CancellationToken cancellationToken) =>
        Task.Run(() => OfFile(file, cancellationToken), cancellationToken);

    private static void Store(IncrementalHash hash, SafeFileHandle file, ReadOnlySpan<byte> bytes, long position)
    {
        hash.AppendData(bytes);
        RandomAccess.Write(file, bytes, position);
    }

    private static string OfFile(SafeFileHandle file, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            long position = 0;
            for (int count; (count = RandomAccess.Read(file, buffer, position)) > 0; position += count)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer, 0, count);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
