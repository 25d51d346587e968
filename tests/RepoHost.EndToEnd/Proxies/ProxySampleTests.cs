using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using RepoHost.EndToEnd.Mails;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Proxies;

/// <summary>
/// The samples of docs/configuration.md, "Behind a proxy", as they stand there; only names, addresses and certificates are this machine's. An operator who followed the
/// text alone got 413 for everything over 1 MB.
/// </summary>
public sealed partial class ProxySampleTests
{
    private const long Large = 300_000_000;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Uploads_and_downloads_pass_through_nginx_as_the_sample_has_it()
    {
        Requires.Tool("nginx");
        var (port, plain) = (FreePort(), FreePort());
        await using var server = await StartServerAsync(port);
        using var certificates = new Certificates();
        using var folder = new TemporaryFolder();
        var sample = Sample("nginx")
            .Replace("listen [::]:443 ssl;", "", StringComparison.Ordinal).Replace("listen [::]:80;", "", StringComparison.Ordinal)
            .Replace("listen 443 ssl;", $"listen 127.0.0.1:{port} ssl;", StringComparison.Ordinal).Replace("listen 80;", $"listen 127.0.0.1:{plain};", StringComparison.Ordinal);
        sample = OfThisMachine(sample, server, certificates).Replace("hub.example.org", "127.0.0.1", StringComparison.Ordinal);
        // What Debian's own nginx.conf has around the sites, with its folders in ours.
        var places = string.Concat(((string[])["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]).Select(kind => $"{kind}_temp_path {folder.File(kind)};\n"));
        await File.WriteAllTextAsync(
            folder.File("nginx.conf"), $"daemon off;\npid {folder.File("pid")};\nerror_log {folder.File("error.log")};\nevents {{ }}\nhttp {{\naccess_log off;\n{places}{sample}\n}}\n", Cancel);
        await using var proxy = ChildProgram.Start("nginx", ["-p", folder.Location, "-e", folder.File("error.log"), "-c", folder.File("nginx.conf")]);
        await PassesAsync(server, port, certificates, proxy, folder);
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var moved = await client.GetAsync(new Uri($"http://127.0.0.1:{plain}/acme?x=1"), Cancel);
        Assert.Equal((HttpStatusCode.PermanentRedirect, "https://127.0.0.1/acme?x=1"), (moved.StatusCode, moved.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task Uploads_and_downloads_pass_through_Caddy_as_the_sample_has_it()
    {
        Requires.Tool("caddy");
        var port = FreePort();
        await using var server = await StartServerAsync(port);
        using var certificates = new Certificates();
        using var folder = new TemporaryFolder();
        var sample = OfThisMachine(Sample("caddyfile"), server, certificates);
        // Caddy gets certificates by itself, from a public authority, for a public name.
        sample = sample.Replace("hub.example.org {", $"https://127.0.0.1:{port} {{\n\ttls {certificates.Server} {certificates.Server}", StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder.File("Caddyfile"), "{\n\tadmin off\n\tauto_https disable_redirects\n}\n" + sample, Cancel);
        var places = new Dictionary<string, string> { ["HOME"] = folder.Location, ["XDG_DATA_HOME"] = folder.Location, ["XDG_CONFIG_HOME"] = folder.Location };
        await using var proxy = ChildProgram.Start("caddy", ["run", "--config", folder.File("Caddyfile"), "--adapter", "caddyfile"], places, folder.Location);
        await PassesAsync(server, port, certificates, proxy, folder);
    }

    private static async Task PassesAsync(HubServer server, int port, Certificates certificates, ChildProgram proxy, TemporaryFolder folder)
    {
        var origin = $"https://127.0.0.1:{port}";
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var authority = X509Certificate2.CreateFromPem(await File.ReadAllTextAsync(certificates.Authority, Cancel));
        handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, CustomTrustStore = { authority } };
        using var client = new HttpClient(handler) { BaseAddress = new Uri(origin), Timeout = TimeSpan.FromMinutes(5) };
        await AnswersAsync(client, proxy);
        var token = await server.AddPersonAsync("author", "write");
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using (var created = await client.PostAsync("/api/repos/create", Json("""{"name":"through","type":"model","private":true}"""), Cancel))
            Assert.True(created.IsSuccessStatusCode, await created.Content.ReadAsStringAsync(Cancel));

        // One body of 300 MB that comes and goes.
        var content = folder.File("large.bin");
        var oid = await WriteAsync(content);
        var batch = await AskAsync(client, "/author/through.git/info/lfs/objects/batch", $$"""{"operation":"upload","transfers":["basic"],"objects":[{"oid":"{{oid}}","size":{{Large}}}]}""");
        var upload = (string)batch["objects"]![0]!["actions"]!["upload"]!["href"]!;
        Assert.StartsWith(origin + "/", upload, StringComparison.Ordinal);
        await using (var body = File.OpenRead(content))
        {
            using var put = await client.PutAsync(upload, new StreamContent(body), Cancel);
            Assert.True(put.IsSuccessStatusCode, $"{(int)put.StatusCode} {await put.Content.ReadAsStringAsync(Cancel)}");
        }

        var line = $$$"""{"key":"lfsFile","value":{"path":"large.bin","algo":"sha256","oid":"{{{oid}}}","size":{{{Large}}}}}""";
        await AskAsync(client, "/api/models/author/through/commit/main", """{"key":"header","value":{"summary":"large","description":""}}""" + "\n" + line + "\n", "application/x-ndjson");
        // A slash in a revision arrives as it was written.
        await using (var download = await client.GetStreamAsync("/author/through/resolve/refs%2Fheads%2Fmain/large.bin", Cancel))
            Assert.Equal(oid, Convert.ToHexStringLower(await SHA256.HashDataAsync(download, Cancel)));

        await PushesAsync(origin, token, certificates, folder);
    }

    /// <summary>git and its chunked bodies, over the same way.</summary>
    private static async Task PushesAsync(string origin, string token, Certificates certificates, TemporaryFolder folder)
    {
        var work = folder.File("work");
        string[] author = ["-c", "user.name=author", "-c", "user.email=author@example.org", "-c", "gc.auto=0"];
        var address = origin.Replace("https://", $"https://author:{token}@", StringComparison.Ordinal) + "/author/through";
        await GitAsync(certificates, [.. author, "clone", "-q", address, work]);
        for (var i = 0; i < 4; i++)
            await File.WriteAllBytesAsync(Path.Combine(work, $"part-{i}.txt"), RandomNumberGenerator.GetBytes(8_000_000), Cancel);
        await GitAsync(certificates, [.. author, "-C", work, "add", "-A"]);
        await GitAsync(certificates, [.. author, "-C", work, "commit", "-q", "-m", "32 MB"]);
        await GitAsync(certificates, [.. author, "-C", work, "push", "-q", "origin", "main"]);
    }

    private static async Task GitAsync(Certificates certificates, string[] arguments)
    {
        var environment = new Dictionary<string, string> { ["GIT_TERMINAL_PROMPT"] = "0", ["GIT_LFS_SKIP_SMUDGE"] = "1", ["GIT_CONFIG_NOSYSTEM"] = "1", ["GIT_SSL_CAINFO"] = certificates.Authority, ["HOME"] = Path.GetTempPath() };
        var result = await ChildProgram.RunAsync("git", arguments, environment, null, "", Cancel);
        Assert.True(result.ExitCode == 0, result.ToString());
    }

    private static async Task<string> WriteAsync(string file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var content = File.Create(file);
        var piece = new byte[1_000_000];
        for (long at = 0; at < Large; at += piece.Length)
        {
            RandomNumberGenerator.Fill(piece);
            hash.AppendData(piece);
            await content.WriteAsync(piece, Cancel);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<JsonNode> AskAsync(HttpClient client, string path, string body, string type = "application/vnd.git-lfs+json")
    {
        using var answer = await client.PostAsync(path, Json(body, type), Cancel);
        var text = await answer.Content.ReadAsStringAsync(Cancel);
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    private static StringContent Json(string body, string type = "application/json") => new(body, Encoding.UTF8, new MediaTypeHeaderValue(type));

    /// <summary>Waits until the proxy listens, and tells what it said if it does not.</summary>
    private static async Task AnswersAsync(HttpClient client, ChildProgram proxy)
    {
        for (var began = TimeProvider.System.GetTimestamp(); ;)
        {
            try
            {
                using var answer = await client.GetAsync("/login", Cancel);
                Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                return;
            }
            catch (HttpRequestException e) when (TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(1))
            {
                Assert.False(proxy.HasExited, $"{proxy.Said}\n{e.Message}");
                await Task.Delay(50, Cancel);
            }
        }
    }

    private static Task<HubServer> StartServerAsync(int port) => HubServer.StartAsync(new Dictionary<string, string>
    {
        ["RepoHost__PublicUrl"] = $"https://127.0.0.1:{port}",
        ["Proxy__Trusted"] = "127.0.0.1",
    });

    private static string OfThisMachine(string sample, HubServer server, Certificates certificates)
    {
        Assert.Contains("127.0.0.1:5080", sample, StringComparison.Ordinal);
        return sample.Replace("127.0.0.1:5080", $"127.0.0.1:{server.Address.Port}", StringComparison.Ordinal)
            .Replace("/etc/ssl/hub.example.org.crt", certificates.Server, StringComparison.Ordinal).Replace("/etc/ssl/hub.example.org.key", certificates.Server, StringComparison.Ordinal);
    }

    /// <summary>The block of this language in the document.</summary>
    private static string Sample(string language)
    {
        var document = File.ReadAllText(Path.Combine(Paths.Root, "docs", "configuration.md"));
        return Assert.Single(Blocks().Matches(document), block => block.Groups["language"].Value == language).Groups["text"].Value;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<text>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Blocks();
}
