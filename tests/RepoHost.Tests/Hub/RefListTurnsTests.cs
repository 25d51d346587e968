using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using RepoHost.Hub;
using RepoHost.Tests.Git;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Long lists of refs, which are made a few at a time.</summary>
public sealed class RefListTurnsTests(GitWorld world) : IClassFixture<GitWorld>
{
    [Fact]
    public async Task One_caller_makes_one_at_a_time_and_waits_five_seconds_for_the_next()
    {
        var time = new FakeTimeProvider();
        var turns = new RefListTurns(time);
        var cancel = TestContext.Current.CancellationToken;
        using var first = await turns.TryEnterAsync("mallory", cancel);
        var second = turns.TryEnterAsync("mallory", cancel).AsTask();
        Assert.False(second.IsCompleted);
        using var other = await turns.TryEnterAsync("ada", cancel);
        Assert.NotNull(other);
        time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await second);
    }

    [Fact]
    public async Task A_long_list_looks_as_a_short_one_does()
    {
        var record = await world.NewAsync();
        var address = $"/api/models/{record.FullName}/refs?include_prs=1";
        var (shortList, shortType) = await GetAsync(address);
        var folder = world.FolderOf(record);
        var tip = TestRepository.RunGit([$"--git-dir={folder}", "rev-parse", "main"]).Trim();
        TestRepository.RunGit(
            [$"--git-dir={folder}", "update-ref", "--stdin"], Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 1100).Select(i => $"create refs/heads/z{i:d4} {tip}\n"))));
        var (longList, longType) = await GetAsync(address);
        Assert.Equal(shortType, longType);
        Assert.Equal(shortList.EnumerateObject().Select(p => p.Name), longList.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["main", .. Enumerable.Range(0, 1100).Select(i => $"z{i:d4}")], longList.GetProperty("branches").EnumerateArray().Select(branch => branch.GetProperty("name").GetString()));
        Assert.Equal(shortList.GetProperty("branches")[0].ToString(), longList.GetProperty("branches")[0].ToString());
    }

    private async Task<(JsonElement List, string? Type)> GetAsync(string address)
    {
        using var response = await world.Client().GetAsync(address);
        response.EnsureSuccessStatusCode();
        return (JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement, response.Content.Headers.ContentType?.ToString());
    }
}
