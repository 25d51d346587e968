using Microsoft.Extensions.Options;
using RepoHost.Hosting;

namespace RepoHost.Git;

/// <summary>
/// Where bodies wait until they are whole, and answers until their readers have taken them, so that nobody holds a process while a slow connection does its part.
/// Bounded in bytes and in number, for all and for one caller. Nothing here survives the process, and nothing needs to.
/// </summary>
internal sealed class TransferSpool : IHostedService
{
    /// <summary>How many transfers are kept at once; the first part of each is in memory.</summary>
    public const int MostTransfers = 512;

    /// <summary>The pace in bytes per second that a sender must keep while others find no room.</summary>
    private const long PaceUnderPressure = 64_000;

    /// <summary>A caller who holds more than one in so many of all bytes leaves a quarter of them for those who hold less.</summary>
    private const int SmallShare = 64;

    private static readonly TimeSpan PressureLasts = TimeSpan.FromSeconds(10);

    private readonly string folder;
    private readonly long most;
    private readonly GitSessions sessions;
    private readonly TimeProvider time;
    private readonly FairPlaces turns;
    private readonly Lock gate = new();
    private readonly Dictionary<string, long> held = new(StringComparer.Ordinal);
    private long total;
    private long? refusedAt;

    public TransferSpool(IOptions<GitOptions> git, IOptions<GitHttpOptions> http, GitSessions sessions, TimeProvider time)
    {
        (folder, most, this.sessions, this.time) = (git.Value.SpoolFolder, http.Value.SpoolBytes, sessions, time);
        Piece = Math.Clamp(most / 1024, 64 * 1024, 4 << 20);
        turns = new FairPlaces(new FairShares(MostTransfers) { Patience = TimeSpan.FromSeconds(http.Value.QueueSeconds) }, time);
    }

    /// <summary>What one caller may have here in bytes, and so the largest body.</summary>
    public long LargestBody => most / 4 / Piece * Piece;

    /// <summary>Room is taken in pieces of this size, so that it is not counted for every buffer.</summary>
    internal long Piece { get; }

    /// <summary>Transfers and bytes that are kept at the moment.</summary>
    public (int Transfers, long Bytes) Held
    {
        get
        {
            lock (gate)
                return (turns.Count.Taken, total);
        }
    }

    /// <summary>Begins a transfer that is kept here until it is disposed.</summary>
    /// <param name="caller">A person's id, or a network where nobody is known.</param>
    /// <exception cref="SpoolFullException">Too many are kept already.</exception>
    public async Task<SpooledTransfer> OpenAsync(string caller, CancellationToken cancellationToken) =>
        new(this, caller, await turns.TryEnterAsync(caller, cancellationToken) ?? throw SpoolFullException.All());

    /// <summary>The same without waiting; null when there is no turn at once.</summary>
    public SpooledTransfer? TryOpen(string caller) => turns.TryEnter(caller) is { } turn ? new SpooledTransfer(this, caller, turn) : null;

    /// <summary>Receives a body to its end, without holding anything that others need.</summary>
    /// <param name="limit">How many bytes are read at most; <see cref="LargestBody"/> holds as well.</param>
    /// <param name="cutWhenFull">A body that the disk can't take is cut too: its protocol has words of its own for that.</param>
    /// <returns>The body; <see cref="SpooledTransfer.IsCut"/> when there is more of it.</returns>
    /// <exception cref="IOException">The disk is full.</exception>
    /// <exception cref="SpoolFullException">There is no room, or the sender is too slow while others wait for room.</exception>
    /// <exception cref="TimeoutException">The time was up that a transfer may take.</exception>
    public async Task<SpooledTransfer> ReceiveAsync(string caller, Stream body, long limit, CancellationToken cancellationToken, bool cutWhenFull = false)
    {
        var transfer = await OpenAsync(caller, cancellationToken);
        try
        {
            using var pace = new TransferPace(PaceUnderPressure, () => OthersWait(caller), time);
            await sessions.WithinTimeAsync(ct => transfer.ReceiveAsync(body, Math.Min(limit, LargestBody), pace, ct), cancellationToken);
            return transfer.DiskFault is { } full && !cutWhenFull ? throw new IOException(full.Message, full.HResult) : transfer;
        }
        catch
        {
            await transfer.DisposeAsync();
            throw;
        }
    }

    /// <summary>Removes what a killed server has left.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            try
            {
                File.Delete(file);
            }
            catch (IOException)
            {
                // In use: on some systems an open file can't be deleted. It goes when it is closed.
            }
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>A file without a name wherever the system knows such: it is gone with the process, however that ends.</summary>
    internal FileStream CreateFile()
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        var options = FileOptions.Asynchronous | (OperatingSystem.IsWindows() ? FileOptions.DeleteOnClose : FileOptions.None);
        var file = new FileStream(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0, options);
        if (!OperatingSystem.IsWindows())
            File.Delete(path);
        return file;
    }

    /// <exception cref="SpoolFullException">There is no room for so much more.</exception>
    internal void Take(string caller, long bytes)
    {
        lock (gate)
        {
            var own = held.GetValueOrDefault(caller) + bytes;
            if (own > LargestBody)
                throw SpoolFullException.Own();
            var free = most - total - bytes;
            if (free < (own > most / SmallShare ? most / 4 : 0))
            {
                refusedAt = time.GetTimestamp();
                throw SpoolFullException.All();
            }

            held[caller] = own;
            total += bytes;
        }
    }

    internal void GiveBack(string caller, long bytes)
    {
        lock (gate)
        {
            total -= bytes;
            if ((held[caller] -= bytes) == 0)
                held.Remove(caller);
        }
    }

    private bool OthersWait(string caller)
    {
        lock (gate)
        {
            if (refusedAt is { } at && time.GetElapsedTime(at) < PressureLasts)
                return true;
        }

        return turns.OthersWait(caller);
    }
}
