using System.IO.Pipelines;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.SmartHttp;

/// <summary>
/// Hands what git writes to a client. A client that reads too slowly while others wait for the place of the process gets the rest from the spool: git can then end,
/// and the client goes on at its own pace.
/// </summary>
internal sealed class PackRelay(PipeWriter response, TransferPace pace, Func<SpooledTransfer?> openSpool) : IAsyncDisposable
{
    private const int Step = 64 * 1024;

    private readonly CancellationTokenSource stop = new();
    private SpooledTransfer? spooled;
    private Task? sending;

    /// <summary>Whether the client was too slow, so that the rest goes by the spool.</summary>
    public bool HasMoved => spooled is not null;

    /// <summary>Ends when git has written everything; a client that was moved off the process may still be reading.</summary>
    /// <exception cref="SpoolFullException">The client is too slow, and there is no room for the rest.</exception>
    public async Task DrainAsync(byte[] before, Stream output, CancellationToken cancellationToken)
    {
        await using var _ = cancellationToken.UnsafeRegister(source => ((CancellationTokenSource)source!).Cancel(), stop);
        if (before.Length > 0)
            await response.WriteAsync(before, stop.Token);
        for (int read; (read = await output.ReadAsync(response.GetMemory(Step), cancellationToken)) > 0;)
        {
            response.Advance(read);
            pace.BeginWait();
            var flushing = response.FlushAsync(stop.Token).AsTask();
            if (!flushing.IsCompleted && await Task.WhenAny(flushing, pace.TooSlow) != flushing)
            {
                await SpoolRestAsync(flushing, output, cancellationToken);
                return;
            }

            ThrowIfGone(await flushing);
            pace.EndWait(read);
        }
    }

    /// <summary>Waits until a client that was moved off the process has everything.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        if (sending is null)
            return;
        await using var _ = cancellationToken.UnsafeRegister(source => ((CancellationTokenSource)source!).Cancel(), stop);
        await sending;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        if (sending is not null)
            await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (spooled is not null)
            await spooled.DisposeAsync();
        stop.Dispose();
    }

    private async Task SpoolRestAsync(Task<FlushResult> flushing, Stream output, CancellationToken cancellationToken)
    {
        // Whatever happens here, the flush is somebody's to wait for.
        sending = flushing;
        spooled = openSpool() ?? throw SpoolFullException.TooSlow();
        sending = SendAsync(flushing, spooled);
        try
        {
            var buffer = new byte[256 * 1024];
            for (int read; (read = await output.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                if (sending.IsCompleted)
                    await sending;
                await spooled.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            spooled.Complete();
        }
        catch (Exception e)
        {
            spooled.Complete(e);
            throw;
        }
    }

    private async Task SendAsync(Task<FlushResult> flushing, SpooledTransfer rest)
    {
        ThrowIfGone(await flushing);
        await using var from = rest.OpenRead();
        for (int read; (read = await from.ReadAsync(response.GetMemory(Step), stop.Token)) > 0;)
        {
            response.Advance(read);
            ThrowIfGone(await response.FlushAsync(stop.Token));
        }
    }

    private static void ThrowIfGone(FlushResult flushed)
    {
        if (flushed.IsCompleted || flushed.IsCanceled)
            throw new OperationCanceledException("The client has left.");
    }
}
