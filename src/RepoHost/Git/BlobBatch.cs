using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>
/// Many small blobs of known sizes at once. Git keeps what deltas build on from one to the next: twenty thousand new files are a matter of milliseconds, where
/// each by itself is found and unpacked from the start.
/// </summary>
internal static class BlobBatch
{
    private const int BufferSize = 64 * 1024;

    /// <summary>Shows the content of each, in the order asked. The memory is used again for the next.</summary>
    public static async Task ReadAsync(
        GitRepository repository, IReadOnlyList<(GitOid Oid, int Size)> blobs, Action<int, ReadOnlyMemory<byte>> show, CancellationToken cancellationToken)
    {
        if (blobs.Count == 0)
            return;
        try
        {
            await GitProgram.RunAsync(
                GitProgram.Describe(repository.Folder, "cat-file", "--batch", "--buffer"),
                (input, ct) => AskAsync(input, blobs, ct),
                (output, ct) => TakeAsync(output, blobs, show, ct),
                cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new GitCorruptException(repository.Id, e.Message, e);
        }
    }

    private static async Task AskAsync(Stream input, IReadOnlyList<(GitOid Oid, int Size)> blobs, CancellationToken cancellationToken)
    {
        await using var lines = new StreamWriter(input, Encoding.ASCII, BufferSize, leaveOpen: true) { NewLine = "\n" };
        foreach (var (oid, _) in blobs)
            await lines.WriteLineAsync(oid.ToString().AsMemory(), cancellationToken);
    }

    /// <summary>A line <c>{oid} blob {size}</c>, the content and a line feed for each (git-cat-file, "Batch Output"), so all lengths are known before.</summary>
    private static async Task TakeAsync(
        Stream output, IReadOnlyList<(GitOid Oid, int Size)> blobs, Action<int, ReadOnlyMemory<byte>> show, CancellationToken cancellationToken)
    {
        await using var answers = new BufferedStream(output, BufferSize);
        var buffer = Array.Empty<byte>();
        for (var i = 0; i < blobs.Count; i++)
        {
            var (oid, size) = blobs[i];
            var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{oid} blob {size}\n"));
            var length = head.Length + size + 1;
            if (buffer.Length < length)
                buffer = new byte[length * 2];
            if (await answers.ReadAtLeastAsync(buffer.AsMemory(0, length), length, throwOnEndOfStream: false, cancellationToken) < length
                || !buffer.AsSpan().StartsWith(head))
                throw new InvalidDataException($"the blob {oid} can't be read.");
            show(i, buffer.AsMemory(head.Length, size));
        }
    }
}
