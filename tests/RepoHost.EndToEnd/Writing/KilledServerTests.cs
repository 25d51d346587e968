using System.Diagnostics;
using System.Globalization;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Writing;

/// <summary>
/// The server is killed a hundred times while a push, an LFS upload and a commit are under way. What was acknowledged is there afterwards and reads back whole;
/// what was not is there whole or not at all; the next write goes through.
/// </summary>
public sealed class KilledServerTests
{
    private const int Rounds = 100;
    private const int Seed = 20261124;

    // Writes take about a tenth of a second each, so that most moments of one are met.
    private const int LongestMilliseconds = 350;

    [Fact]
    public async Task Acknowledged_writes_survive_and_half_ones_are_never_seen()
    {
        Requires.Tool("git-lfs");
        var chance = new Seeded(Seed);
        await using var server = await HubServer.StartAsync();
        using var writes = await KilledWrites.BeginAsync(server);
        var (acknowledged, killedUnderWay) = (0, 0);
        for (var round = 0; round < Rounds; round++)
        {
            var work = writes.StartRound(round, chance);
            await Task.Delay(chance.Between(0, LongestMilliseconds), TestContext.Current.CancellationToken);
            var underWay = work.Count(task => !task.IsCompleted);
            await server.KillAndRestartAsync(withChildren: round % 2 == 1);
            acknowledged += (await Task.WhenAll(work)).Count(done => done);
            killedUnderWay += underWay > 0 ? 1 : 0;
            await writes.CheckAsync(round);
        }

        await writes.CheckEverythingAsync();
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{acknowledged} writes were acknowledged, {killedUnderWay} of {Rounds} kills met one under way"));
        Assert.True(killedUnderWay > Rounds / 4, $"only {killedUnderWay} of {Rounds} kills met a write under way: the delays no longer fit");
        Assert.True(acknowledged > Rounds / 4, $"only {acknowledged} writes were acknowledged: the delays no longer fit");
    }
}
