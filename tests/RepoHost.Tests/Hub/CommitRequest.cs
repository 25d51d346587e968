using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>A commit as clients write it: lines of JSON.</summary>
internal sealed class CommitRequest
{
    private readonly StringBuilder _lines = new();

    public CommitRequest(string summary = "A change", string? description = null, string? parent = null)
    {
        var value = new JsonObject { ["summary"] = summary, ["description"] = description ?? "" };
        if (parent is not null)
            value["parentCommit"] = parent;
        Add("header", value);
    }

    private CommitRequest(StringBuilder lines) => _lines = lines;

    /// <summary>A body of which nothing is sure to be right.</summary>
    public static CommitRequest Raw(string text) => new(new StringBuilder(text));

    public CommitRequest File(string path, string text) => File(path, Encoding.UTF8.GetBytes(text));

    public CommitRequest File(string path, byte[] content) =>
        Add("file", new() { ["content"] = Convert.ToBase64String(content), ["path"] = path, ["encoding"] = "base64" });

    public CommitRequest Text(string path, string text) => Add("file", new() { ["content"] = text, ["path"] = path, ["encoding"] = "utf-8" });

    public CommitRequest Lfs(string path, string oid, long? size = null)
    {
        var value = new JsonObject { ["path"] = path, ["algo"] = "sha256", ["oid"] = oid };
        if (size is not null)
            value["size"] = size;
        return Add("lfsFile", value);
    }

    public CommitRequest Delete(string path) => Add("deletedFile", new() { ["path"] = path });

    public CommitRequest DeleteFolder(string path) => Add("deletedFolder", new() { ["path"] = path });

    public override string ToString() => _lines.ToString().TrimEnd('\n');

    public async Task<CommitResponse> SendAsync(HubApplication application, string? token, string id, string revision = "main", string query = "", bool chunked = false)
    {
        using var client = application.Client(token);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/models/{id}/commit/{Uri.EscapeDataString(revision)}{query}");
        request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(ToString()));
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (chunked)
            request.Headers.TransferEncodingChunked = true;
        using var response = await client.SendAsync(request);
        return new(
            response.StatusCode, response.Headers.TryGetValues("X-Error-Code", out var code) ? code.Single() : null,
            JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement);
    }

    private CommitRequest Add(string key, JsonObject value)
    {
        _lines.Append(new JsonObject { ["key"] = key, ["value"] = value }.ToJsonString()).Append('\n');
        return this;
    }
}

internal sealed record CommitResponse(HttpStatusCode Status, string? Code, JsonElement Json)
{
    public string Oid => Json.GetProperty("commitOid").GetString()!;

    public void AssertDone() => Assert.True(Status == HttpStatusCode.OK, ToString());

    public override string ToString() => $"{Status} {Error}";

    public string Error => Json.TryGetProperty("error", out var error) ? error.GetString()! : "";
}
