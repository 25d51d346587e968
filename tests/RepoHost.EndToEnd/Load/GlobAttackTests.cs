using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>
/// Two kilobytes of patterns once took seconds, since each pattern was tried from every folder on the way, for every folder on the way, and for every
/// beginning of the path: three such callers made everybody else's download 1,500 ms long instead of half a millisecond.
/// </summary>
[Collection(LoadWorld.Collection)]
public sealed class GlobAttackTests(LoadWorld world)
{
    /// <summary>Three were enough while the server had few threads; it makes more of them within seconds, which then share the processors.</summary>
    private const int Attackers = 8;

    [Fact]
    public async Task Patterns_of_a_preupload_do_not_slow_downloads_down()
    {
        const string Pattern = "**/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/b/**";
        var path = string.Join('/', Enumerable.Repeat("a", 300));
        var rules = string.Concat(Enumerable.Repeat(Pattern + "\n", 4));
        var attributes = rules.Replace("\n", " filter=lfs\n", StringComparison.Ordinal);
        var body = new { gitIgnore = rules, gitAttributes = attributes, files = new[] { new { path, size = 3 } } };
        var request = RawRequest.Json("POST", $"/api/models/{LoadWorld.AttackersRepository}/preupload/main", world.Attacker, body);
        Assert.InRange(request.Length, 500, 2200);
        var statuses = await LoadComparison.HoldsAsync(world.Download, () => Attack.Start(world.Server.Address, Attackers, request));
        Assert.Equal([200], statuses.Keys);
    }

    [Fact]
    public async Task Neither_do_bodies_as_large_as_they_may_be()
    {
        var paths = Enumerable.Range(0, 100).Select(n => $"{n}/{string.Join('/', Enumerable.Repeat("a", 400))}");
        var rules = string.Concat(Enumerable.Repeat("**/a*a*a*a*a*a/**/?/**/a*/**/b\n", 8000));
        var body = new { gitIgnore = rules, files = paths.Select(path => new { path, size = 3 }) };
        var request = RawRequest.Json("POST", $"/api/models/{LoadWorld.AttackersRepository}/preupload/main", world.Attacker, body);
        var statuses = await LoadComparison.HoldsAsync(world.Download, () => Attack.Start(world.Server.Address, 3, request));
        Assert.All(statuses.Keys, status => Assert.True(status is 422 or 503, $"{status}"));
    }
}
