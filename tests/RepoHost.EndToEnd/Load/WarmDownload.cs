using System.Diagnostics;
using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>A small file that somebody downloads over and over, on one connection.</summary>
public sealed class WarmDownload(Uri address, string target, string token)
{
    private readonly byte[] request = RawRequest.Get(target, token);

    /// <summary>Downloads with short rests, for so long; what has begun by then is waited for.</summary>
    public async Task<Latencies> MeasureAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        using var connection = new RawConnection(address);
        for (var warm = 0; warm < 3; warm++)
            await DownloadAsync(connection, cancellationToken);
        var taken = new List<double>();
        for (var began = Stopwatch.GetTimestamp(); taken.Count == 0 || Stopwatch.GetElapsedTime(began) < duration;)
        {
            var sent = Stopwatch.GetTimestamp();
            await DownloadAsync(connection, cancellationToken);
            taken.Add(Stopwatch.GetElapsedTime(sent).TotalMilliseconds);
            await Task.Delay(1, cancellationToken);
        }

        return new Latencies(taken);
    }

    private async Task DownloadAsync(RawConnection connection, CancellationToken cancellationToken) =>
        Assert.Equal(200, await connection.ExchangeAsync(request, cancellationToken));
}
