using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Lfs;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>One object up and down through the addresses of a batch: what is promised is what is stored, and what was answered is there (design 7).</summary>
public sealed class LfsObjectTests(LfsWorld world) : IClassFixture<LfsWorld>
{
    [Fact]
    public async Task What_goes_up_comes_down_and_a_repetition_changes_nothing()
    {
        var content = LfsWorld.Bytes(900_000);
        var oid = LfsWorld.Sha(content);
        var href = await world.UploadHrefAsync(world.Owner, "owner/open.git", content);
        for (var i = 0; i < 2; i++)
        {
            using var put = await world.PutAsync(href, content);
            Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        }

        var down = await world.HrefAsync(null, "owner/open.git", "download", oid, content.Length, "download");
        using var response = await world.Client().GetAsync(down);
        Assert.Equal(content, await response.Content.ReadAsByteArrayAsync());
        Assert.Equal(("application/octet-stream", $"\"{oid}\"", "bytes"), (response.Content.Headers.ContentType!.MediaType, response.Headers.ETag!.Tag, response.Headers.AcceptRanges.Single()));
        Assert.False(response.Headers.Contains("X-Repo-Commit"));
        Assert.False(response.Headers.CacheControl!.Private);
        using var head = await world.Client().SendAsync(new(HttpMethod.Head, down));
        Assert.Equal(content.Length, head.Content.Headers.ContentLength);
        Assert.Empty(world.Unfinished());
    }

    [Fact]
    public async Task An_interrupted_download_goes_on_where_it_stopped()
    {
        var content = await world.GivenAsync(world.Owner, "owner/gated.git", 1000);
        var down = await world.HrefAsync(world.Reader.Token, "owner/gated.git", "download", LfsWorld.Sha(content), content.Length, "download");
        using var request = new HttpRequestMessage(HttpMethod.Get, down);
        request.Headers.Range = new RangeHeaderValue(400, null);
        using var response = await world.Client().SendAsync(request);
        Assert.Equal((HttpStatusCode.PartialContent, "bytes 400-999/1000"), (response.StatusCode, response.Content.Headers.ContentRange!.ToString()));
        Assert.Equal(content[400..], await response.Content.ReadAsByteArrayAsync());
        Assert.True(response.Headers.CacheControl is { Private: true, NoCache: true });
    }

    /// <summary>Threat row 7.</summary>
    [Fact]
    public async Task Bytes_with_another_hash_store_nothing_and_leave_the_old_ones()
    {
        var content = await world.GivenAsync(world.Owner, "owner/open.git");
        var other = LfsWorld.Bytes(content.Length);
        var wanted = LfsWorld.Bytes(content.Length);
        using var wrong = await world.PutAsync(await world.UploadHrefAsync(world.Owner, "owner/open.git", wanted), other);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, wrong.StatusCode);
        Assert.Contains("\"message\"", await wrong.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(world.HasBlob(LfsWorld.Sha(other)));
        Assert.False(world.HasBlob(LfsWorld.Sha(wanted)));

        var again = await world.UploadHrefAsync(world.Stranger, "stranger/own.git", content);
        using var replaced = await world.PutAsync(again, other);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, replaced.StatusCode);
        var down = await world.HrefAsync(null, "owner/open.git", "download", LfsWorld.Sha(content), content.Length, "download");
        Assert.Equal(content, await world.Client().GetByteArrayAsync(down));
        Assert.Empty(world.Unfinished());
    }

    [Fact]
    public async Task The_length_must_be_known_and_the_one_promised()
    {
        var content = LfsWorld.Bytes(100);
        var href = await world.UploadHrefAsync(world.Owner, "owner/open.git", content);
        using var shorter = await world.PutAsync(href, content[..99]);
        Assert.Equal(HttpStatusCode.BadRequest, shorter.StatusCode);
        using var chunked = new HttpRequestMessage(HttpMethod.Put, href) { Content = new ByteArrayContent(content) };
        chunked.Headers.TransferEncodingChunked = true;
        using var unknown = await world.Client().SendAsync(chunked);
        Assert.Equal(HttpStatusCode.LengthRequired, unknown.StatusCode);
        Assert.False(world.HasBlob(LfsWorld.Sha(content)));

        using var right = await world.PutAsync(href, content);
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await world.PutAsync(await world.UploadHrefAsync(world.Owner, "owner/open.git", []), [])).StatusCode);
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing()
    {
        var content = LfsWorld.Bytes(800_000);
        var href = new Uri(await world.UploadHrefAsync(world.Owner, "owner/open.git", content));
        using (var socket = new Socket(SocketType.Stream, ProtocolType.Tcp))
        {
            await socket.ConnectAsync(href.Host, href.Port);
            await socket.SendAsync(Encoding.ASCII.GetBytes($"PUT {href.AbsolutePath} HTTP/1.1\r\nHost: {href.Authority}\r\nContent-Length: {content.Length}\r\n\r\n"));
            await socket.SendAsync(content.AsMemory(0, 700_000));
            await EventuallyAsync(() => world.Unfinished().Any());
        }

        await EventuallyAsync(() => !world.Unfinished().Any());
        Assert.False(world.HasBlob(LfsWorld.Sha(content)));
        var (_, body) = await world.BatchAsync(world.Owner.Token, "owner/open.git", LfsWorld.Body("upload", (LfsWorld.Sha(content), content.Length)));
        Assert.NotNull(body!["objects"]![0]!["actions"]);
    }

    [Fact]
    public async Task Verify_says_whether_the_object_arrived()
    {
        var content = LfsWorld.Bytes(100);
        var oid = LfsWorld.Sha(content);
        var (_, batch) = await world.BatchAsync(world.Owner.Token, "owner/open.git", LfsWorld.Body("upload", (oid, 100)));
        var actions = batch!["objects"]![0]!["actions"]!;
        var verify = (string)actions["verify"]!["href"]!;
        async Task<HttpStatusCode> AskAsync(string body, string? token = null)
        {
            using var response = await world.Client(token).PostAsync(verify, new StringContent(body, Encoding.UTF8, "application/json"));
            return response.StatusCode;
        }

        var right = $$"""{"oid":"{{oid}}","size":100}""";
        Assert.Equal(HttpStatusCode.NotFound, await AskAsync(right));
        using var put = await world.PutAsync((string)actions["upload"]!["href"]!, content);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(right));
        // The Python client adds its own credential.
        Assert.Equal(HttpStatusCode.OK, await AskAsync(right, world.Owner.Token));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync($$"""{"oid":"{{oid}}","size":101}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync($$"""{"oid":"{{LfsWorld.SecretOid}}","size":100}"""));
        Assert.Equal(HttpStatusCode.BadRequest, await AskAsync("[]"));
    }

    [Fact]
    public async Task Bytes_that_were_lost_are_asked_for_again()
    {
        var content = await world.GivenAsync(world.Owner, "owner/open.git");
        var oid = LfsWorld.Sha(content);
        File.Delete(Path.Combine(world.DataDirectory, "lfs", oid[..2], oid[2..4], oid));
        using var put = await world.PutAsync(await world.UploadHrefAsync(world.Owner, "owner/open.git", content), content);
        Assert.Equal(HttpStatusCode.OK, put.StatusCode);
        Assert.True(await world.Services.GetRequiredService<LfsUploads>().HasAsync(
            (await RepositoryIdAsync("open")), new(LfsOid.Parse(oid), content.Length), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_goes_wrong_in_the_server_is_told_to_git_lfs_too()
    {
        var content = await world.GivenAsync(world.Owner, "owner/open.git");
        var oid = LfsWorld.Sha(content);
        var down = await world.HrefAsync(null, "owner/open.git", "download", oid, content.Length, "download");
        File.Delete(Path.Combine(world.DataDirectory, "lfs", oid[..2], oid[2..4], oid));
        using var lost = await world.Client().GetAsync(down);
        Assert.Equal((HttpStatusCode.InternalServerError, "application/vnd.git-lfs+json"), (lost.StatusCode, lost.Content.Headers.ContentType?.MediaType));
        var said = System.Text.Json.Nodes.JsonNode.Parse(await lost.Content.ReadAsStringAsync())!;
        Assert.StartsWith("Something went wrong on the server.", (string)said["message"]!, StringComparison.Ordinal);
        Assert.Equal((string)said["error"]!, (string)said["message"]!);
    }

    private async Task<string> RepositoryIdAsync(string name) =>
        (await world.Services.GetRequiredService<RepoHost.Accounts.RepositoryCatalog>().FindAsync(RepoHost.Data.RepositoryType.Model, "owner", name, TestContext.Current.CancellationToken))!.Id;

    private static async Task EventuallyAsync(Func<bool> condition)
    {
        for (var i = 0; !condition(); i++)
        {
            Assert.True(i < 1000, "It did not come to pass in ten seconds.");
            await Task.Delay(10);
        }
    }
}
