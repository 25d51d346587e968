using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Gating;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// Every route and page that is about an organization against everybody who may not use it, generated from the route table: a new one can't be forgotten
/// (threat rows 16, 24b, 24d).
/// </summary>
public sealed class OrganizationDoorTests(RepositoryWorld world) : IClassFixture<RepositoryWorld>
{
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

    private IEnumerable<RouteEndpoint> Routes() => world.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>();

    private IEnumerable<Door> Doors() =>
        from route in Routes()
        let access = route.Metadata.GetMetadata<RouteAccessMetadata>()!
        where access.IsAboutOrganization
        from method in route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods
        where method != "HEAD"
        let url = "/" + route.RoutePattern.RawText!.TrimStart('/').Replace("{member}", "writer", StringComparison.Ordinal).Replace("{id}", "none", StringComparison.Ordinal).Replace("{account}", "bot", StringComparison.Ordinal)
        select new Door(method, url, access.Access, access.Format == RefusalFormat.Html);

    private sealed record Door(string Method, string Url, RouteAccess Access, bool Page);
}
