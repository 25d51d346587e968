using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RepoHost.Tests.Git;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>
/// Threat rows 9 and 14: whichever verb, query and method is put together, on a gated repository only the few combinations of the tables below succeed, and no
/// file of the repository has an address.
/// </summary>
public sealed class GitVerbTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private const string FetchType = "application/x-git-upload-pack-request";
    private const string PushType = "application/x-git-receive-pack-request";
    private const string LfsType = "application/vnd.git-lfs+json";

    /// <summary>All that is answered with 2xx; nobody and the stranger have no row with contents in it.</summary>
    private static readonly HashSet<string> Allowed =
    [
        "writer GET info/refs?service=git-upload-pack",
        "writer GET info/refs?service=git-receive-pack",
        "writer POST git-upload-pack",
        "writer POST git-receive-pack",
        "writer POST info/lfs/objects/batch download",
        "writer POST info/lfs/objects/batch upload",
    ];

    [Fact]
    public async Task Only_the_combinations_of_the_table_succeed()
    {
        var download = LfsWorld.Body("download", (LfsWorld.Sha(Encoding.UTF8.GetBytes(GatedWorld.LfsText)), GatedWorld.LfsText.Length));
        var upload = LfsWorld.Body("upload", (new string('a', 64), 5));
        var succeeded = new HashSet<string>();
        foreach (var (target, query, type, body) in new[]
        {
            ("info/refs", "", FetchType, ""), ("info/refs", "?service=", FetchType, ""), ("info/refs", "?service=x", FetchType, ""), ("info/refs", "?service=git-upload-archive", FetchType, ""),
            ("info/refs", "?service=git-upload-pack", FetchType, "0000"), ("info/refs", "?service=git-receive-pack", PushType, "0000"), ("info/refs", "?service=GIT-UPLOAD-PACK", FetchType, ""),
            ("git-upload-pack", "", FetchType, "0000"), ("git-receive-pack", "", PushType, "0000"), ("git-upload-archive", "", "application/x-git-upload-archive-request", "0000"),
            ("info/lfs/objects/batch", "", LfsType, download), ("info/lfs/objects/batch", "", LfsType, upload), ("info/lfs/objects/batch", "?operation=download", LfsType, """{"operation":"x","objects":[]}"""),
            ("objects/x", "", FetchType, "0000"), ("info/lfs/objects/x", "", LfsType, download),
        })
        {
            foreach (var method in (string[])["GET", "POST", "PUT", "DELETE", "HEAD"])
            {
                foreach (var caller in (string[])["nobody", "stranger", "writer"])
                {
                    using var response = await SendAsync(caller, method, $"/acme/gated.git/{target}{query}", type, body);
                    var operation = body == download ? " download" : body == upload ? " upload" : "";
                    if (response.IsSuccessStatusCode)
                        succeeded.Add($"{caller} {method} {target}{query}{operation}");
                    Assert.True((int)response.StatusCode < 500, $"{caller} {method} {target}{query}: {response.StatusCode}");
                }
            }
        }

        Assert.Equal(Allowed.Order(), succeeded.Order());
    }

    /// <summary>Threat row 14, with everybody that there is, by token and by session, and with names of files that really exist.</summary>
    [Fact]
    public async Task No_file_of_a_repository_has_an_address_for_anybody()
    {
        var folder = world.Services.GetService(typeof(RepoHost.Git.GitRepositories)) is RepoHost.Git.GitRepositories repositories ? repositories.PathOf(world.Gated.Id) : "";
        var tip = TestRepository.RunGit([$"--git-dir={folder}", "rev-parse", "main"]).Trim();
        var stored = Directory.EnumerateFiles(Path.Combine(folder, "objects"), "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(folder, file)).ToArray();
        Assert.NotEmpty(stored);
        string[] paths = ["info/refs", "objects/info/packs", "objects/info/alternates", "objects/info/http-alternates", $"objects/{tip[..2]}/{tip[2..]}", "HEAD", "config", "packed-refs", "refs/heads/main", .. stored.Take(4)];
        string[] unknown = ["nobody", "junk", "revoked", "disabled"];
        var callers = world.Tokens.Select(token => (token.Key, token.Value, (string?)null)).Concat(world.Sessions.Select(session => (session.Key, (string?)null, (string?)session.Value)));
        foreach (var (caller, token, session) in callers)
        {
            foreach (var path in paths)
            {
                foreach (var suffix in (string[])["", ".git"])
                {
                    using var request = new HttpRequestMessage(HttpMethod.Get, $"/acme/gated{suffix}/{path}");
                    if (session is not null)
                        request.Headers.Add("Cookie", session);
                    using var response = await world.Client(token).SendAsync(request);
                    Assert.True(
                        response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.NotFound || (unknown.Contains(caller) && response.StatusCode == HttpStatusCode.Unauthorized),
                        $"{caller} {suffix}/{path}: {response.StatusCode}");
                    Assert.DoesNotContain(tip, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
                }
            }
        }
    }

    private async Task<HttpResponseMessage> SendAsync(string caller, string method, string url, string type, string body)
    {
        using var request = new HttpRequestMessage(new(method), url);
        if (method is "POST" or "PUT" or "DELETE")
        {
            request.Content = new ByteArrayContent(Encoding.ASCII.GetBytes(body));
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(type);
        }

        return await world.Client(world.Tokens[caller]).SendAsync(request);
    }
}
