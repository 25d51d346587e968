using System.Threading.Channels;

namespace RepoHost.Data;

/// <summary>Wakes whoever sends mails when this process has written rows for it. Rows of other processes are found by looking now and then.</summary>
internal sealed class OutboxBell
{
    private readonly Channel<bool> rung = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>After the commit.</summary>
    public void Ring() => rung.Writer.TryWrite(true);

    /// <summary>Returns when it was rung since the last time, or when the time is over.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pause = Task.Delay(atMost, time, patience.Token);
        await Task.WhenAny(rung.Reader.WaitToReadAsync(patience.Token).AsTask(), pause);
        await patience.CancelAsync();
        rung.Reader.TryRead(out _);
        cancellationToken.ThrowIfCancellationRequested();
    }
}
