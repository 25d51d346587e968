using System.Diagnostics;
using System.Globalization;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Writing;

/// <summary>
/// The server is killed again and again while a push, an LFS upload and a commit are under way. What was acknowledged is there afterwards and reads back whole;
/// what was not is there whole or not at all; the next write goes through.
/// </summary>
public sealed class KilledServerTests
{
    private const int Seed = 20261124;

    // Writes take a tenth of a second each on a quiet machine and several on a busy one: most moments of one are met, and most are acknowledged.
    private const int LongestMilliseconds = 600;

    [Fact]
    public Task Acknowledged_writes_survive_and_half_ones_are_never_seen() => KillAsync(rounds: 40);

    [Fact(Explicit = true)]
    public Task So_they_do_many_times() => KillAsync(rounds: 250);

    private static async Task KillAsync(int rounds)
    {
        Requires.Tool("git-lfs");
        var chance = new Seeded(Seed);
        await using var server = await HubServer.StartAsync();
        using var writes = await KilledWrites.BeginAsync(server);
        string[] kinds = ["push", "commit", "upload"];
        var (acknowledged, killedUnderWay) = (new int[kinds.Length], 0);

        // How long the writes take after a start, on this machine at this moment: the kills are to come before their end and after it.
        await server.KillAndRestartAsync(withChildren: false);
        var began = Stopwatch.GetTimestamp();
        await Task.WhenAll(writes.StartRound(0, chance));
        var longest = Math.Clamp((int)Stopwatch.GetElapsedTime(began).TotalMilliseconds, LongestMilliseconds, 3 * LongestMilliseconds);
        await writes.CheckAsync(0);
        for (var round = 1; round <= rounds; round++)
        {
            var work = writes.StartRound(round, chance);
            await Task.Delay(chance.Between(0, longest), TestContext.Current.CancellationToken);
            var underWay = work.Count(task => !task.IsCompleted);
            await server.KillAndRestartAsync(withChildren: round % 2 == 1);
            var done = await Task.WhenAll(work);
            for (var kind = 0; kind < kinds.Length; kind++)
                acknowledged[kind] += done[kind] ? 1 : 0;
            killedUnderWay += underWay > 0 ? 1 : 0;
            await writes.CheckAsync(round);
        }

        await writes.CheckEverythingAsync();
        var counted = string.Join(", ", kinds.Zip(acknowledged, (kind, count) => string.Create(CultureInfo.InvariantCulture, $"{kind}: {count}")));
        TestContext.Current.TestOutputHelper?.WriteLine(string.Create(CultureInfo.InvariantCulture, $"acknowledged {counted}; {killedUnderWay} of {rounds} kills met a write under way"));
        Assert.True(killedUnderWay > rounds / 4, $"only {killedUnderWay} of {rounds} kills met a write under way: the delays no longer fit");
        Assert.True(acknowledged.Sum() > rounds / 4, $"too few writes were acknowledged ({counted}): the delays no longer fit");

        // One kind that is always cut off would leave what it acknowledges unproven.
        Assert.True(acknowledged.All(count => count >= rounds / 20), $"one kind was hardly ever acknowledged ({counted}): the delays no longer fit");
    }
}
