using System.Text.RegularExpressions;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Tests.Pages;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// Every route and page that is about an organization against everybody who may not use it, generated from the route table: a new one can't be forgotten
/// (threat rows 16, 24b, 24d).
/// </summary>
public sealed class OrganizationDoorTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>, IAsyncLifetime
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>The id of a token of the machine's.</summary>
    private string token = "";

    private Organizations Organizations => world.Services.GetRequiredService<Organizations>();

    /// <summary>The machine that addresses name, and an organization that the boss has nothing to do with. There since the first test of the class, they are not made again.</summary>
    public async ValueTask InitializeAsync()
    {
        var machines = world.Services.GetRequiredService<ServiceAccounts>();
        await machines.AddAsync("acme", "bot", null, null, Cancel);
        var bot = await machines.FindAsync(null, "bot", Cancel);
        token = (await world.Services.GetRequiredService<TokenIssuer>().IssueAsync(bot!, "limited", TokenGrant.Nothing, null, Cancel)).Id;
        await Organizations.AddAsync("theirs", "Theirs", "owner", Cancel);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Each_door_turns_away_whom_its_access_says()
    {
        var wrong = new List<string>();
        var cells = 0;
        foreach (var door in Doors())
        {
            foreach (var (organization, who) in from organization in (string[])["acme", "nowhere"]
                                                from who in (string[])["nobody", "stranger", "reader", "contributor", "writer", "boss with a read token"]
                                                select (organization, who))
            {
                var expected = Expected(door, organization, who);
                if (expected is null)
                    continue;
                cells++;
                var answer = await world.SendAsync(door.Method, door.Url.Replace("{organization}", organization, StringComparison.Ordinal), "{}", world.Tokens[who]);
                if ((int)answer.Status != expected)
                    wrong.Add($"{door.Method} {door.Url} of {organization} as {who}: expected {expected}, got {(int)answer.Status}");
            }
        }

        Assert.True(cells > 150, $"only {cells} cells were asked");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>
    /// The pages by the sessions of browsers, which alone open them: somebody else's answer like missing ones, those of a member who is no admin say so, and a form
    /// of an admin's that did not come from the page is refused.
    /// </summary>
    [Fact]
    public async Task Each_page_opens_to_the_session_of_an_admin_and_of_nobody_else()
    {
        var wrong = new List<string>();
        var cells = 0;
        foreach (var who in (string[])["stranger", "reader", "contributor", "writer", "boss"])
        {
            var session = await world.SignInAsync(who);
            foreach (var door in Doors().Where(door => door.Page))
            {
                foreach (var organization in (string[])["acme", "theirs", "nowhere"])
                {
                    cells++;
                    var expected = (organization, who) switch
                    {
                        ("acme", "boss") => door.Method == "GET" ? 200 : 400,
                        ("acme", not "stranger") => 403,
                        _ => 404,
                    };
                    var got = await AskAsync(door.Method, door.Url.Replace("{organization}", organization, StringComparison.Ordinal), session);
                    if (got != expected)
                        wrong.Add($"{door.Method} {door.Url} of {organization} as {who}: expected {expected}, got {got}");
                }
            }
        }

        Assert.True(cells >= 100, $"only {cells} cells were asked");
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Also a form that was opened while they were one, with its own field against forgery.</summary>
    [Fact]
    public async Task Whoever_is_no_admin_any_more_or_no_member_opens_and_sends_nothing_with_the_next_request()
    {
        const string Members = "/organizations/acme/settings/members";
        var person = await world.AddPersonAsync("former");
        using var visitor = await PageVisitor.OpenAsync(world, "former");
        foreach (var (role, expected) in ((OrganizationRole?, int)[])[(OrganizationRole.Write, 403), (null, 404)])
        {
            await Organizations.SetMemberAsync("acme", person.Name, OrganizationRole.Admin, Cancel);
            var open = await visitor.GetAsync(Members);
            Assert.Equal(200, open.Status);
            var field = Regex.Match(open.Html, "name=\"csrf\"[^>]*value=\"([^\"]+)").Groups[1].Value;
            Assert.NotEmpty(field);

            Assert.Equal(MembershipOutcome.Done, role is { } lower
                ? await Organizations.ChangeRoleAsync("acme", person.Name, lower, Cancel)
                : await Organizations.RemoveMemberAsync("acme", person.Name, Cancel));
            Assert.Equal(expected, (await visitor.GetAsync(Members)).Status);
            Assert.Equal(expected, (await visitor.PostWithoutFieldAsync(Members + "?handler=Remove", ("csrf", field), ("member", "reader"))).Status);
        }

        var acme = await Organizations.FindAsync("acme", Cancel);
        Assert.Equal(OrganizationRole.Read, await Organizations.RoleOfAsync(acme!.Id, world.People["reader"].Id, Cancel));
    }

    [Fact]
    public void Every_address_with_an_organization_in_it_declares_that_it_is_about_one()
    {
        var undeclared = Routes().Where(r => r.RoutePattern.GetParameter(RouteAccessMetadata.Organization) is not null && !r.Metadata.GetMetadata<RouteAccessMetadata>()!.IsAboutOrganization);
        Assert.Empty(undeclared.Select(r => r.RoutePattern.RawText));
        Assert.NotEmpty(Doors());
    }

    /// <summary>Null for those who are let in: what then happens is the subject of other tests.</summary>
    private static int? Expected(Door door, string organization, string who)
    {
        if (who == "nobody")
            return door.Page && door.Method == "GET" ? 302 : 401;
        // The pages are for browser sessions: a token gets the same answer whether there is such an organization or not.
        if (door.Page)
            return 403;
        if (who == "stranger" || organization == "nowhere")
            return 404;
        if (door.Access == RouteAccess.AdministerOrganization)
            return 403;
        return null;
    }

    private async Task<int> AskAsync(string method, string url, string session)
    {
        using var client = world.Client();
        using var request = new HttpRequestMessage(new(method), url);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Cookie", session);
        if (method != "GET")
            request.Content = new FormUrlEncodedContent([]);
        using var answer = await client.SendAsync(request, Cancel);
        return (int)answer.StatusCode;
    }

    private IEnumerable<RouteEndpoint> Routes() => world.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    private IEnumerable<Door> Doors() =>
        from route in Routes()
        let access = route.Metadata.GetMetadata<RouteAccessMetadata>()!
        where access.IsAboutOrganization
        from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        where method != "HEAD"
        let url = "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{member}", "writer", StringComparison.Ordinal).Replace("{id}", "none", StringComparison.Ordinal).Replace("{account}", "bot", StringComparison.Ordinal)
            .Replace("{token}", token, StringComparison.Ordinal)
        select new Door(method, url, access.Access, access.Format == RefusalFormat.Html);

    private sealed record Door(string Method, string Url, RouteAccess Access, bool Page);
}
