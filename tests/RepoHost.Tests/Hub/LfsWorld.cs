using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>An owner with a gated, an open and a private repository, a reader whom the gate lets in, and a stranger with a repository of their own.</summary>
public sealed class LfsWorld : HubApplication
{
    public const string Secret = "the gated weights, tracked by LFS\n";

    internal static readonly string SecretOid = Sha(Encoding.UTF8.GetBytes(Secret));

    internal TestPerson Owner { get; private set; } = null!;

    internal TestPerson Reader { get; private set; } = null!;

    internal TestPerson Stranger { get; private set; } = null!;

    internal static string Sha(byte[] content) => Convert.ToHexStringLower(SHA256.HashData(content));

    internal static byte[] Bytes(int count) => RandomNumberGenerator.GetBytes(count);

    protected override IEnumerable<string> Settings =>
        ["--Lfs:MultipartBytes=5000", "--Lfs:PartBytes=2000", "--Lfs:LargestObjectBytes=1000000", "--Gating:AllowRequestsByToken=true"];

    protected override async Task FillAsync()
    {
        Owner = await AddPersonAsync("owner", TokenRole.Write);
        Reader = await AddPersonAsync("reader", TokenRole.Write);
        Stranger = await AddPersonAsync("stranger", TokenRole.Write);
        var files = new Dictionary<string, string> { [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n", ["model.bin"] = Secret };
        await AddRepositoryAsync(RepositoryType.Model, "owner/gated", new Dictionary<string, string>(files) { ["README.md"] = "---\ngated: manual\n---\n" });
        await AddRepositoryAsync(RepositoryType.Model, "owner/private", files, isPrivate: true);
        await AddRepositoryAsync(RepositoryType.Model, "owner/open", new Dictionary<string, string> { ["README.md"] = "# Open\n" });
        await AddRepositoryAsync(RepositoryType.Dataset, "owner/data", new Dictionary<string, string> { ["README.md"] = "# Data\n" });
        await AddRepositoryAsync(RepositoryType.Model, "stranger/own", new Dictionary<string, string> { ["README.md"] = "# Own\n" });
        await LetInAsync("reader");
    }

    internal async Task LetInAsync(string person, string status = "")
    {
        var route = $"/api/models/owner/gated/user-access-request/{(status.Length == 0 ? "grant" : "handle")}";
        using var response = await Client(Owner.Token).PostAsJsonAsync(route, status.Length == 0 ? new { user = person } : (object)new { user = person, status });
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    /// <summary>Sends a batch as git-lfs does; the answer's text is there too.</summary>
    internal async Task<(HttpResponseMessage Response, JsonNode? Body)> BatchAsync(string? token, string repository, string body)
    {
        using var client = Client(token);
        using var content = new StringContent(body, Encoding.UTF8, "application/vnd.git-lfs+json");
        var response = await client.PostAsync($"/{repository}/info/lfs/objects/batch", content);
        var text = await response.Content.ReadAsStringAsync();
        return (response, text.StartsWith('{') ? JsonNode.Parse(text) : null);
    }

    internal static string Body(string operation, params (string Oid, long Size)[] objects) => new JsonObject
    {
        ["operation"] = operation,
        ["transfers"] = new JsonArray("basic"),
        ["objects"] = new JsonArray([.. objects.Select(o => (JsonNode)new JsonObject { ["oid"] = o.Oid, ["size"] = o.Size })]),
        ["hash_algo"] = "sha256",
    }.ToJsonString();

    /// <summary>The action of the batch's only object.</summary>
    internal async Task<string> HrefAsync(string? token, string repository, string operation, string oid, long size, string action)
    {
        var (response, body) = await BatchAsync(token, repository, Body(operation, (oid, size)));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return (string)body!["objects"]![0]!["actions"]![action]!["href"]!;
    }

    internal Task<string> UploadHrefAsync(TestPerson person, string repository, byte[] content) => HrefAsync(person.Token, repository, "upload", Sha(content), content.Length, "upload");

    /// <summary>As Python and JavaScript do it: without credentials.</summary>
    internal async Task<HttpResponseMessage> PutAsync(string href, byte[] content)
    {
        using var client = Client();
        using var body = new ByteArrayContent(content);
        return await client.PutAsync(href, body);
    }

    internal async Task<byte[]> GivenAsync(TestPerson person, string repository, int size = 100)
    {
        var content = Bytes(size);
        using var response = await PutAsync(await UploadHrefAsync(person, repository, content), content);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return content;
    }

    internal bool HasBlob(string oid) => File.Exists(Path.Combine(DataDirectory, "lfs", oid[..2], oid[2..4], oid));

    internal IEnumerable<string> Unfinished() => Directory.EnumerateFiles(Path.Combine(DataDirectory, "lfs", ".incoming"));
}
