using System.Diagnostics;
using System.Text.Json;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>Two accounts that sent 40 kB a second in total once held every place for pushes, commits and fetches; all others got 503.</summary>
[Collection(LoadWorld.Collection)]
public sealed class SlowBodyAttackTests(LoadWorld world)
{
    /// <summary>More than the places that the server has of each kind.</summary>
    private const int SendersOfEach = 10;

    [Fact]
    public async Task Bodies_that_two_people_send_slowly_hold_nobody_up()
    {
        using var git = await PersonsGit.OfAsync(world.Author);
        var start = await ReadySendersAsync();
        var quiet = await WriteAndCloneAsync(git, "quiet");
        var refused = await LoadComparison.HoldsAsync(world.Download, start, answered: false);
        Assert.Empty(refused);

        await using var attack = start();
        attack.WaitUntilUnderWay();
        var loaded = await WriteAndCloneAsync(git, "loaded");
        Assert.Empty(attack.Statuses);
        // Once it was as long as a place was waited for, half a minute, and then the answer was 503.
        Assert.True(loaded < (5 * quiet) + TimeSpan.FromSeconds(5), $"it took {loaded}, and {quiet} in quiet");
    }

    private async Task<Func<Attack>> ReadySendersAsync()
    {
        using var client = world.Server.As(null);
        using var refs = JsonDocument.Parse(await client.GetStringAsync($"/api/models/{LoadWorld.Open}/refs"));
        var tip = refs.RootElement.GetProperty("branches")[0].GetProperty("targetCommit").GetString()!;
        SlowSender[] senders =
        [
            .. new[] { (LoadWorld.AttackersRepository, world.Attacker), (LoadWorld.SecondAttackersRepository, world.SecondAttacker) }.SelectMany(attacker =>
                Enumerable.Range(0, SendersOfEach / 2).SelectMany(number => (SlowSender[])
                [
                    number % 2 == 0 ? SlowSender.Push(attacker.Item1, attacker.Item2) : SlowSender.Commit(attacker.Item1, attacker.Item2),
                    SlowSender.Fetch(LoadWorld.Open, attacker.Item2, tip),
                ])),
        ];
        return () => Attack.Start(senders.Length, (number, cancellationToken) => senders[number].SendAsync(world.Server.Address, cancellationToken));
    }

    /// <summary>A commit, a clone and a push by the author, each of which must succeed.</summary>
    private async Task<TimeSpan> WriteAndCloneAsync(PersonsGit git, string name)
    {
        var began = Stopwatch.GetTimestamp();
        await world.CommitAsync(world.Author, LoadWorld.Open, "main", $"{name}.txt", name);
        await git.RunAsync("clone", "-q", $"{world.Server.Base}/{LoadWorld.Open}", name);
        await File.WriteAllTextAsync(git.File($"{name}/pushed-{name}.txt"), name);
        await git.CommitAsync(name);
        await git.InAsync(name, "push", "-q", "origin", "main");
        return Stopwatch.GetElapsedTime(began);
    }
}
