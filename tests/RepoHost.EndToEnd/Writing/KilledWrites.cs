using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Writing;

/// <summary>The writes of <see cref="KilledServerTests"/>: each on a branch of its own, with all that was acknowledged kept to be asked for again.</summary>
internal sealed class KilledWrites : IDisposable
{
    private const string Id = "kim/killed";

    private readonly HubServer server;
    private readonly string token;
    private readonly PersonsGit git;
    private readonly Dictionary<string, byte[]> acknowledgedFiles = [];
    private readonly Dictionary<string, byte[]> acknowledgedObjects = [];
    private Round current = new("", "", [], []);

    private KilledWrites(HubServer server, string token, PersonsGit git) => (this.server, this.token, this.git) = (server, token, git);

    public static async Task<KilledWrites> BeginAsync(HubServer server)
    {
        var token = await server.AddPersonAsync("kim", "write");
        using var client = server.As(token);
        await MustAsync(client.PostAsJsonAsync("/api/repos/create", new { name = "killed" }));
        await MustAsync(client.PostAsJsonAsync($"/api/models/{Id}/branch/api", new { }));
        var git = await PersonsGit.OfAsync(token);
        await git.RunAsync("clone", "-q", $"{server.Base}/{Id}", "work");
        return new KilledWrites(server, token, git);
    }

    /// <summary>A push to main, a commit to another branch, and an upload of an LFS object, at once and in this order. Each says whether it was acknowledged.</summary>
    public IReadOnlyList<Task<bool>> StartRound(int number, Seeded chance)
    {
        current = new($"pushed-{number}.dat", $"committed-{number}.dat", chance.Bytes(1000, 200_000), chance.Bytes(1000, 200_000)) { Object = chance.Bytes(1000, 2_000_000) };
        return [Task.Run(() => QuietlyAsync(PushAsync)), Task.Run(() => QuietlyAsync(CommitAsync)), Task.Run(() => QuietlyAsync(UploadAsync))];
    }

    /// <summary>What this round has left: all of it or nothing of it.</summary>
    public async Task CheckAsync(int number)
    {
        using var client = server.As(token);
        await CheckFileAsync(client, "main", current.PushedPath, current.Pushed);
        await CheckFileAsync(client, "api", current.CommittedPath, current.Committed);
        var oid = Convert.ToHexStringLower(SHA256.HashData(current.Object));
        if (await DownloadAsync(client, oid, current.Object.Length) is { } stored)
            Assert.Equal(current.Object, stored);
        else
            Assert.DoesNotContain(oid, acknowledgedObjects.Keys);
        if (number % 20 == 19)
            await FsckAsync();
    }

    /// <summary>All that was ever acknowledged, and the repository itself; and the next push goes through.</summary>
    public async Task CheckEverythingAsync()
    {
        using var client = server.As(token);
        foreach (var (place, content) in acknowledgedFiles)
            Assert.Equal(content, await client.GetByteArrayAsync($"/{Id}/resolve/{place}"));
        foreach (var (oid, content) in acknowledgedObjects)
            Assert.Equal(content, await DownloadAsync(client, oid, content.Length));
        await FsckAsync();
        current = new("last.dat", "last-committed.dat", [1, 2, 3], [4, 5, 6]) { Object = [7, 8, 9] };
        Assert.True(await PushAsync());
        Assert.True(await CommitAsync());
        Assert.True(await UploadAsync());
    }

    public void Dispose() => git.Dispose();

    private async Task CheckFileAsync(HttpClient client, string branch, string path, byte[] content)
    {
        using var response = await client.GetAsync($"/{Id}/resolve/{branch}/{path}");
        if (response.StatusCode == HttpStatusCode.NotFound)
            Assert.DoesNotContain($"{branch}/{path}", acknowledgedFiles.Keys);
        else
            Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
    }

    private async Task<bool> PushAsync()
    {
        await git.InAsync("work", "fetch", "-q", "origin");
        await git.InAsync("work", "reset", "-q", "--hard", "origin/main");
        await File.WriteAllBytesAsync(git.File($"work/{current.PushedPath}"), current.Pushed);
        await git.CommitAsync("work");
        if ((await git.TryAsync("-C", git.File("work"), "push", "-q", "origin", "main")).ExitCode != 0)
            return false;
        lock (acknowledgedFiles)
            acknowledgedFiles[$"main/{current.PushedPath}"] = current.Pushed;
        return true;
    }

    private async Task<bool> CommitAsync()
    {
        var round = current;
        var lines = $$$"""
            {"key":"header","value":{"summary":"commit","description":""}}
            {"key":"file","value":{"content":"{{{Convert.ToBase64String(round.Committed)}}}","path":"{{{round.CommittedPath}}}","encoding":"base64"}}
            """;
        using var client = server.As(token);
        using var response = await client.PostAsync($"/api/models/{Id}/commit/api", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"));
        if (!response.IsSuccessStatusCode)
            return false;
        lock (acknowledgedFiles)
            acknowledgedFiles[$"api/{round.CommittedPath}"] = round.Committed;
        return true;
    }

    private async Task<bool> UploadAsync()
    {
        var round = current;
        var oid = Convert.ToHexStringLower(SHA256.HashData(round.Object));
        using var client = server.As(token);
        using var batch = await BatchAsync(client, "upload", oid, round.Object.Length);
        var href = batch.RootElement.GetProperty("objects")[0].GetProperty("actions").GetProperty("upload").GetProperty("href").GetString();
        using var anonymous = server.As(null);
        using var response = await anonymous.PutAsync(href, new ByteArrayContent(round.Object));
        if (!response.IsSuccessStatusCode)
            return false;
        lock (acknowledgedObjects)
            acknowledgedObjects[oid] = round.Object;
        return true;
    }

    /// <summary>Null when this repository was not given the object.</summary>
    private async Task<byte[]?> DownloadAsync(HttpClient client, string oid, long size)
    {
        using var batch = await BatchAsync(client, "download", oid, size);
        var answer = batch.RootElement.GetProperty("objects")[0];
        if (!answer.TryGetProperty("actions", out var actions))
            return null;
        using var anonymous = server.As(null);
        return await anonymous.GetByteArrayAsync(actions.GetProperty("download").GetProperty("href").GetString());
    }

    private static async Task<JsonDocument> BatchAsync(HttpClient client, string operation, string oid, long size)
    {
        using var response = await client.PostAsJsonAsync($"/{Id}.git/info/lfs/objects/batch", new { operation, transfers = new[] { "basic" }, objects = new[] { new { oid, size } } });
        response.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await response.Content.ReadAsStringAsync());
    }

    private async Task FsckAsync()
    {
        var folder = Directory.GetDirectories(Path.Combine(server.Folder, "data", "repositories"), "*.git", SearchOption.AllDirectories).Single();
        var result = await ChildProgram.RunAsync("git", ["-c", "safe.directory=*", $"--git-dir={folder}", "fsck", "--full", "--strict", "--no-dangling"]);
        Assert.True(result.ExitCode == 0 && result.Errors.Length == 0, result.ToString());
    }

    /// <summary>A write that the kill has cut off is not acknowledged, whichever way it noticed.</summary>
    private static async Task<bool> QuietlyAsync(Func<Task<bool>> write)
    {
        try
        {
            return await write();
        }
        catch (Exception e) when (e is HttpRequestException or IOException or InvalidOperationException or TaskCanceledException)
        {
            return false;
        }
    }

    private static async Task MustAsync(Task<HttpResponseMessage> request)
    {
        using var response = await request;
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
    }

    private sealed record Round(string PushedPath, string CommittedPath, byte[] Pushed, byte[] Committed)
    {
        public byte[] Object { get; init; } = [];
    }
}
