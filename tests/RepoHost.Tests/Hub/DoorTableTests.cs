using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using GateMiddleware;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Lfs;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// Every door against every kind of caller in every envelope (threat rows 5, 16, 24a, 24b), generated from the route table: a new door can't be forgotten.
/// </summary>
public sealed class DoorTableTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private static readonly string[] Envelopes = ["Bearer", "Basic password", "Basic user name"];

    /// <summary>Made, squashed and deleted again by whoever may; the default branch stays as it is.</summary>
    private const string SideBranch = "a-side-branch";

    private static readonly string[] Outsiders = ["stranger", "pending", "rejected", "reset"];

    [Fact]
    public void Every_route_declares_its_access()
    {
        Assert.NotEmpty(Routes());
        Assert.Contains(Routes(), r => r.Metadata.GetMetadata<RouteAccessMetadata>()?.Format == RefusalFormat.Html);
        Assert.Empty(Routes().Where(r => r.Metadata.GetMetadata<RouteAccessMetadata>() is null).Select(r => r.DisplayName));
    }

    [Fact]
    public void Every_route_that_hands_out_contents_is_gated_and_every_other_repository_route_asks_the_gate()
    {
        foreach (var route in Routes())
        {
            var access = route.Metadata.GetMetadata<RouteAccessMetadata>()!;
            var gate = route.Metadata.GetMetadata<GateMetadata>();
            if (access.RepositoryType is null)
                continue;
            Assert.True(gate is not null, route.DisplayName);
            Assert.Equal(access.Access is not (RouteAccess.ReadContent or RouteAccess.Propose or RouteAccess.Contribute or RouteAccess.Edit), gate.ObserveOnly);
            Assert.True(gate.ObserveOnly || gate.Format == access.Format, route.DisplayName);
        }
    }

    [Fact]
    public async Task Each_door_lets_in_whom_the_table_says()
    {
        var wrong = new List<string>();
        var cells = 0;
        foreach (var name in (string[])["gated", "members-gated", "private"])
        {
            foreach (var door in Doors(name))
            {
                foreach (var (caller, token) in world.Tokens)
                {
                    foreach (var envelope in EnvelopesOf(caller, token))
                    {
                        cells++;
                        var expected = ExpectedBy(envelope, door, name, caller);
                        var url = door.Link is { } operation ? door.Url + await LinkAsync(operation, await world.FindAsync(name, door.Type), caller, envelope) : door.Url;
                        var got = await AskAsync(door with { Url = url }, envelope == "cookie" ? world.Sessions[caller] : token, envelope);
                        if (got != expected)
                            wrong.Add($"{door.Method} {door.Url} as {caller} by {envelope}: expected {expected}, got {got}");
                    }
                }

                // Withdrawing worked for whoever was pending; put the request back for the doors that follow.
                if (door.Url.EndsWith("/user-access-request/cancel", StringComparison.Ordinal) && name != "private")
                    await world.AskAsync(await world.FindAsync(name, door.Type), "pending");
            }
        }

        Assert.True(cells > 1500, $"only {cells} cells were asked");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cells} cells are wrong:\n{string.Join('\n', wrong.Take(40))}");
    }

    [Fact]
    public async Task A_route_of_one_part_answers_like_a_missing_repository()
    {
        foreach (var url in (string[])["/gpt2/resolve/main/config.json", "/datasets/squad/raw/main/a", "/api/models/gpt2", "/api/models/gpt2/revision/main", "/api/datasets/squad/tree/main"])
        {
            using var nobody = await world.Client().GetAsync(url);
            Assert.Equal((HttpStatusCode.Unauthorized, "RepoNotFound"), (nobody.StatusCode, Code(nobody)));
            using var somebody = await world.Client(world.Tokens["stranger"]).GetAsync(url);
            Assert.Equal((HttpStatusCode.NotFound, "RepoNotFound"), (somebody.StatusCode, Code(somebody)));
        }
    }

    /// <summary>Whoever has an account also comes with a browser's session; one whose token was revoked has nothing to do with that.</summary>
    private IEnumerable<string> EnvelopesOf(string caller, string? token) =>
        token is null ? ["none"] : world.Sessions.ContainsKey(caller) && caller != "revoked" ? Envelopes.Append("cookie") : Envelopes;

    /// <summary>
    /// A cookie is sent along by other sites' forms too: without the page's own field no door that changes something opens to it. Who may not use the door hears of
    /// that first; the gate comes after.
    /// </summary>
    private static string ExpectedBy(string envelope, Door door, string repository, string caller)
    {
        var expected = Expected(door.Access, repository, caller);
        var maybeForged = (envelope == "cookie" || (envelope == "none" && door.Page)) && door.Method is ("POST" or "PUT" or "DELETE") && door.Link is null;
        if (maybeForged && (expected == "in" || expected.EndsWith(" GatedRepo", StringComparison.Ordinal)))
            return "forged";
        // Who may only propose, and has proposed nothing yet, has nothing to push.
        return expected == "in" && door.Url.Contains("git-receive-pack", StringComparison.Ordinal) && caller is not ("author" or "writer") ? "403" : expected;
    }

    /// <summary>The table of design 2, as a function of what the route declares, the repository and the caller.</summary>
    private static string Expected(RouteAccess access, string repository, string caller)
    {
        if (caller is "junk" or "revoked" or "disabled")
            return "401";
        var (admin, writer, member) = (caller is "author" or "author with a read token", caller == "writer", caller == "member");
        var insider = admin || writer || member;
        if (repository == "private" && !insider)
            return caller == "nobody" ? "401 RepoNotFound" : "404 RepoNotFound";

        return access switch
        {
            RouteAccess.SeeRepository => "in",
            RouteAccess.ReadContent when caller == "nobody" => "401 GatedRepo",
            RouteAccess.Propose or RouteAccess.Contribute when caller == "nobody" => "401",
            RouteAccess.Propose or RouteAccess.Contribute when caller == "author with a read token" => "403",
            // A right to write shows nothing, so the gate is not asked.
            RouteAccess.Contribute when caller == "author" || writer => "in",
            RouteAccess.Propose or RouteAccess.Contribute => Expected(RouteAccess.ReadContent, repository, caller),
            RouteAccess.ReadContent when Outsiders.Contains(caller) => "403 GatedRepo",
            RouteAccess.ReadContent when (member || writer) && repository == "members-gated" => "403 GatedRepo",
            RouteAccess.ReadContent => "in",
            _ when caller == "nobody" => "401",
            RouteAccess.OwnRequest => "in",
            RouteAccess.Write or RouteAccess.Review => caller == "author" || writer ? "in" : "403",
            RouteAccess.Edit when caller == "author" || writer => Expected(RouteAccess.ReadContent, repository, caller),
            RouteAccess.Edit => "403",
            RouteAccess.ChangeSettings => caller == "author" ? "in" : "403",
            _ => throw new ArgumentOutOfRangeException(nameof(access), access, "The table has no row for this access."),
        };
    }

    /// <summary>"in" for whatever comes after the door (200, or 400 for a body that says nothing), else the refusal's status and code.</summary>
    internal async Task<string> AskAsync(Door door, string? token, string envelope)
    {
        using var client = world.Client();
        using var request = new HttpRequestMessage(new(door.Method), door.Url);
        request.Headers.Authorization = envelope switch
        {
            "Bearer" => new("Bearer", token),
            "Basic password" => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"anything:{token}"))),
            "Basic user name" => new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{token}:"))),
            _ => null,
        };
        if (envelope == "cookie")
            request.Headers.Add("Cookie", token);
        if (door.Method is "POST" or "PUT")
            request.Content = new StringContent("{}", new MediaTypeHeaderValue("application/json"));
        using var response = await client.SendAsync(request);
        // The hf command hides the reason of a gate unless it stands there, too.
        if (Code(response) == Refusals.GatedRepo && Header(response, "X-HF-Warning") != $"gate; {Header(response, "X-Error-Message")}")
            return "a gate without X-HF-Warning";
        return (int)response.StatusCode switch
        {
            400 when (await response.Content.ReadAsStringAsync()).Contains("did not come from this site", StringComparison.Ordinal) => "forged",
            200 or 206 or 400 or 415 => "in",
            // A page sends nobody to where they log in.
            302 when door.Page && response.Headers.Location!.ToString().StartsWith("/login?next=", StringComparison.Ordinal) => "401",
            303 when door.Page => "in",
            // A form that does not say what it is about to change.
            412 when door.Page => "in",
            // So many questions come from nobody but this test.
            429 when door.Url.EndsWith("/settings/access-requests/people", StringComparison.Ordinal) => "in",
            404 when door.Url.Contains("/info/lfs/locks", StringComparison.Ordinal) && Code(response) is null => "in",
            404 when Code(response) is null && door.Url.EndsWith("/cancel", StringComparison.Ordinal) => "in",
            // There is none yet; who may write to it is its own test.
            404 when door.Url.EndsWith("/refs%2Fpr%2F1", StringComparison.Ordinal) && Code(response) == "RevisionNotFound" => "in",
            // There are none, and an empty list would say something else.
            403 when door.Method is "GET" or "HEAD" && door.Url.EndsWith("/discussions", StringComparison.Ordinal) && Header(response, "X-Error-Message") == "Discussions are disabled for this repo" => "in",
            404 when door.Url.EndsWith("/discussions/1", StringComparison.Ordinal) && Code(response) is null => "in",
            404 when door.Url.Contains("xet-", StringComparison.Ordinal) && Code(response) is null => "in",
            404 when door.Url.Contains(SideBranch, StringComparison.Ordinal) && Code(response) == "RevisionNotFound" => "in",
            409 when door.Url.EndsWith($"/branch/{SideBranch}", StringComparison.Ordinal) => "in",
            var status => Code(response) is { } code ? $"{status} {code}" : $"{status}",
        };
    }

    private static string? Code(HttpResponseMessage response) => Header(response, "X-Error-Code");

    private static string? Header(HttpResponseMessage response, string name) => response.Headers.TryGetValues(name, out var values) ? values.Single() : null;

    private IEnumerable<RouteEndpoint> Routes() => world.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    internal IEnumerable<Door> Doors(string name) =>
        from route in Routes()
        let access = route.Metadata.GetMetadata<RouteAccessMetadata>()!
        let type = access.RepositoryType
        where type is not null && route.RoutePattern.GetParameter(RouteAccessMetadata.Namespace) is not null
        where type == RepositoryType.Model || name == "gated"
        from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        select new Door(method, Fill("/" + route.RoutePattern.RawText!.TrimStart('/'), name) + route.Metadata.GetMetadata<RequiredQuery>()?.Sample, access.Access, type.GetValueOrDefault(),
            route.Metadata.GetMetadata<SignedAddressMetadata>()?.Operation, access.Format == RefusalFormat.Html);

    private static string Fill(string pattern, string name)
    {
        var ofFile = ((string[])["/resolve/", "/raw/", "/blob/", "/edit/", "/delete/"]).Any(word => pattern.Contains(word, StringComparison.Ordinal));
        var rest = ofFile ? "main/config.json" : "main";
        pattern = pattern.Replace("{**rest:pullrequest}", "refs%2Fpr%2F1", StringComparison.Ordinal).Replace("{**rest:diff}", "main.diff", StringComparison.Ordinal);
        var url = pattern.Replace("{namespace}", "acme", StringComparison.Ordinal).Replace("{name}", name, StringComparison.Ordinal).Replace("{**rest}", rest, StringComparison.Ordinal)
            .Replace("{**branch}", SideBranch, StringComparison.Ordinal).Replace("{**tag}", SideBranch, StringComparison.Ordinal).Replace("{**revision}", "main", StringComparison.Ordinal)
            .Replace($"{{{SignedAddressMetadata.Oid}}}", Weights.Oid.Value, StringComparison.Ordinal).Replace($"{{{SignedAddressMetadata.Part}}}", "1", StringComparison.Ordinal)
            .Replace($"{{{SecretInAddress.RouteValue}}}", "", StringComparison.Ordinal);
        url = url.Replace("{number:int}", "1", StringComparison.Ordinal);
        var status = url.IndexOf("{status", StringComparison.Ordinal);
        return status < 0 ? url : url[..status] + "pending";
    }

    /// <summary>A signed address for whoever calls, beside which the credential itself is sent too: as the batch made it, so that only the caller's standing decides.</summary>
    private async Task<string> LinkAsync(LinkOperation operation, RepositoryRecord record, string caller, string envelope)
    {
        var person = world.People.GetValueOrDefault(caller == "author with a read token" ? "author" : caller);
        await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
        var role = caller == "author with a read token" ? TokenRole.Read : TokenRole.Write;
        return world.Services.GetRequiredService<SignedLinks>().Write(new()
        {
            Operation = operation,
            RepositoryId = record.Id,
            Object = Weights,
            UserId = person?.Id,
            TokenId = person is null || envelope == "cookie" ? null : await db.AccessTokens.Where(t => t.UserId == person.Id && t.Role == role).Select(t => t.Id).SingleAsync(),
            SessionId = person is null ? null : await world.SessionIdAsync(person.Id),
            ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(5),
            UploadId = "0123456789abcdef",
            PartBytes = 1000,
            Part = operation == LinkOperation.UploadPart ? 1 : 0,
        });
    }

    internal static readonly LfsPointer Weights = new(
        LfsOid.Parse(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(GatedWorld.LfsText)))), Encoding.UTF8.GetByteCount(GatedWorld.LfsText));

    internal sealed record Door(string Method, string Url, RouteAccess Access, RepositoryType Type, LinkOperation? Link, bool Page);
}
