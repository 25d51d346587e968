using System.Net;
using MaxMind.Db;
using Microsoft.Extensions.Options;
using RepoHost.Hosting;

namespace RepoHost.Gating.Regions;

/// <summary>
/// The operator's country file, read again when it has changed. A file that is missing or can't be read counts as none at all, so that nobody is let in by
/// what it said before. It is kept in memory, not mapped: a mapped file that is overwritten in place would end the process.
/// </summary>
internal sealed partial class CountryFile(IOptions<GeoOptions> options, TimeProvider time, ILogger<CountryFile> logger) : IDisposable
{
    /// <summary>Country files have about 10 MB; one with cities and more is of no use here.</summary>
    private const long MostBytes = 256 << 20;

    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    /// <summary>A file that was written so recently may have been read in the middle of it, and the rest need not show in its time.</summary>
    private static readonly TimeSpan Settles = TimeSpan.FromSeconds(2);

    private readonly string? _path = string.IsNullOrWhiteSpace(options.Value.CountryFile) ? null : Path.GetFullPath(options.Value.CountryFile);
    private readonly Lock _gate = new();
    private Reader? _reader;
    private Stamp? _read;
    private bool _settled;
    private long _lookedAt;
    private bool _looked;

    /// <summary>The operator wants one.</summary>
    public bool IsConfigured => _path is not null;

    /// <summary>There is a file, and it can be read.</summary>
    public bool IsThere
    {
        get
        {
            lock (_gate)
            {
                Look();
                return _reader is not null;
            }
        }
    }

    /// <summary>Null when the file does not know the address, and when there is no file.</summary>
    public Place? Find(IPAddress address)
    {
        // One at a time: a look-up takes microseconds, and the reader must not go while it is in use.
        lock (_gate)
        {
            Look();
            if (_reader is null)
                return null;
            try
            {
                return _reader.Find<Dictionary<string, object>>(address) is { } record ? Place.ReadOrNull(record) : null;
            }
            catch (ArgumentException)
            {
                // An IPv6 address, and a file that has none of those.
                return null;
            }
            catch (Exception e) when (IsDamage(e))
            {
                Log.Unreadable(logger, _path!, e.Message);
                _reader.Dispose();
                _reader = null;
                return null;
            }
        }
    }

    public void Dispose() => _reader?.Dispose();

    private void Look()
    {
        if (_path is null || (_looked && time.GetElapsedTime(_lookedAt) < LookEvery))
            return;
        (_looked, _lookedAt) = (true, time.GetTimestamp());
        var stamp = Stamp.Of(_path);
        if (stamp == _read && _settled)
            return;

        (_read, _settled) = (stamp, stamp.Length < 0 || time.GetUtcNow() - stamp.Written > Settles);
        _reader?.Dispose();
        _reader = Read(stamp);
    }

    private Reader? Read(Stamp stamp)
    {
        if (stamp.Length is < 0 or > MostBytes)
        {
            Log.Unreadable(logger, _path!, stamp.Length < 0 ? "there is no such file" : $"it is larger than {ByteCount.Of(MostBytes)}");
            return null;
        }

        try
        {
            using var bytes = new MemoryStream(File.ReadAllBytes(_path!));
            var reader = new Reader(bytes);
            Log.Loaded(logger, _path!, reader.Metadata.DatabaseType, reader.Metadata.BuildDate);
            return reader;
        }
        catch (Exception e) when (IsDamage(e) || e is IOException or UnauthorizedAccessException)
        {
            Log.Unreadable(logger, _path!, e.Message);
            return null;
        }
    }

    /// <summary>What the reader throws at bytes that are no country file, or only half of one.</summary>
    private static bool IsDamage(Exception e) => e is InvalidDatabaseException or DeserializationException or FormatException or OverflowException or InvalidCastException
        or IndexOutOfRangeException or ArgumentException or InvalidOperationException or NotSupportedException or EndOfStreamException or KeyNotFoundException;

    /// <param name="Length">-1: not there.</param>
    private sealed record Stamp(DateTime Written, long Length)
    {
        public static Stamp Of(string path)
        {
            // Of what a link leads to: the link itself stays when its target is replaced or lost.
            FileInfo file;
            try
            {
                file = new(path);
                file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            }
            catch (IOException)
            {
                return new(default, -1);
            }

            return file.Exists ? new(file.LastWriteTimeUtc, file.Length) : new(default, -1);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Country file {Path} is in use ({Type}, made {Made:yyyy-MM-dd})")]
        public static partial void Loaded(ILogger logger, string path, string type, DateTime made);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Country file {Path} can't be read, so nobody's place is known: {Reason}")]
        public static partial void Unreadable(ILogger logger, string path, string reason);
    }
}
