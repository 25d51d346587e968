using System.Diagnostics;
using System.Net.Http.Json;
using System.Threading.Channels;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Access;

/// <summary>
/// Fifty downloads run at any time while the author takes access away and gives it back. What began after the answer to the author must obey it;
/// what was under way may end either way.
/// </summary>
internal static class RevocationStory
{
    private const int Downloads = 50;

    public static async Task TellAsync(HubServer server, string id, string owner, string user, string token, int rounds)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var author = server.As(owner);
        using var reader = server.As(token);
        var ended = Channel.CreateUnbounded<Download>(new() { SingleReader = true });
        var workers = Enumerable.Range(0, Downloads).Select(_ => DownloadUntilAsync(reader, id, ended.Writer, stop.Token)).ToArray();
        try
        {
            for (var round = 0; round < rounds; round++)
            {
                await AllBegunSinceAsync(Stopwatch.GetTimestamp(), ended.Reader, expected: 200);
                await AllBegunSinceAsync(await ReviewAsync(author, id, user, "rejected"), ended.Reader, expected: 403);
                await ReviewAsync(author, id, user, "accepted");
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(workers);
        }
    }

    /// <summary>Of the downloads that began after the given moment, each of the next hundred must have ended as expected.</summary>
    private static async Task AllBegunSinceAsync(long moment, ChannelReader<Download> ended, int expected)
    {
        for (var counted = 0; counted < 2 * Downloads;)
        {
            var download = await ended.ReadAsync(TestContext.Current.CancellationToken);
            if (download.Began <= moment)
                continue;
            Assert.True(
                download.Status == expected,
                $"A download that began {Stopwatch.GetElapsedTime(moment, download.Began).TotalMilliseconds} ms after the answer got {download.Status}, not {expected}.");
            counted++;
        }
    }

    private static async Task<long> ReviewAsync(HttpClient author, string id, string user, string status)
    {
        using var response = await author.PostAsJsonAsync(
            $"/api/models/{id}/user-access-request/handle", new { user, status }, TestContext.Current.CancellationToken);
        Assert.Equal(200, (int)response.StatusCode);
        return Stopwatch.GetTimestamp();
    }

    private static async Task DownloadUntilAsync(HttpClient reader, string id, ChannelWriter<Download> ended, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var began = Stopwatch.GetTimestamp();
            try
            {
                using var response = await reader.GetAsync($"/{id}/resolve/main/weights.bin", stop);
                ended.TryWrite(new Download(began, (int)response.StatusCode));
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (HttpRequestException failure)
            {
                ended.TryComplete(failure);
                return;
            }
        }
    }

    private sealed record Download(long Began, int Status);
}
