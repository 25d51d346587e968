using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>Downloads as contract 3.1 and 3.2 have them.</summary>
public sealed class ResolveTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private static readonly string LfsSha256 = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(GatedWorld.LfsText)));

    private HttpClient Accepted => world.Client(world.Tokens["accepted"]);

    [Theory]
    [InlineData("config.json", null)]
    [InlineData("model.bin", "lfs")]
    [InlineData("empty.txt", null)]
    [InlineData("sub/%C3%BC%20%23%25.txt", null)]
    public async Task Head_and_get_agree_on_everything_but_the_body(string path, string? lfs)
    {
        using var get = await Accepted.GetAsync($"/acme/gated/resolve/main/{path}");
        using var head = await Accepted.SendAsync(new(HttpMethod.Head, $"/acme/gated/resolve/main/{path}"));
        var body = await get.Content.ReadAsByteArrayAsync();

        Assert.Equal(HttpStatusCode.OK, get.StatusCode);
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(body.Length, head.Content.Headers.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.False(get.Headers.ETag!.IsWeak);
        Assert.Equal(40, Header(head, "X-Repo-Commit")!.Length);
        Assert.Equal("bytes", Header(get, "Accept-Ranges"));
        Assert.Equal("private, no-cache", string.Join(", ", get.Headers.CacheControl!.ToString().Split(", ").Order().Reverse()));
        Assert.Contains("Authorization", get.Headers.Vary);
        if (lfs is not null)
        {
            Assert.Equal($"\"{LfsSha256}\"", get.Headers.ETag.Tag);
            Assert.Equal($"\"{LfsSha256}\"", Header(head, "X-Linked-ETag"));
            Assert.Equal(body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), Header(head, "X-Linked-Size"));
            Assert.Equal(LfsSha256, Convert.ToHexStringLower(SHA256.HashData(body)));
        }
        else
        {
            Assert.Null(Header(get, "X-Linked-ETag"));
        }
    }

    [Fact]
    public async Task Raw_answers_the_pointer_of_an_lfs_file()
    {
        var text = await Accepted.GetStringAsync("/acme/gated/raw/main/model.bin");
        Assert.StartsWith("version https://git-lfs.github.com/spec/v1\n", text, StringComparison.Ordinal);
        Assert.Contains(LfsSha256, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=0-0", "bytes 0-0/46", 1)]
    [InlineData("bytes=40-", "bytes 40-45/46", 6)]
    [InlineData("bytes=40-46", "bytes 40-45/46", 6)]
    [InlineData("bytes=-5", "bytes 41-45/46", 5)]
    public async Task A_range_is_answered_206(string range, string contentRange, int length)
    {
        using var response = await SendAsync(HttpMethod.Get, "model.bin", ("Range", range));
        Assert.Equal(HttpStatusCode.PartialContent, response.StatusCode);
        Assert.Equal(contentRange, response.Content.Headers.ContentRange!.ToString());
        Assert.Equal(length, (await response.Content.ReadAsByteArrayAsync()).Length);
        Assert.Equal($"\"{LfsSha256}\"", response.Headers.ETag!.Tag);
    }

    [Fact]
    public async Task A_range_behind_the_end_is_416_and_says_the_size()
    {
        using var response = await SendAsync(HttpMethod.Get, "model.bin", ("Range", "bytes=46-"));
        Assert.Equal(HttpStatusCode.RequestedRangeNotSatisfiable, response.StatusCode);
        Assert.Equal("bytes */46", response.Content.Headers.ContentRange!.ToString());
    }

    [Fact]
    public async Task A_probe_of_an_empty_file_is_200_with_a_content_range()
    {
        using var response = await SendAsync(HttpMethod.Get, "empty.txt", ("Range", "bytes=0-0"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(0, response.Content.Headers.ContentLength);
        Assert.Equal("bytes 0-0/0", response.Content.Headers.NonValidated["Content-Range"].ToString());
    }

    [Fact]
    public async Task A_known_etag_is_answered_304_and_another_if_range_sends_everything()
    {
        using var not = await SendAsync(HttpMethod.Head, "model.bin", ("If-None-Match", $"\"{LfsSha256}\""));
        Assert.Equal(HttpStatusCode.NotModified, not.StatusCode);
        Assert.Equal($"\"{LfsSha256}\"", not.Headers.ETag!.Tag);
        Assert.NotNull(Header(not, "X-Repo-Commit"));

        using var whole = await SendAsync(HttpMethod.Get, "model.bin", ("Range", "bytes=3-"), ("If-Range", "\"something-else\""));
        Assert.Equal(HttpStatusCode.OK, whole.StatusCode);
        using var part = await SendAsync(HttpMethod.Get, "model.bin", ("Range", "bytes=3-"), ("If-Range", $"\"{LfsSha256}\""));
        Assert.Equal(HttpStatusCode.PartialContent, part.StatusCode);
    }

    [Fact]
    public async Task A_name_goes_out_in_both_forms_and_download_makes_it_an_attachment()
    {
        using var inline = await SendAsync(HttpMethod.Get, "sub/%C3%BC%20%23%25.txt");
        Assert.Equal("inline; filename*=UTF-8''%C3%BC%20%23%25.txt; filename=\"_ #%.txt\";", inline.Content.Headers.NonValidated["Content-Disposition"].ToString());
        using var attachment = await SendAsync(HttpMethod.Get, "config.json?download=true");
        Assert.StartsWith("attachment;", attachment.Content.Headers.NonValidated["Content-Disposition"].ToString(), StringComparison.Ordinal);
        Assert.Equal("text/plain", attachment.Content.Headers.ContentType!.MediaType);
        Assert.Equal("nosniff", Header(attachment, "X-Content-Type-Options"));
    }

    /// <summary>Contract 6.2: exactly these root files stay open on a gated repository.</summary>
    [Theory]
    [InlineData("resolve/main/README.md", 200, null)]
    [InlineData("resolve/main/LICENSE", 200, null)]
    [InlineData("resolve/main/LICENSE.md", 404, "EntryNotFound")]
    [InlineData("resolve/main/LICENSE.txt", 404, "EntryNotFound")]
    [InlineData("resolve/main/config.json", 401, "GatedRepo")]
    [InlineData("resolve/main/.gitattributes", 401, "GatedRepo")]
    [InlineData("resolve/main/readme.md", 401, "GatedRepo")]
    [InlineData("resolve/main/sub/README.md", 401, "GatedRepo")]
    [InlineData("resolve/main/USE_POLICY.md", 401, "GatedRepo")]
    [InlineData("resolve/nope/config.json", 401, "GatedRepo")]
    [InlineData("resolve/nope/README.md", 401, "GatedRepo")]
    [InlineData("raw/main/README.md", 401, "GatedRepo")]
    public async Task Without_access_these_paths_answer(string path, int status, string? code)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var response = await world.Client().SendAsync(new(method, $"/acme/gated/{path}"));
            Assert.Equal((status, code), ((int)response.StatusCode, Header(response, "X-Error-Code")));
        }
    }

    [Theory]
    [InlineData("model.bin", "bytes=0-3")]
    [InlineData("model.bin", "bytes=1000-")]
    [InlineData("config.json", "bytes=0-0")]
    [InlineData("empty.txt", "bytes=0-0")]
    public async Task A_range_means_nothing_to_HEAD(string path, string range)
    {
        using var whole = await SendAsync(HttpMethod.Head, path);
        using var head = await SendAsync(HttpMethod.Head, path, ("Range", range));
        Assert.Equal(HttpStatusCode.OK, head.StatusCode);
        Assert.Equal(whole.Content.Headers.ContentLength, head.Content.Headers.ContentLength);
        Assert.Null(head.Content.Headers.ContentRange);
    }

    [Fact]
    public async Task If_Match_with_another_version_is_answered_412()
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            foreach (var (condition, status) in new[]
            {
                ("\"another\"", 412), ($"W/\"{LfsSha256}\"", 412), ("nonsense", 412), ("\"a\", \"b\"", 412), ($"\"{LfsSha256}\"", 200), ($"\"a\", \"{LfsSha256}\"", 200), ("*", 200),
            })
            {
                using var response = await SendAsync(method, "model.bin", ("If-Match", condition));
                Assert.Equal((condition, status), (condition, (int)response.StatusCode));
                if (status == 412)
                    Assert.Equal((0, $"\"{LfsSha256}\""), (response.Content.Headers.ContentLength, response.Headers.ETag!.Tag));
            }
        }

        // It comes before the other conditions.
        using var both = await SendAsync(HttpMethod.Get, "model.bin", ("If-Match", "\"another\""), ("If-None-Match", $"\"{LfsSha256}\""));
        Assert.Equal(HttpStatusCode.PreconditionFailed, both.StatusCode);
    }

    /// <summary>wget, curl --anyauth and programs that know a netrc file send a password only where Basic is offered; a browser would ask its person for one.</summary>
    [Theory]
    [InlineData("/acme/gated/resolve/main/config.json", null, "Bearer, Basic")]
    [InlineData("/acme/gated/raw/main/README.md", null, "Bearer, Basic")]
    [InlineData("/acme/private/resolve/main/config.json", null, "Bearer, Basic")]
    [InlineData("/acme/gated/resolve/main/config.json", "cors", "Bearer")]
    [InlineData("/acme/gated/resolve/main/config.json", "navigate", "Bearer")]
    [InlineData("/api/models/acme/private", null, "Bearer")]
    public async Task A_program_is_offered_Basic_for_files(string address, string? mode, string schemes)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var request = new HttpRequestMessage(method, address);
            if (mode is not null)
                request.Headers.Add("Sec-Fetch-Mode", mode);
            using var response = await world.Client().SendAsync(request);
            Assert.Equal((HttpStatusCode.Unauthorized, schemes), (response.StatusCode, string.Join(", ", response.Headers.WwwAuthenticate.Select(challenge => challenge.Scheme))));
            Assert.All(response.Headers.WwwAuthenticate, challenge => Assert.Contains("realm=\"Authentication required\"", challenge.Parameter, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task A_refused_range_or_condition_tells_nothing_of_the_file()
    {
        foreach (var (name, value) in new[] { ("Range", "bytes=0-0"), ("If-None-Match", $"\"{LfsSha256}\""), ("If-None-Match", "*") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/acme/gated/resolve/main/model.bin");
            request.Headers.TryAddWithoutValidation(name, value);
            using var response = await world.Client(world.Tokens["stranger"]).SendAsync(request);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
            Assert.Null(response.Headers.ETag);
            Assert.Null(Header(response, "X-Linked-ETag"));
            Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
            Assert.Equal("*", Header(response, "Access-Control-Allow-Origin"));
        }
    }

    [Fact]
    public async Task With_access_a_missing_file_or_revision_is_told_by_its_code()
    {
        using var file = await SendAsync(HttpMethod.Get, "adapter_config.json");
        Assert.Equal((404, "EntryNotFound"), ((int)file.StatusCode, Header(file, "X-Error-Code")));
        Assert.Equal(40, Header(file, "X-Repo-Commit")!.Length);
        using var folder = await SendAsync(HttpMethod.Get, "sub");
        Assert.Equal("EntryNotFound", Header(folder, "X-Error-Code"));
        using var revision = await Accepted.GetAsync("/acme/gated/resolve/nope/config.json");
        Assert.Equal((404, "RevisionNotFound"), ((int)revision.StatusCode, Header(revision, "X-Error-Code")));
        Assert.Equal("application/json", revision.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_gate_holds_for_every_spelling_of_the_address()
    {
        var commit = Header(await SendAsync(HttpMethod.Head, "config.json"), "X-Repo-Commit")!;
        foreach (var url in (string[])[
            $"/acme/gated/resolve/{commit}/config.json", $"/acme/gated/resolve/{commit[..8]}/config.json", "/acme/gated/resolve/HEAD/config.json",
            "/acme/gated/resolve/refs%2Fheads%2Fmain/config.json", "/acme/gated/resolve/main/config.json?download=true", "/acme/gated/resolve/main//config.json",
            "/acme/gated/resolve/main/config.json/", "/acme/gated/resolve/main%2Fconfig.json", "/acme/gated/resolve/main/%63onfig.json"])
        {
            using var response = await world.Client(world.Tokens["stranger"]).GetAsync(url);
            Assert.True((int)response.StatusCode == 403, $"{url}: {(int)response.StatusCode}");
        }

        foreach (var url in (string[])["/acme/gated/./resolve/main/config.json", "/x/../acme/gated/resolve/main/config.json", "//acme/gated/resolve/main/config.json", "/datasets/datasets/acme/gated/resolve/main/config.json", "/acme/gated.git/resolve/main/config.json", "/acme/gated%20/resolve/main/config.json"])
        {
            using var response = await world.Client(world.Tokens["stranger"]).GetAsync(new Uri(world.Address.GetLeftPart(UriPartial.Authority) + url));
            Assert.True((int)response.StatusCode is 403 or 404, $"{url}: {(int)response.StatusCode}");
        }
    }

    [Theory]
    [InlineData("/ACME/Gated/resolve/main/config.json?download=true", "/acme/gated/resolve/main/config.json?download=true")]
    [InlineData("/Acme/gated/resolve/refs%2Fheads%2Fmain/config.json", "/acme/gated/resolve/refs%2Fheads%2Fmain/config.json")]
    [InlineData("/api/models/ACME/gated?blobs=true", "/api/models/acme/gated?blobs=true")]
    [InlineData("/datasets/ACME/gated/raw/main/config.json", "/datasets/acme/gated/raw/main/config.json")]
    public async Task Another_letter_case_is_redirected_with_a_relative_address(string asked, string location)
    {
        using var response = await Accepted.GetAsync(asked);
        Assert.Equal(HttpStatusCode.TemporaryRedirect, response.StatusCode);
        Assert.Equal(location, response.Headers.Location!.OriginalString);
        Assert.Equal($"Temporary Redirect. Redirecting to {location}", await response.Content.ReadAsStringAsync());
    }

    /// <summary>Clients send some of these as they are, and one failed on getting them back.</summary>
    [Theory]
    [InlineData("/ACME/gated/resolve/main/a[1]^|b.txt?q={x}", "/acme/gated/resolve/main/a%5B1%5D%5E%7Cb.txt?q=%7Bx%7D")]
    [InlineData("/ACME/gated/resolve/main/a%5B1%5D%7Cb%25.txt", "/acme/gated/resolve/main/a%5B1%5D%7Cb%25.txt")]
    public async Task A_redirect_has_no_character_that_an_address_may_not_have(string asked, string location)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(world.Address.Host, world.Address.Port, TestContext.Current.CancellationToken);
        await using var stream = socket.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {asked} HTTP/1.1\r\nHost: {world.Address.Authority}\r\nConnection: close\r\n\r\n"), TestContext.Current.CancellationToken);
        var answer = await new StreamReader(stream, Encoding.Latin1).ReadToEndAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("HTTP/1.1 307 ", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\nLocation: {location}\r\n", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_private_repository_is_not_given_away_by_a_redirect()
    {
        using var response = await world.Client(world.Tokens["stranger"]).GetAsync("/ACME/private/resolve/main/config.json");
        Assert.Equal((404, "RepoNotFound"), ((int)response.StatusCode, Header(response, "X-Error-Code")));
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(method, $"/acme/gated/resolve/main/{path}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Accepted.SendAsync(request);
    }

    private static string? Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) || response.Content.Headers.TryGetValues(name, out values) ? values.Single() : null;
}
