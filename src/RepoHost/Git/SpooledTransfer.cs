using System.Buffers;
using RepoHost.Hosting;

namespace RepoHost.Git;

/// <summary>
/// The bytes of one transfer: the first in memory, all of a longer one in a file that has no name. One writes; any number may read from the beginning, also while
/// there is more to come.
/// </summary>
internal sealed class SpooledTransfer(TransferSpool spool, string caller, IDisposable turn) : IAsyncDisposable
{
    /// <summary>Longer transfers go to a file.</summary>
    public const int InMemory = 64 * 1024;

    private const int Step = 256 * 1024;

    private readonly Lock gate = new();
    private MemoryStream? beginning = new();
    private FileStream? created;
    private FileStream? file;
    private long room;
    private TaskCompletionSource? more;
    private Exception? fault;
    private bool complete;

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>The sender had more to send than was to be read, or than the disk could take.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Why a transfer is cut of which the disk could not take all; its beginning can be read.</summary>
    public IOException? DiskFault { get; private set; }

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (file is null && Length + bytes.Length > InMemory)
        {
            Reserve(Length);
            created = spool.CreateFile();
            await RandomAccess.WriteAsync(created.SafeFileHandle, beginning!.GetBuffer().AsMemory(0, (int)Length), 0, cancellationToken);
            lock (gate)
                (file, beginning) = (created, null);
        }

        if (file is not null)
        {
            Reserve(Length + bytes.Length);
            await RandomAccess.WriteAsync(file.SafeFileHandle, bytes, Length, cancellationToken);
        }

        lock (gate)
        {
            beginning?.Write(bytes.Span);
            Length += bytes.Length;
        }

        Announce();
    }

    /// <summary>Nothing more will be written. Readers that have everything are at the end, or get the fault.</summary>
    public void Complete(Exception? cause = null)
    {
        lock (gate)
            (complete, fault) = (true, cause);
        Announce();
    }

    /// <summary>Counts room that something else takes on behalf of this transfer.</summary>
    /// <exception cref="SpoolFullException">There is not so much.</exception>
    public void Reserve(long bytes)
    {
        if (bytes <= room)
            return;
        var wanted = (bytes - room + spool.Piece - 1) / spool.Piece * spool.Piece;
        spool.Take(caller, wanted);
        room += wanted;
    }

    /// <summary>Reads from the beginning, and at the end waits until there is more or it is complete.</summary>
    public Stream OpenRead() => new SpooledReader(this);

    internal async Task ReceiveAsync(Stream body, long limit, TransferPace pace, CancellationToken cancellationToken)
    {
        using var slow = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var watch = pace.TooSlow.ContinueWith(_ => slow.Cancel(), slow.Token, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        var buffer = ArrayPool<byte>.Shared.Rent(Step);
        try
        {
            while (true)
            {
                pace.BeginWait();
                var read = await body.ReadAsync(buffer.AsMemory(0, Step), slow.Token);
                pace.EndWait(read);
                if (read == 0)
                    break;
                IsCut = Length + read > limit;
                await WriteOrCutAsync(buffer.AsMemory(0, IsCut ? (int)(limit - Length) : read), cancellationToken);
                if (IsCut)
                    break;
            }

            Complete();
        }
        catch (OperationCanceledException) when (pace.TooSlow.IsCompleted && !cancellationToken.IsCancellationRequested)
        {
            throw SpoolFullException.TooSlow();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            await slow.CancelAsync();
            await watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WriteOrCutAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await WriteAsync(bytes, cancellationToken);
        }
        catch (IOException e) when (DiskFull.Is(e))
        {
            (IsCut, DiskFault) = (true, e);
            lock (gate)
            {
                // As long as nothing has gone to a file, memory has room for the beginning.
                var kept = file is null ? (int)Math.Min(InMemory - Length, bytes.Length) : 0;
                beginning?.Write(bytes.Span[..kept]);
                Length += kept;
            }
        }
    }

    /// <returns>0 at the end.</returns>
    internal async ValueTask<int> ReadAsync(Memory<byte> buffer, long position, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            FileStream? from;
            lock (gate)
            {
                var count = (int)Math.Min(buffer.Length, Length - position);
                if (count > 0 && file is null)
                {
                    beginning!.GetBuffer().AsMemory((int)position, count).CopyTo(buffer);
                    return count;
                }

                if (count == 0 && fault is not null)
                    throw new IOException("What was to be sent on broke off.", fault);
                if (count == 0 && complete)
                    return 0;
                (from, buffer) = count > 0 ? (file, buffer[..count]) : (null, buffer);
                wait = count > 0 ? Task.CompletedTask : (more ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }

            if (from is not null)
                return await RandomAccess.ReadAsync(from.SafeFileHandle, buffer, position, cancellationToken);
            await wait.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (created is not null)
            await created.DisposeAsync();
        if (room > 0)
            spool.GiveBack(caller, room);
        room = 0;
        turn.Dispose();
    }

    private void Announce()
    {
        TaskCompletionSource? waiting;
        lock (gate)
            (waiting, more) = (more, null);
        waiting?.SetResult();
    }
}
