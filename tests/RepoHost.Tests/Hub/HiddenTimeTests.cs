using System.Diagnostics;
using System.Net;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// A private repository answers strangers like one that does not exist, also to a stopwatch: it once answered from memory in a third of the time that the database takes
/// to find nothing.
/// </summary>
public sealed class HiddenTimeTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private const int Rounds = 60;

    [Theory]
    [InlineData("nobody")]
    [InlineData("stranger")]
    public async Task A_stopwatch_does_not_tell_a_hidden_repository_from_a_missing_one(string who)
    {
        using var client = world.Client(world.Tokens[who]);
        string[] urls = ["/acme/private/resolve/main/config.json", "/acme/nothing/resolve/main/config.json", "/api/models/acme/private", "/api/models/acme/nothing"];
        var times = urls.ToDictionary(url => url, _ => new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            // Taking turns, so that whatever else the machine does hits all alike.
            foreach (var url in urls)
            {
                var start = Stopwatch.GetTimestamp();
                using var response = await client.GetAsync(url);
                times[url].Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                Assert.Equal(who == "nobody" ? HttpStatusCode.Unauthorized : HttpStatusCode.NotFound, response.StatusCode);
            }
        }

        foreach (var (hidden, missing) in new[] { (urls[0], urls[1]), (urls[2], urls[3]) })
            Assert.InRange(Median(times[hidden]) / Median(times[missing]), 0.75, 1.33);
    }

    private static double Median(List<double> times) => times.Order().ElementAt(times.Count / 2);
}
