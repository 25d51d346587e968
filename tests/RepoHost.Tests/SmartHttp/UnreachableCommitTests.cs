using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>
/// Threat row 12: a commit that no branch has any more is still in the repository. Git protocol v2 hands out what is asked for by name, so nothing but the gate
/// may stand between it and a stranger.
/// </summary>
public sealed class UnreachableCommitTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private string Url => $"{world.Address.ToString().TrimEnd('/')}/acme/gated";

    [Fact]
    public async Task What_was_forced_away_stays_behind_the_gate_however_it_is_asked_for()
    {
        var lost = LoseACommit("forced");
        foreach (var revision in (string[])[lost, lost[..12], lost[..7]])
        {
            Assert.Equal(HttpStatusCode.Forbidden, await ResolveAsync("stranger", revision));
            Assert.Equal(HttpStatusCode.Unauthorized, await ResolveAsync("nobody", revision));
        }

        // The gate is about who asks; whoever may download may name any commit in full.
        Assert.Equal(HttpStatusCode.OK, await ResolveAsync("accepted", lost));
        foreach (var (caller, expected) in new[] { ("stranger", HttpStatusCode.Forbidden), ("pending", HttpStatusCode.Forbidden), ("nobody", HttpStatusCode.Unauthorized), ("accepted", HttpStatusCode.OK) })
        {
            var (status, answer) = await WantAsync(caller, lost);
            Assert.Equal(expected, status);
            Assert.Equal(expected == HttpStatusCode.OK, answer.Contains("PACK", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void The_real_git_fetches_it_by_its_hash_only_as_whoever_passes_the_gate()
    {
        var lost = LoseACommit("fetched");
        foreach (var (caller, allowed) in new[] { ("stranger", false), ("rejected", false), ("accepted", true) })
        {
            using var git = new GitClient(world.Tokens[caller]);
            git.Must("init", "-q", "work");
            Assert.Equal(allowed, git.TryIn("work", "fetch", "-q", Url, lost).Succeeded);
            Assert.Equal(allowed, git.TryIn("work", "cat-file", "-e", lost).Succeeded);
        }
    }

    /// <summary>A replaced object would be served under the name of another.</summary>
    [Fact]
    public void A_replacement_of_an_object_can_not_be_pushed()
    {
        using var git = new GitClient(world.Tokens["author"]);
        git.Must("clone", "-q", Url, "work");
        var tip = git.In("work", "rev-parse", "HEAD").Trim();
        git.Write("work/replacement.txt", "other\n");
        git.Commit("work");
        var answer = git.TryIn("work", "push", "origin", $"HEAD:refs/replace/{tip}");
        Assert.False(answer.Succeeded);
        Assert.Contains("remote: ", answer.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("refs/replace/", git.In("work", "ls-remote", "origin"), StringComparison.Ordinal);
    }

    /// <summary>Pushes a commit to a branch of its own and forces the branch back; its id is all that is left of it.</summary>
    private string LoseACommit(string branch)
    {
        using var git = new GitClient(world.Tokens["writer"]);
        git.Must("clone", "-q", Url, "work");
        git.Write("work/lost.txt", $"{branch}\n");
        git.Commit("work");
        git.In("work", "push", "-q", "origin", $"HEAD:refs/heads/{branch}");
        git.In("work", "push", "-q", "--force", "origin", $"origin/main:refs/heads/{branch}");
        return git.In("work", "rev-parse", "HEAD").Trim();
    }

    private async Task<HttpStatusCode> ResolveAsync(string caller, string revision)
    {
        using var response = await world.Client(world.Tokens[caller]).GetAsync($"{Url}/resolve/{revision}/lost.txt");
        return response.StatusCode;
    }

    /// <summary>A fetch of that one commit in version 2 (gitprotocol-v2), without having seen what is advertised.</summary>
    private async Task<(HttpStatusCode Status, string Answer)> WantAsync(string caller, string commit)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{Url}/git-upload-pack");
        request.Headers.Add("Git-Protocol", "version=2");
        request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes($"0012command=fetch\n00010032want {commit}\n0009done\n0000"));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-upload-pack-request");
        using var response = await world.Client(world.Tokens[caller]).SendAsync(request);
        return (response.StatusCode, Encoding.Latin1.GetString(await response.Content.ReadAsByteArrayAsync()));
    }
}
