using RepoHost.Gating;
using GateMiddleware.Rejection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.AspNetCore.Routing;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>The read routes of contract 1 and 4: public on a gated repository, and each in the form that some client's parser needs.</summary>
public sealed class ReadRoutesTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    [Theory]
    [InlineData("models", "_id,id,private,tags,downloads,likes,modelId,author,sha,lastModified,gated,disabled,model-index,config,cardData,siblings,spaces,createdAt")]
    [InlineData("datasets", "_id,id,private,tags,downloads,likes,author,sha,lastModified,gated,disabled,cardData,siblings,createdAt")]
    public async Task Info_has_the_recorded_keys_in_their_order(string types, string keys)
    {
        foreach (var path in (string[])["", "/revision/main", "/revision/HEAD", "/revision/refs%2Fheads%2Fmain"])
        {
            var info = await JsonAsync($"/api/{types}/acme/gated{path}");
            Assert.Equal(keys.Split(','), info.EnumerateObject().Select(p => p.Name));
            Assert.Equal("manual", info.GetProperty("gated").GetString());
            Assert.Equal(40, info.GetProperty("sha").GetString()!.Length);
            Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", info.GetProperty("lastModified").GetString());
            Assert.Equal("text", info.GetProperty("cardData").GetProperty("extra_gated_fields").GetProperty("Company").GetString());
            Assert.Contains("license:mit", info.GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
        }
    }

    [Fact]
    public async Task Hashes_of_lfs_files_are_masked_for_whoever_may_not_download()
    {
        foreach (var (who, masked) in new[] { ("nobody", true), ("stranger", true), ("pending", true), ("accepted", false), ("author", false) })
        {
            var token = world.Tokens[who];
            var tree = (await JsonAsync("/api/models/acme/gated/tree/main", token)).EnumerateArray().Single(e => e.GetProperty("path").GetString() == "model.bin");
            var sibling = (await JsonAsync("/api/models/acme/gated?blobs=true", token)).GetProperty("siblings").EnumerateArray().Single(s => s.GetProperty("rfilename").GetString() == "model.bin");
            using var posted = await world.Client(token).PostAsJsonAsync("/api/models/acme/gated/paths-info/main", new { paths = new[] { "model.bin" } });
            var info = JsonDocument.Parse(await posted.Content.ReadAsStringAsync()).RootElement[0];
            foreach (var hash in new[] { tree.GetProperty("lfs").GetProperty("oid"), sibling.GetProperty("lfs").GetProperty("sha256"), info.GetProperty("lfs").GetProperty("oid") })
                Assert.Equal(masked, hash.GetString() == new string('*', 64));
            Assert.Equal(GatedWorld.LfsText.Length, tree.GetProperty("size").GetInt64());
        }
    }

    [Fact]
    public async Task A_tree_lists_folders_first_and_pages_with_absolute_links()
    {
        var all = (await JsonAsync("/api/models/acme/gated/tree/main?recursive=true&expand=false")).EnumerateArray().ToList();
        Assert.Equal("directory", all[0].GetProperty("type").GetString());
        Assert.Equal(["type", "oid", "size", "path"], all[0].EnumerateObject().Select(p => p.Name));
        Assert.Contains(all, e => e.GetProperty("path").GetString() == "sub/ü #%.txt");

        var seen = new List<string>();
        string? url = "/api/models/acme/gated/tree/main?recursive=True&expand=1&limit=3";
        while (url is not null)
        {
            using var page = await world.Client().GetAsync(url);
            var entries = JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.EnumerateArray().ToList();
            Assert.All(entries, e => Assert.Equal(40, e.GetProperty("lastCommit").GetProperty("id").GetString()!.Length));
            seen.AddRange(entries.Select(e => e.GetProperty("path").GetString()!));
            url = page.Headers.TryGetValues("Link", out var link) ? Next(link.Single()) : null;
        }

        Assert.Equal(all.Select(e => e.GetProperty("path").GetString()), seen);
    }

    [Theory]
    [InlineData("tree/main/nope", "EntryNotFound")]
    [InlineData("tree/main/config.json", "EntryNotFound")]
    [InlineData("tree/nope", "RevisionNotFound")]
    [InlineData("revision/nope", "RevisionNotFound")]
    [InlineData("commits/nope", "RevisionNotFound")]
    public async Task What_is_not_there_is_told_by_its_code(string path, string code)
    {
        using var response = await world.Client().GetAsync($"/api/models/acme/gated/{path}");
        Assert.Equal((HttpStatusCode.NotFound, code), (response.StatusCode, response.Headers.GetValues("X-Error-Code").Single()));
    }

    [Fact]
    public async Task Paths_info_takes_forms_and_json_and_leaves_out_what_is_not_there()
    {
        using var form = await world.Client().PostAsync(
            "/api/models/acme/gated/paths-info/main", new StringContent("paths=sub&paths=nope&paths=config.json&expand=True", Encoding.UTF8, "application/x-www-form-urlencoded"));
        var entries = JsonDocument.Parse(await form.Content.ReadAsStringAsync()).RootElement.EnumerateArray().ToList();
        Assert.Equal(["sub", "config.json"], entries.Select(e => e.GetProperty("path").GetString()));
        Assert.All(entries, e => Assert.True(e.TryGetProperty("lastCommit", out _)));
        using var bad = await world.Client().PostAsJsonAsync("/api/models/acme/gated/paths-info/main", new { nothing = 1 });
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
    }

    [Fact]
    public async Task Refs_have_all_their_lists_and_commits_their_total()
    {
        var refs = await JsonAsync("/api/models/acme/gated/refs?include_prs=1");
        Assert.Equal(["branches", "converts", "tags", "pullRequests"], refs.EnumerateObject().Select(p => p.Name));
        var branch = refs.GetProperty("branches")[0];
        Assert.Equal(("main", "refs/heads/main"), (branch.GetProperty("name").GetString(), branch.GetProperty("ref").GetString()));
        Assert.False((await JsonAsync("/api/models/acme/gated/refs")).TryGetProperty("pullRequests", out _));

        using var commits = await world.Client().GetAsync("/api/models/acme/gated/commits/main?limit=1&expand[]=formatted");
        Assert.Equal("1", commits.Headers.GetValues("X-Total-Count").Single());
        var commit = JsonDocument.Parse(await commits.Content.ReadAsStringAsync()).RootElement[0];
        Assert.Equal(["id", "title", "message", "date", "authors", "formatted"], commit.EnumerateObject().Select(p => p.Name));
    }

    /// <summary>Names as huggingface_hub documents them, and those of which nothing is known here.</summary>
    [Theory]
    [InlineData("models/acme/gated", "author baseModels cardData childrenModelCount config createdAt disabled downloads downloadsAllTime evalResults gated gguf inference "
        + "inferenceProviderMapping lastModified library_name likes mask_token model-index pipeline_tag private resourceGroup safetensors sha "
        + "siblings spaces tags transformersInfo trendingScore usedStorage widgetData",
        "childrenModelCount evalResults gguf inference inferenceProviderMapping mask_token resourceGroup safetensors transformersInfo")]
    [InlineData("datasets/acme/gated", "author cardData citation createdAt description disabled downloads downloadsAllTime gated lastModified likes mainSize "
        + "paperswithcode_id private resourceGroup sha siblings tags trendingScore usedStorage",
        "citation description resourceGroup")]
    [InlineData("spaces/acme/gated", "author cardData createdAt datasets disabled lastModified likes models private region resourceGroup runtime sdk sha siblings "
        + "subdomain tags trendingScore usedStorage",
        "region resourceGroup runtime subdomain")]
    public async Task Every_documented_name_may_be_expanded_and_what_nobody_knows_is_left_out(string repository, string documented, string unknown)
    {
        var all = string.Join('&', documented.Split(' ').Select(name => $"expand={name}"));
        var info = await JsonAsync($"/api/{repository}?{all}");
        var listed = (await JsonAsync($"/api/{repository.Split('/')[0]}?author=acme&{all}")).EnumerateArray().First();
        foreach (var name in unknown.Split(' '))
        {
            Assert.Contains(name, documented.Split(' '));
            Assert.False(info.TryGetProperty(name, out _), name);
            Assert.False(listed.TryGetProperty(name, out _), name);
        }

        foreach (var name in (string[])["author", "cardData", "createdAt", "lastModified", "sha", "siblings", "tags", "trendingScore", "usedStorage"])
            Assert.True(info.TryGetProperty(name, out _) && listed.TryGetProperty(name, out _), name);
        Assert.True(info.GetProperty("usedStorage").GetInt64() > 0);
        Assert.Equal(repository.StartsWith("datasets", StringComparison.Ordinal), info.TryGetProperty("mainSize", out var size) && size.GetInt64() > 0);
    }

    [Theory]
    [InlineData("?expand=gated&expand=sha", 200, "_id,id,gated,sha")]
    [InlineData("?expand[]=likes", 200, "_id,id,likes")]
    [InlineData("?expand=xetEnabled", 200, "_id,id,xetEnabled")]
    [InlineData("?expand=nonsense", 400, null)]
    public async Task Expand_answers_only_what_was_asked(string query, int status, string? keys)
    {
        using var response = await world.Client().GetAsync($"/api/models/acme/gated/revision/main{query}");
        Assert.Equal(status, (int)response.StatusCode);
        var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        if (keys is not null)
            Assert.Equal(keys.Split(','), body.EnumerateObject().Select(p => p.Name));
        else
            Assert.StartsWith("\"expand\" must be one of [", body.GetProperty("error").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lists_show_what_the_caller_may_see_and_filter_by_the_card()
    {
        Assert.Equal(["acme/gated", "acme/members-gated", "acme/open"], await IdsAsync("/api/models?author=ACME", null));
        Assert.Contains("acme/private", await IdsAsync("/api/models?author=acme", "member"));
        Assert.DoesNotContain("acme/private", await IdsAsync("/api/models?author=acme", "stranger"));
        Assert.Equal(["acme/open"], await IdsAsync("/api/models?gated=false", null));
        Assert.Equal(["acme/gated", "acme/members-gated"], await IdsAsync("/api/models?filter=tiny&filter=license:mit", null));
        Assert.Equal(["acme/members-gated"], await IdsAsync("/api/models?search=MEMBERS", null));
        Assert.Empty(await IdsAsync("/api/models?filter=no-such-tag", null));
        Assert.Equal(["acme/gated"], await IdsAsync("/api/datasets", null));
        using var bad = await world.Client().GetAsync("/api/models?sort=colour");
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);

        Assert.Empty(await IdsAsync("/api/models?limit=1&filter=no-such-tag", null));

        var seen = new List<string>();
        string? url = "/api/models?limit=1&author=acme&full=true";
        while (url is not null)
        {
            using var page = await world.Client().GetAsync(url);
            var items = JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.EnumerateArray().ToList();
            seen.AddRange(items.Select(i => i.GetProperty("id").GetString()!));
            url = page.Headers.TryGetValues("Link", out var link) ? Next(link.Single()) : null;
        }

        Assert.Equal(["acme/gated", "acme/members-gated", "acme/open"], seen.Order());
    }

    [Fact]
    public async Task Whoami_names_the_person_the_organizations_and_the_token()
    {
        var me = await JsonAsync("/api/whoami-v2", world.Tokens["author"]);
        Assert.Equal(
            ["type", "id", "name", "fullname", "email", "emailVerified", "canPay", "billingMode", "periodEnd", "isPro", "avatarUrl", "orgs", "auth"],
            me.EnumerateObject().Select(p => p.Name));
        Assert.Equal("acme", me.GetProperty("orgs")[0].GetProperty("name").GetString());
        var token = me.GetProperty("auth").GetProperty("accessToken");
        Assert.Equal(("test", "write"), (token.GetProperty("displayName").GetString(), token.GetProperty("role").GetString()));
        using var nobody = await world.Client().GetAsync("/api/whoami-v2");
        Assert.Equal(HttpStatusCode.Unauthorized, nobody.StatusCode);
    }

    [Fact]
    public async Task Every_answer_carries_a_request_id_and_a_browser_app_may_read_it()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/nothing/here");
        request.Headers.Add("X-Amzn-Trace-Id", "1234-abcd");
        using var missing = await world.Client().SendAsync(request);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
        Assert.EndsWith(";1234-abcd", missing.Headers.GetValues("X-Request-Id").Single(), StringComparison.Ordinal);
        Assert.Equal("*", missing.Headers.GetValues("Access-Control-Allow-Origin").Single());
        Assert.Equal("""{"error":"Sorry, we can't find the page you are looking for."}""", await missing.Content.ReadAsStringAsync());

        using var named = new HttpRequestMessage(HttpMethod.Get, "/api/models/acme/gated");
        named.Headers.Add("X-Request-Id", "my-own-id");
        named.Headers.Add("X-Amzn-Trace-Id", "1234-abcd");
        using var found = await world.Client().SendAsync(named);
        Assert.Equal("my-own-id", found.Headers.GetValues("X-Request-Id").Single());

        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/acme/gated/resolve/main/config.json");
        preflight.Headers.Add("Origin", "https://app.example");
        preflight.Headers.Add("Access-Control-Request-Method", "GET");
        using var allowed = await world.Client().SendAsync(preflight);
        Assert.Equal(HttpStatusCode.NoContent, allowed.StatusCode);
        Assert.Contains("Authorization", allowed.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.Empty(await allowed.Content.ReadAsByteArrayAsync());

        using var method = await world.Client().DeleteAsync("/api/models");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, method.StatusCode);
        Assert.Equal("application/json", method.Content.Headers.ContentType!.MediaType);
    }

    /// <summary>The pages of people and repositories have nearly every short address, for GET: others were told of a wrong method, and not of which is right.</summary>
    [Theory]
    [InlineData("/api/nothing", "POST", 404, "")]
    [InlineData("/api/models/acme/gated/nothing", "PUT", 404, "")]
    [InlineData("/api/collections", "POST", 404, "")]
    [InlineData("/nothing", "DELETE", 404, "")]
    [InlineData("/nothing/here", "POST", 404, "")]
    [InlineData("/acme/gated", "PUT", 404, "")]
    [InlineData("/acme/gated/tree/main", "DELETE", 404, "")]
    [InlineData("/api/models/acme/gated/user-access-request/nothing", "DELETE", 404, "")]
    [InlineData("/api/models", "POST", 405, "GET, HEAD")]
    [InlineData("/api/models/acme/gated", "DELETE", 405, "GET, HEAD")]
    [InlineData("/api/models/acme/gated/settings", "POST", 405, "PUT")]
    [InlineData("/api/models/acme/gated/user-access-request/pending", "DELETE", 405, "GET, HEAD")]
    [InlineData("/api/models/acme/gated/branch/a/b", "PUT", 405, "DELETE, POST")]
    [InlineData("/api/models/acme/gated/xet-write-token/main", "POST", 405, "GET")]
    [InlineData("/acme/gated/resolve/main/config.json", "PUT", 405, "GET, HEAD")]
    [InlineData("/datasets/acme/gated/user-access-report", "POST", 405, "GET, HEAD")]
    [InlineData("/oauth/token", "DELETE", 405, "POST")]
    [InlineData("/login", "DELETE", 405, "GET, HEAD, POST")]
    public async Task Another_method_is_told_which_there_are_and_where_there_is_none_it_is_not_found(string address, string method, int status, string allowed)
    {
        using var response = await world.Client(world.Tokens["author"]).SendAsync(new(new(method), address));
        Assert.Equal((status, allowed), ((int)response.StatusCode, string.Join(", ", response.Content.Headers.Allow.Order(StringComparer.Ordinal))));
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    /// <summary>Clients begin with HEAD, and some never send anything else.</summary>
    [Fact]
    public void HEAD_is_answered_wherever_GET_is()
    {
        var without = world.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(route => route.Metadata.GetMetadata<RouteAccessMetadata>() is { Format: not RefusalFormat.Html })
            .Where(route => route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods is var methods && methods.Contains("GET") && !methods.Contains("HEAD"))
            .Select(route => route.RoutePattern.RawText!)
            // Git asks for its refs by GET; the others are there to be refused.
            .Where(pattern => !pattern.EndsWith("/info/refs", StringComparison.Ordinal) && !pattern.Contains("/info/lfs/locks", StringComparison.Ordinal) && !pattern.Contains("/xet-", StringComparison.Ordinal));
        Assert.Empty(without);
    }

    [Theory]
    [InlineData("/api/models")]
    [InlineData("/api/datasets?author=acme")]
    [InlineData("/api/spaces")]
    [InlineData("/api/models/acme/gated/user-access-request/pending")]
    [InlineData("/acme/gated/user-access-report")]
    [InlineData("/acme/gated/user-access-report?format=csv")]
    public async Task HEAD_has_the_status_and_the_headers_of_GET_and_no_body(string address)
    {
        using var client = world.Client(world.Tokens["author"]);
        using var get = await client.GetAsync(address);
        using var head = await client.SendAsync(new(HttpMethod.Head, address));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (get.StatusCode, head.StatusCode));
        Assert.Equal(get.Content.Headers.ContentType, head.Content.Headers.ContentType);
        Assert.Empty(await head.Content.ReadAsByteArrayAsync());
    }

    [Fact]
    public async Task A_browsers_own_navigation_gets_a_page_and_a_program_gets_json()
    {
        using var navigation = new HttpRequestMessage(HttpMethod.Get, "/acme/gated/resolve/main/config.json");
        navigation.Headers.Add("Sec-Fetch-Mode", "navigate");
        using var page = await world.Client().SendAsync(navigation);
        Assert.Equal((HttpStatusCode.Unauthorized, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.Contains("/acme/gated", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("GatedRepo", page.Headers.GetValues("X-Error-Code").Single());
    }

    /// <summary>Odd input is the client's fault and is told so; none of it is a 500.</summary>
    [Theory]
    [InlineData("GET", "/api/models?limit=0", 400)]
    [InlineData("GET", "/api/models?limit=99999999999999999999", 200)]
    [InlineData("GET", "/api/models?cursor=%00%ff&sort=createdAt", 200)]
    [InlineData("GET", "/api/models?search=%25&search=_&author=%27", 200)]
    [InlineData("GET", "/api/models/acme/gated/tree/main?cursor=AAAA&limit=-5", 200)]
    [InlineData("GET", "/api/models/acme/gated/commits/main?p=2147483647&limit=1000", 200)]
    [InlineData("GET", "/api/models/acme/gated/revision/%01", 404)]
    [InlineData("GET", "/api/models/acme/gated/revision/-x", 404)]
    [InlineData("GET", "/api/models/acme/gated/revision/main:config.json", 404)]
    [InlineData("GET", "/api/models/acme/gated/revision/main%40%7B0%7D", 404)]
    [InlineData("GET", "/api/models/acme/gated/revision/HEAD%5E%7B%2F", 404)]
    [InlineData("GET", "/api/models/acme/gated/tree/main/%ED%A0%80", 404)]
    [InlineData("GET", "/api/models/acme/gated/tree/main/..", 404)]
    [InlineData("POST", "/api/models/acme/gated/paths-info/main|[1]", 400)]
    [InlineData("POST", "/api/models/acme/gated/paths-info/main|{\"paths\":[1]}", 400)]
    [InlineData("POST", "/api/models/acme/gated/paths-info/main|{\"paths\":[\"\\ud800\"]}", 400)]
    [InlineData("POST", "/api/models/acme/gated/paths-info/main|{\"paths\":[\"../x\",\"\",\"/\",\"a\\u0000b\"]}", 200)]
    [InlineData("POST", "/api/models/acme/gated/paths-info/main|not json", 400)]
    [InlineData("POST", "/api/models/acme/gated/user-access-request/handle|{\"user\":\"\\udc00\",\"status\":\"accepted\"}", 400)]
    [InlineData("POST", "/api/models/acme/gated/user-access-request/batch|{\"status\":\"accepted\",\"requests\":[1,null]}", 400)]
    [InlineData("POST", "/api/models/acme/gated/user-access-request/grant|[]", 400)]
    [InlineData("GET", "/api/models/acme/gated/user-access-request/pending?after=yesterday", 400)]
    [InlineData("GET", "/api/models/acme/gated/user-access-request/pending?q=%25_%27&cursor=zzz&before=9999-12-31T23:59:59Z", 200)]
    [InlineData("PUT", "/api/models/acme/gated/settings|{\"gated\":\"\\ud800\"}", 400)]
    [InlineData("POST", "/acme/gated/ask-access|{\"Company\":{}}", 400)]
    public async Task Odd_input_gets_an_answer(string method, string urlAndBody, int status)
    {
        var parts = urlAndBody.Split('|', 2);
        using var request = new HttpRequestMessage(new(method), new Uri(world.Address.GetLeftPart(UriPartial.Authority) + parts[0], new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.Authorization = new("Bearer", world.Tokens["author"]);
        if (parts.Length > 1)
            request.Content = new StringContent(parts[1], Encoding.UTF8, "application/json");
        using var response = await world.Client().SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True((int)response.StatusCode == status, $"{(int)response.StatusCode}: {body}");
        if (status != 200)
            Assert.False(string.IsNullOrEmpty(JsonDocument.Parse(body).RootElement.GetProperty("error").GetString()));
    }

    [Fact]
    public async Task A_host_header_never_gets_into_an_address_of_ours()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/models?limit=1");
        request.Headers.Host = "evil.example";
        using var response = await world.Client().SendAsync(request);
        Assert.StartsWith($"<{world.Address.GetLeftPart(UriPartial.Authority)}/", response.Headers.GetValues("Link").Single(), StringComparison.Ordinal);
    }

    private async Task<string[]> IdsAsync(string url, string? who) =>
        [.. (await JsonAsync(url, who is null ? null : world.Tokens[who])).EnumerateArray().Select(m => m.GetProperty("id").GetString()!).Order()];

    private async Task<JsonElement> JsonAsync(string url, string? token = null) => JsonDocument.Parse(await world.Client(token).GetStringAsync(url)).RootElement;

    private string Next(string link)
    {
        Assert.StartsWith($"<{world.Address.GetLeftPart(UriPartial.Authority)}/", link, StringComparison.Ordinal);
        Assert.EndsWith(">; rel=\"next\"", link, StringComparison.Ordinal);
        Assert.DoesNotContain(',', link);
        return link.Split('<', '>')[1];
    }
}
