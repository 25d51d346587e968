using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GateMiddleware;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Tests.Git;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>extra_gated_eu_disallowed</c>: who is in the European Union, or nobody knows where, is refused at every door (threat row 46).</summary>
public sealed partial class EuropeTests(EuropeWorld world) : IClassFixture<EuropeWorld>
{
    private const string Refused = "is not available from the European Union.";
    private const string NotDetermined = "is not available from the European Union, and it could not be determined where this request comes from.";
    private const string File = "/acme/restricted/resolve/main/config.json";

    private static readonly string LfsOid = LfsWorld.Sha(System.Text.Encoding.UTF8.GetBytes(EuropeWorld.LfsText));

    public static TheoryData<string, string?, int> Callers => new()
    {
        { "accepted", EuropeWorld.Canada, 200 },
        { "accepted", EuropeWorld.Germany, 403 },
        { "accepted", EuropeWorld.GermanyToo, 403 },
        { "accepted", EuropeWorld.Nowhere, 403 },
        { "accepted", null, 403 },
        { "member", EuropeWorld.Canada, 200 },
        { "member", EuropeWorld.Germany, 403 },
        { "stranger", EuropeWorld.Germany, 403 },
        { "author", EuropeWorld.Canada, 200 },
        { "author", EuropeWorld.Germany, 200 },
        { "author", EuropeWorld.Nowhere, 200 },
        { "author", null, 200 },
    };

    [Theory]
    [MemberData(nameof(Callers))]
    public async Task Each_caller_is_answered_by_where_they_are(string person, string? from, int status)
    {
        // An escaped letter goes through the route table, a plain address through the matcher.
        foreach (var url in (string[])[File, File.Replace("resolve", "%72esolve", StringComparison.Ordinal), "/acme/restricted/resolve/main/model.bin", "/datasets" + File])
        {
            foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
            {
                var (got, sentence) = await world.AskAsync(from, person, url, method);
                Assert.Equal((url, status), (url, got));
                if (status == 403)
                    Assert.EndsWith(from is EuropeWorld.Germany or EuropeWorld.GermanyToo ? Refused : NotDetermined, sentence, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public async Task Nobody_is_asked_to_log_in_wherever_they_are()
    {
        foreach (var from in (string?[])[EuropeWorld.Canada, EuropeWorld.Germany, null])
            Assert.Equal(401, (await world.AskAsync(from, null, File)).Status);
    }

    [Fact]
    public async Task Where_no_card_restricts_a_gated_repository_nobodys_place_matters()
    {
        foreach (var from in (string?[])[EuropeWorld.Canada, EuropeWorld.Germany, EuropeWorld.Nowhere, null, "junk"])
        {
            Assert.Equal(200, (await world.AskAsync(from, "accepted", "/acme/gated/resolve/main/config.json")).Status);
            Assert.Equal(200, (await world.AskAsync(from, null, "/acme/ungated/resolve/main/config.json")).Status);
            Assert.Equal(200, (await world.AskAsync(from, null, "/acme/restricted/resolve/main/README.md")).Status);
            Assert.Equal(200, (await world.AskAsync(from, "stranger", "/api/models/acme/restricted")).Status);
        }
    }

    /// <summary>From the route table, so that a new door can't be forgotten.</summary>
    [Fact]
    public async Task Every_gated_door_is_closed_to_the_accepted_from_there_and_open_from_elsewhere()
    {
        var wrong = new List<string>();
        var doors = 0;
        foreach (var route in world.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>())
        {
            if (route.Metadata.GetMetadata<GateMetadata>() is not { ObserveOnly: false } || route.Metadata.GetMetadata<RouteAccessMetadata>()!.RepositoryType is not { } type)
                continue;
            // Whoever was only accepted never comes as far as the gate where contents are changed.
            // Nor where there is nothing that they could push.
            if (route.RoutePattern.RawText!.EndsWith("/git-receive-pack", StringComparison.Ordinal) || route.Metadata.GetMetadata<RequiredQuery>()?.Sample.Contains("git-receive-pack", StringComparison.Ordinal) == true)
                continue;
            if (route.RoutePattern.GetParameter(RouteAccessMetadata.Namespace) is null || route.Metadata.GetMetadata<RouteAccessMetadata>()!.Access == RouteAccess.Edit)
                continue;
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                doors++;
                foreach (var (from, sentence) in new[] { (EuropeWorld.Germany, Refused), (EuropeWorld.Nowhere, NotDetermined), (EuropeWorld.Canada, null) })
                {
                    var url = await FillAsync(route, type);
                    var got = await world.AskAsync(from, "accepted", url, new HttpMethod(method), method == "POST" ? JsonContent.Create(new { }) : null);
                    if (sentence is null ? got.Status is 401 or 403 : got.Status != 403 || got.Sentence?.EndsWith(sentence, StringComparison.Ordinal) != true)
                        wrong.Add($"{method} {url} from {from}: {got}");
                }
            }
        }

        Assert.True(doors > 40, $"only {doors} doors");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public async Task An_LFS_address_does_not_travel()
    {
        using var client = world.ClientFrom(EuropeWorld.Canada, "accepted");
        using var body = new StringContent(LfsWorld.Body("download", (LfsOid, EuropeWorld.LfsText.Length)), new MediaTypeHeaderValue("application/vnd.git-lfs+json"));
        using var batch = await client.PostAsync("/acme/restricted.git/info/lfs/objects/batch", body);
        var address = (string)JsonNode.Parse(await batch.Content.ReadAsStringAsync())!["objects"]![0]!["actions"]!["download"]!["href"]!;
        Assert.Equal(200, (await world.AskAsync(EuropeWorld.Canada, null, address)).Status);
        var there = await world.AskAsync(EuropeWorld.Germany, null, address);
        Assert.Equal(403, there.Status);
        Assert.EndsWith(Refused, there.Sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_LFS_batch_answers_from_there()
    {
        foreach (var (from, status) in new[] { (EuropeWorld.Germany, 403), (EuropeWorld.Nowhere, 403), (EuropeWorld.Canada, 200) })
        {
            using var body = new StringContent(LfsWorld.Body("download", (LfsOid, EuropeWorld.LfsText.Length)), new MediaTypeHeaderValue("application/vnd.git-lfs+json"));
            Assert.Equal(status, (await world.AskAsync(from, "accepted", "/acme/restricted.git/info/lfs/objects/batch", HttpMethod.Post, body)).Status);
        }
    }

    [Fact]
    public async Task The_real_git_prints_why()
    {
        using var git = new GitClient(world.People["accepted"].Token);
        var url = $"{world.Address.ToString().TrimEnd('/')}/acme/restricted";
        var refused = git.Run("-c", $"http.extraHeader=X-Forwarded-For: {EuropeWorld.Germany}", "clone", "-q", url, "there");
        Assert.False(refused.Succeeded);
        Assert.Contains($"remote: Access to model acme/restricted {Refused}", refused.Said, StringComparison.Ordinal);
        git.Must("-c", $"http.extraHeader=X-Forwarded-For: {EuropeWorld.Canada}", "clone", "-q", url, "elsewhere");
        await Task.CompletedTask;
    }

    [Fact]
    public async Task Who_may_not_read_from_where_they_are_may_not_ask_either_and_where_somebody_was_is_the_servers_word()
    {
        var record = await world.AddAsync(RepositoryType.Model, "acme/asked", EuropeWorld.Card);
        var answers = new Dictionary<string, string> { ["Company"] = "Example", ["Where"] = "Antarctica" };
        foreach (var (from, sentence) in new[] { (EuropeWorld.Germany, Refused), (EuropeWorld.Nowhere, NotDetermined) })
        {
            var got = await world.AskAsync(from, "stranger", "/acme/asked/ask-access", HttpMethod.Post, JsonContent.Create(answers));
            Assert.Equal(403, got.Status);
            Assert.EndsWith(sentence, got.Sentence, StringComparison.Ordinal);
        }

        Assert.Equal("[]", await ReportAsync(record, "stranger"));
        Assert.Equal(303, (await world.AskAsync(EuropeWorld.Canada, "stranger", "/acme/asked/ask-access", HttpMethod.Post, JsonContent.Create(answers))).Status);
        Assert.Equal("""[{"Company":"Example","Where":"Canada (CA)"}]""", await ReportAsync(record, "stranger"));
        Assert.Equal(200, (await world.AskAsync(EuropeWorld.Canada, "stranger", "/acme/asked/resolve/main/config.json")).Status);
    }

    [Theory]
    [InlineData(EuropeWorld.Germany, "Germany (DE)")]
    [InlineData(EuropeWorld.Canada, "Canada (CA)")]
    [InlineData(EuropeWorld.Nowhere, "unknown")]
    [InlineData(null, "unknown")]
    public async Task A_field_for_the_place_is_filled_where_nobody_is_refused_too(string? from, string expected)
    {
        var name = $"place{expected.Length}{from?.Length}";
        var record = await world.AddAsync(RepositoryType.Model, $"acme/{name}", "---\ngated: manual\nextra_gated_fields:\n  Where: ip_location\n---\n");
        Assert.Equal(303, (await world.AskAsync(from, "stranger", $"/acme/{name}/ask-access", HttpMethod.Post, JsonContent.Create(new { Where = "Mars" }))).Status);
        Assert.Equal($$"""[{"Where":"{{expected}}"}]""", await ReportAsync(record, "stranger"));
    }

    /// <summary>What stands left of the addresses that our proxies wrote was written by the visitor.</summary>
    [Theory]
    [InlineData("198.51.100.1, 192.0.2.1", 403)]
    [InlineData("192.0.2.1, 198.51.100.1", 200)]
    [InlineData("192.0.2.1, 198.51.100.1, 198.51.100.99", 200)]
    [InlineData("198.51.100.1, 192.0.2.1, 198.51.100.99, 127.0.0.5", 403)]
    [InlineData("::ffff:198.51.100.1", 200)]
    [InlineData("::ffff:192.0.2.1", 403)]
    [InlineData("198.51.100.1:4711", 200)]
    [InlineData("[2001:db8:de::1]:4711", 403)]
    [InlineData("198.51.100.99", 403)]
    [InlineData("unknown", 403)]
    [InlineData("198.51.100.1, unknown", 403)]
    [InlineData("", 403)]
    [InlineData("198.51.100.1, ,", 200)]
    public async Task The_first_address_from_the_right_that_is_not_a_proxys_counts(string header, int status) =>
        Assert.Equal(status, (await world.AskAsync(header, "accepted", File)).Status);

    [Fact]
    public async Task A_country_file_that_changes_counts_and_one_that_is_gone_refuses()
    {
        var path = world.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<RepoHost.Gating.Regions.GeoOptions>>().Value.CountryFile!;
        var before = await System.IO.File.ReadAllBytesAsync(path);
        try
        {
            System.IO.File.Delete(path);
            await UntilAsync(403);
        }
        finally
        {
            await System.IO.File.WriteAllBytesAsync(path, before);
        }

        await UntilAsync(200);

        async Task UntilAsync(int status)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while ((await world.AskAsync(EuropeWorld.Canada, "accepted", File)).Status != status)
                await Task.Delay(100, patience.Token);
        }
    }

    [Fact]
    public async Task A_card_that_cant_be_read_any_more_restricts_as_the_last_one_did()
    {
        var record = await world.AddAsync(RepositoryType.Model, "acme/broken", EuropeWorld.Card);
        Assert.Equal(403, (await world.AskAsync(EuropeWorld.Germany, "accepted", "/acme/broken/resolve/main/config.json")).Status);
        var folder = world.Services.GetRequiredService<GitRepositories>().PathOf(record.Id);

        // Past our own rules, as by a program on the server: first a card in which nothing can be read, then no branch at all.
        using var work = new GitClient(null);
        work.Must("clone", "-q", folder, "work");
        work.Write("work/README.md", "---\ngated: [\n---\n");
        work.Commit("work");
        work.In("work", "push", "-q", "origin", "main:main");
        await AskBothAsync("/acme/broken/resolve/main/config.json");
        TestRepository.RunGit(["--git-dir=" + folder, "update-ref", "refs/heads/side", "main"]);
        TestRepository.RunGit(["--git-dir=" + folder, "update-ref", "-d", "refs/heads/main"]);
        await AskBothAsync("/acme/broken/resolve/side/config.json");

        async Task AskBothAsync(string url)
        {
            Assert.EndsWith(Refused, (await world.AskAsync(EuropeWorld.Germany, "accepted", url)).Sentence, StringComparison.Ordinal);
            Assert.Equal(200, (await world.AskAsync(EuropeWorld.Canada, "accepted", url)).Status);
        }
    }

    private async Task<string> ReportAsync(RepositoryRecord record, string person)
    {
        using var client = world.Client(world.People["author"].Token);
        var report = JsonNode.Parse(await client.GetStringAsync($"/{record.FullName}/user-access-report"))!.AsArray();
        return new JsonArray([.. report.Where(item => (string)item!["user"]! == person).Select(item => item!["fields"]!.DeepClone())]).ToJsonString(JsonSerializerOptions.Default);
    }

    private async Task<string> FillAsync(RouteEndpoint route, RepositoryType type)
    {
        var pattern = route.RoutePattern.RawText!;
        var contents = pattern.Contains("/resolve/", StringComparison.Ordinal) || pattern.Contains("/raw/", StringComparison.Ordinal);
        var link = route.Metadata.GetMetadata<SignedAddressMetadata>() is { } signed ? await LinkAsync(type, signed.Operation) : "";
        return Parameter().Replace(pattern, match => match.Groups[1].Value switch
        {
            "namespace" => "acme",
            "name" => "restricted",
            "oid" => LfsOid,
            "link" => link,
            "part" => "1",
            "rest" when match.Value.Contains(":pullrequest", StringComparison.Ordinal) => "refs%2Fpr%2F1",
            "rest" when match.Value.Contains(":diff", StringComparison.Ordinal) => "main.diff",
            _ => contents ? "main/config.json" : "main",
        }) + route.Metadata.GetMetadata<RequiredQuery>()?.Sample;
    }

    private async Task<string> LinkAsync(RepositoryType type, LinkOperation operation)
    {
        var record = await world.FindAsync("restricted", type);
        var user = (await world.Services.GetRequiredService<UserAccounts>().FindAsync("accepted", CancellationToken.None))!;
        return world.Services.GetRequiredService<SignedLinks>().Write(new()
        {
            Operation = operation,
            Part = operation == LinkOperation.UploadPart ? 1 : 0,
            PartBytes = 1000,
            UploadId = "0123456789abcdef",
            RepositoryId = record.Id,
            Object = new(RepoHost.Lfs.LfsOid.Parse(LfsOid), EuropeWorld.LfsText.Length),
            UserId = user.Id,
            SessionId = await world.SessionIdAsync(user.Id),
            ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(5),
        });
    }

    [GeneratedRegex(@"\{\**(\w+)[^}]*\}")]
    private static partial Regex Parameter();
}
