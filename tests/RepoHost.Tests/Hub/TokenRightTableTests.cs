using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// Every right of a fine-grained token against every door in every envelope, generated from the route table (threat rows 16, 24a, 24b): of somebody who may do
/// everything here, so that the token alone decides, and of others, whom no token gives more than they have.
/// </summary>
public sealed class TokenRightTableTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    private static readonly string[] Repositories = ["gated", "members-gated", "private", "open"];

    private static readonly string[] Envelopes = ["Bearer", "Basic password", "Basic user name"];

    private readonly DoorTableTests table = new(world);

    /// <summary>Where the rights are.</summary>
    private enum At
    {
        Nowhere,
        Repository,
        Namespace,
        AnotherRepository,
        AnotherNamespace,
    }

    [Fact]
    public async Task Each_right_opens_the_doors_that_the_table_says()
    {
        var wrong = new List<string>();
        var cells = 0;
        foreach (var name in Repositories)
        {
            var record = await world.FindAsync(name);
            foreach (var who in (string[])["author", "accepted", "stranger", "member"])
            {
                foreach (var kind in Kinds(who))
                {
                    var token = await IssueAsync(who, kind, record);
                    foreach (var door in table.Doors(name).Where(door => door.Type == RepositoryType.Model))
                    {
                        foreach (var envelope in who == "author" ? Envelopes : Envelopes[..1])
                        {
                            cells++;
                            var expected = Expected(door.Access, name, who, kind);
                            // Who may only propose, and has proposed nothing yet, has nothing to push.
                            if (expected == "in" && who != "author" && door.Url.Contains("git-receive-pack", StringComparison.Ordinal))
                                expected = "403";
                            var url = door.Link is { } operation ? door.Url + Link(operation, record, who, token.Id) : door.Url;
                            var got = Inside(name, door, await table.AskAsync(door with { Url = url }, token.Text, envelope));
                            if (got != expected)
                                wrong.Add($"{door.Method} {door.Url} as {who} with {kind} by {envelope}: expected {expected}, got {got}");
                        }
                    }
                }
            }
        }

        Assert.True(cells > 10_000, $"only {cells} cells were asked");
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {cells} cells are wrong:\n{string.Join('\n', wrong.Take(40))}");
    }

    /// <summary>Clients send nothing beside a signed address: what the token may do now holds for what it asked for then.</summary>
    [Fact]
    public async Task A_signed_address_alone_opens_what_its_token_may_now()
    {
        var record = await world.FindAsync("gated");
        foreach (var kind in Kinds("author"))
        {
            var token = await IssueAsync("author", kind, record);
            foreach (var door in table.Doors("gated").Where(door => door is { Link: not null, Type: RepositoryType.Model }))
            {
                var got = await table.AskAsync(door with { Url = door.Url + Link(door.Link!.Value, record, "author", token.Id) }, null, "none");
                Assert.Equal($"{door.Url} with {kind}: {Expected(door.Access, "gated", "author", kind)}", $"{door.Url} with {kind}: {got}");
            }
        }
    }

    /// <summary>What the open repository answers behind its doors: it has no large file, and nothing to ask for.</summary>
    private static string Inside(string repository, DoorTableTests.Door door, string got) => (repository, got) switch
    {
        ("open", "404") when door.Link == LinkOperation.Download => "in",
        ("open", "303") when door.Url.EndsWith("/ask-access", StringComparison.Ordinal) => "in",
        _ => got,
    };

    /// <summary>
    /// A person's own pages make tokens, change passwords and let programs in: a token that opened one could get itself all that it was not given. A form needs no
    /// antiforgery field when a token comes along, so this is all that stands in the way.
    /// </summary>
    [Fact]
    public async Task No_token_opens_the_own_pages_of_a_person_or_an_organization()
    {
        var limited = await IssueAsync("author", new(false, TokenRights.None, At.Nowhere), await world.FindAsync("gated"));
        var asked = 0;
        foreach (var route in world.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>())
        {
            if (route.Metadata.GetMetadata<RouteAccessMetadata>() is not { Format: RefusalFormat.Html } page || !(page.Access == RouteAccess.Person || page.IsAboutOrganization))
                continue;
            var url = "/" + string.Join('/', route.RoutePattern.PathSegments.Select(segment => segment.Parts switch
            {
                [RoutePatternLiteralPart literal] => literal.Content,
                [RoutePatternParameterPart { Name: RouteAccessMetadata.Organization }] => "acme",
                _ => "x",
            }));
            foreach (var method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods)
            {
                foreach (var token in (string?[])[limited.Text, world.Tokens["author with a read token"], world.Tokens["author"]])
                {
                    foreach (var envelope in Envelopes)
                    {
                        asked++;
                        Assert.Equal($"{method} {url} 403", $"{method} {url} {await table.AskAsync(new(method, url, RouteAccess.Person, RepositoryType.Model, null, true), token, envelope)}");
                    }
                }
            }
        }

        Assert.True(asked > 50, $"only {asked} were asked");
    }

    private static IEnumerable<Kind> Kinds(string who)
    {
        yield return new(false, TokenRights.None, At.Nowhere);
        yield return new(true, TokenRights.None, At.Nowhere);
        yield return new(true, TokenRights.All, At.Repository);
        yield return new(false, TokenRights.All, At.Namespace);
        if (who != "author")
            yield break;
        foreach (var right in (TokenRights[])[TokenRights.Read, TokenRights.Write, TokenRights.Settings, TokenRights.Review])
        {
            yield return new(false, right, At.Repository);
            yield return new(false, right, At.Namespace);
            yield return new(false, TokenRights.All & ~right, At.Repository);
        }

        yield return new(false, TokenRights.All, At.AnotherRepository);
        yield return new(false, TokenRights.All, At.AnotherNamespace);
        yield return new(true, TokenRights.Write, At.Repository);
    }

    /// <summary>What the token leaves of what its person may.</summary>
    private static string Expected(RouteAccess access, string repository, string who, Kind kind)
    {
        var rights = kind.At is At.Repository or At.Namespace ? kind.Rights : TokenRights.None;
        var (isPrivate, insider) = (repository == "private", who is "author" or "member");
        if (isPrivate && (!insider || rights == TokenRights.None))
            return "404 RepoNotFound";

        var reads = repository == "open" || rights.HasFlag(TokenRights.Read) || (!isPrivate && kind.ReadsGated);
        var passes = who is "author" or "accepted" || repository == "open" || (who == "member" && repository != "members-gated");
        return access switch
        {
            RouteAccess.SeeRepository => "in",
            RouteAccess.ReadContent => reads && passes ? "in" : "403 GatedRepo",
            RouteAccess.OwnRequest => rights.HasFlag(TokenRights.Read) || (!isPrivate && kind.ReadsGated) ? "in" : "403",
            RouteAccess.Propose or RouteAccess.Contribute when !rights.HasFlag(TokenRights.Write) => "403",
            RouteAccess.Contribute when who == "author" => "in",
            RouteAccess.Propose or RouteAccess.Contribute => reads && passes ? "in" : "403 GatedRepo",
            RouteAccess.Write => who == "author" && rights.HasFlag(TokenRights.Write) ? "in" : "403",
            RouteAccess.Edit when who != "author" || !rights.HasFlag(TokenRights.Write) => "403",
            RouteAccess.Edit => reads && passes ? "in" : "403 GatedRepo",
            RouteAccess.Review => who == "author" && rights.HasFlag(TokenRights.Review) ? "in" : "403",
            RouteAccess.ChangeSettings => who == "author" && rights.HasFlag(TokenRights.Settings) ? "in" : "403",
            _ => throw new ArgumentOutOfRangeException(nameof(access), access, "The table has no row for this access."),
        };
    }

    private async Task<IssuedToken> IssueAsync(string who, Kind kind, RepositoryRecord record)
    {
        var entity = kind.At switch
        {
            At.Repository => ScopeEntity.Of(record),
            At.AnotherRepository => ScopeEntity.Of(await world.FindAsync(record.Name == "gated" ? "private" : "gated")),
            At.Namespace => new ScopeEntity(ScopeEntityKind.Organization, record.OwnerOrganizationId!, "acme"),
            _ => new ScopeEntity(ScopeEntityKind.User, world.People["author"].Id, "author"),
        };
        var user = await world.Services.GetRequiredService<UserAccounts>().FindAsync(who, CancellationToken.None);
        return await world.Services.GetRequiredService<TokenIssuer>().IssueAsync(
            user!, "table", new TokenGrant(kind.ReadsGated, kind.At == At.Nowhere ? [] : [new(entity, kind.Rights)]), null, CancellationToken.None);
    }

    private string Link(LinkOperation operation, RepositoryRecord record, string who, string tokenId) => world.Services.GetRequiredService<SignedLinks>().Write(new()
    {
        Operation = operation,
        RepositoryId = record.Id,
        Object = DoorTableTests.Weights,
        UserId = world.People[who].Id,
        TokenId = tokenId,
        ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(5),
        UploadId = "0123456789abcdef",
        PartBytes = 1000,
        Part = operation == LinkOperation.UploadPart ? 1 : 0,
    });

    private sealed record Kind(bool ReadsGated, TokenRights Rights, At At);
}
