using Microsoft.Win32.SafeHandles;

namespace RepoHost.Hosting;

/// <summary>
/// The one way that bytes of a file reach a response: read at a position straight into the response's own buffers. It is faster than the framework's
/// SendFile, works under TLS and HTTP/2 alike, and notices a client that has left, which SendFile does not.
/// </summary>
internal static class FileBody
{
    private const int LargeStep = 256 * 1024;
    private const int SmallStep = 64 * 1024;
    private const int MemoryBudget = 32 * LargeStep;

    private static int _streaming;

    /// <summary>
    /// Streams <paramref name="count"/> bytes from <paramref name="offset"/>. Status and headers must be set. Returns early when the client has left;
    /// cuts the connection when the file is shorter than promised, so that nobody takes a part for the whole.
    /// </summary>
    public static async Task WriteAsync(HttpContext context, SafeFileHandle file, long offset, long count)
    {
        var writer = context.Response.BodyWriter;
        Interlocked.Increment(ref _streaming);
        try
        {
            while (count > 0)
            {
                var step = (int)Math.Min(StepFor(Volatile.Read(ref _streaming)), count);
                var memory = writer.GetMemory(step);
                var read = RandomAccess.Read(file, memory.Span[..step], offset);
                if (read == 0)
                {
                    context.Abort();
                    return;
                }

                writer.Advance(read);
                offset += read;
                count -= read;

                var flushed = await writer.FlushAsync(context.RequestAborted);
                if (flushed.IsCompleted || flushed.IsCanceled)
                    return;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _streaming);
        }
    }

    /// <summary>Steps shrink when many stream at once, so memory is bounded by a budget and not by the number of clients.</summary>
    private static int StepFor(int streaming) => Math.Clamp(MemoryBudget / Math.Max(1, streaming), SmallStep, LargeStep);
}
