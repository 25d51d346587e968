using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Writing;

/// <summary>A server whose disk is full says so, and breaks nothing that it has. The disk is a small one in memory, which takes root to mount.</summary>
public sealed class FullDiskTests
{
    private const int Megabytes = 24;

    [Fact]
    public async Task Pushes_commits_and_uploads_are_told_and_all_that_was_there_is_still_there()
    {
        Requires.Tool("git-lfs");
        Requires.Root();
        using var disk = await SmallDisk.MountAsync(Megabytes);
        await using var server = await HubServer.StartAsync(new Dictionary<string, string> { ["RepoHost__DataDirectory"] = disk.Location });
        var token = await server.AddPersonAsync("fay", "write");
        using var client = server.As(token);
        using (var created = await client.PostAsJsonAsync("/api/repos/create", new { name = "full" }, TestContext.Current.CancellationToken))
            Assert.True(created.IsSuccessStatusCode);
        using var git = await PersonsGit.OfAsync(token);
        await git.RunAsync("clone", "-q", $"{server.Base}/fay/full", "work");
        await WriteAsync(git, "kept.dat", 200_000);
        await git.InAsync("work", "push", "-q", "origin", "main");

        await disk.FillAsync(leave: 1_500_000);
        await WriteAsync(git, "large.dat", 4_000_000);
        var pushed = await git.TryAsync("-C", git.File("work"), "push", "origin", "main");
        Assert.NotEqual(0, pushed.ExitCode);
        Assert.Contains("disk is full", pushed.Errors, StringComparison.Ordinal);

        using (var committed = await CommitAsync(client, RandomNumberGenerator.GetBytes(4_000_000)))
        {
            Assert.Equal(507, (int)committed.StatusCode);
            Assert.Contains("disk is full", await committed.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        using (var uploaded = await UploadAsync(client, server, RandomNumberGenerator.GetBytes(4_000_000)))
        {
            Assert.Equal(507, (int)uploaded.StatusCode);
            Assert.Contains("disk is full", await uploaded.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        }

        // Nothing is broken, and with room again everything works.
        Assert.Equal(200_000, (await client.GetByteArrayAsync("/fay/full/resolve/main/kept.dat", TestContext.Current.CancellationToken)).Length);
        Assert.Empty(Directory.GetFiles(Path.Combine(disk.Location, "lfs", ".incoming")));
        disk.Empty();
        await git.InAsync("work", "push", "-q", "origin", "main");
        using var again = await UploadAsync(client, server, RandomNumberGenerator.GetBytes(1_000_000));
        Assert.Equal(200, (int)again.StatusCode);
        var folder = Directory.GetDirectories(Path.Combine(disk.Location, "repositories"), "*.git", SearchOption.AllDirectories).Single();
        var fsck = await ChildProgram.RunAsync("git", ["-c", "safe.directory=*", $"--git-dir={folder}", "fsck", "--full", "--strict"]);
        Assert.True(fsck.ExitCode == 0, fsck.ToString());
    }

    private static async Task WriteAsync(PersonsGit git, string name, int size)
    {
        await File.WriteAllBytesAsync(git.File($"work/{name}"), RandomNumberGenerator.GetBytes(size), TestContext.Current.CancellationToken);
        await git.CommitAsync("work");
    }

    private static Task<HttpResponseMessage> CommitAsync(HttpClient client, byte[] content) => client.PostAsync(
        "/api/models/fay/full/commit/main",
        new StringContent(
            $$$"""
            {"key":"header","value":{"summary":"commit","description":""}}
            {"key":"file","value":{"content":"{{{Convert.ToBase64String(content)}}}","path":"committed.dat","encoding":"base64"}}
            """,
            Encoding.UTF8, "application/x-ndjson"),
        TestContext.Current.CancellationToken);

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient client, HubServer server, byte[] content)
    {
        var oid = Convert.ToHexStringLower(SHA256.HashData(content));
        using var response = await client.PostAsJsonAsync(
            "/fay/full.git/info/lfs/objects/batch", new { operation = "upload", transfers = new[] { "basic" }, objects = new[] { new { oid, size = content.Length } } }, TestContext.Current.CancellationToken);
        using var batch = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        var href = batch.RootElement.GetProperty("objects")[0].GetProperty("actions").GetProperty("upload").GetProperty("href").GetString();
        using var anonymous = server.As(null);
        return await anonymous.PutAsync(href, new ByteArrayContent(content), TestContext.Current.CancellationToken);
    }
}
