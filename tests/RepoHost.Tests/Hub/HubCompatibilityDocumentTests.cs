using System.Text;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Gating;
using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>docs/hub-compatibility.md lists the routes that there are. Run with UPDATE_GOLDEN=1 to write the list anew.</summary>
public sealed class HubCompatibilityDocumentTests(HubApplication application) : IClassFixture<HubApplication>
{
    private const string Begin = "<!-- routes: written by the tests -->";
    private const string End = "<!-- end of routes -->";

    [Fact]
    public void The_list_of_routes_in_the_document_is_the_route_table()
    {
        var path = Path.Combine(Repository.Root, "docs", "hub-compatibility.md");
        var text = File.ReadAllText(path);
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var end = text.IndexOf(End, StringComparison.Ordinal);
        var table = Table();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(path, text[..start] + table + text[end..]);
        else
            Assert.Equal(table, text[start..end]);
    }

    private string Table()
    {
        var rows = application.Services.GetServices<EndpointDataSource>().SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            // Web pages are for people; what programs rely on is in the list.
            .Where(e => e.Metadata.GetMetadata<RouteAccessMetadata>()!.Format != RefusalFormat.Html)
            .Select(e => (Pattern: Generalize(e.RoutePattern.RawText!) + e.Metadata.GetMetadata<RequiredQuery>()?.Sample, Methods: string.Join(", ", e.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods),
                e.Metadata.GetMetadata<RouteAccessMetadata>()!.Access))
            .Where(r => r.Pattern.Contains("{namespace}", StringComparison.Ordinal) || !r.Pattern.Contains("{name}", StringComparison.Ordinal))
            .Distinct().OrderBy(r => r.Pattern, StringComparer.Ordinal);
        var table = new StringBuilder("\n| route | methods | who |\n| --- | --- | --- |\n");
        foreach (var (pattern, methods, access) in rows)
            table.Append("| `").Append(pattern).Append("` | ").Append(methods).Append(" | ").Append(Words(access)).Append(" |\n");
        return table.ToString();
    }

    private static string Generalize(string pattern)
    {
        foreach (var types in (string[])["models", "datasets", "spaces"])
            pattern = pattern.Replace($"/api/{types}", "/api/{types}", StringComparison.Ordinal);
        foreach (var prefix in (string[])["/datasets/", "/spaces/"])
        {
            if (pattern.StartsWith(prefix, StringComparison.Ordinal))
                pattern = pattern[(prefix.Length - 1)..];
        }

        if (pattern.StartsWith("/{namespace}", StringComparison.Ordinal))
            pattern = "/{prefix}" + pattern[1..];
        var constraint = pattern.IndexOf(":regex(^(", StringComparison.Ordinal);
        return constraint < 0 ? pattern : pattern[..constraint] + "}" + pattern[(pattern.IndexOf(")$)}", StringComparison.Ordinal) + 4)..];
    }

    private static string Words(RouteAccess access) => access switch
    {
        RouteAccess.Anyone => "anyone",
        RouteAccess.Person => "anyone with a valid token",
        RouteAccess.ManagePeople => "administrators of the server",
        RouteAccess.SeeRepository => "whoever may see the repository",
        RouteAccess.ReadContent => "whoever passes the gate",
        RouteAccess.OwnRequest => "anyone with a valid token, about themselves",
        RouteAccess.Propose => "whoever passes the gate, with a token that may write",
        RouteAccess.Contribute => "whoever may write, or passes the gate with a token that may write",
        RouteAccess.Write => "whoever may write",
        RouteAccess.Edit => "whoever may write and passes the gate",
        RouteAccess.Review => "whoever may review",
        RouteAccess.ChangeSettings => "owner, organization admins",
        RouteAccess.BelongToOrganization => "members of the organization",
        RouteAccess.AdministerOrganization => "admins of the organization",
        _ => throw new ArgumentOutOfRangeException(nameof(access)),
    };
}
