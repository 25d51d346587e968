using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>What a reviewer is told of organizations and of their machines.</summary>
public sealed class OrganizationReviewTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    [Fact]
    public async Task A_machine_is_given_access_by_name_and_marked_as_one_in_the_list_and_in_the_report()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        await world.Services.GetRequiredService<ServiceAccounts>().AddAsync("acme", "nightly", "Nightly builds", null, CancellationToken.None);
        using var reviewer = await world.VisitAsync("author");
        foreach (var name in (string[])["nightly", "dana"])
            Assert.Equal(303, (await reviewer.PostAsync(Of(record), ("handler", "grant"), ("grantee", name))).Status);

        var page = await reviewer.GetAsync(Of(record) + "?status=accepted");
        Assert.Equal(["dana", "nightly"], page.Attributes("data-request").Order());
        Assert.Equal("service account", page.TextOf("data-service"));
        Assert.Equal(2, page.Html.Split(" data-service").Length);

        using var client = world.Client(world.People["author"].Token);
        var report = (await client.GetStringAsync($"/{record.FullName}/user-access-report?format=csv")).Split("\r\n");
        Assert.Contains("\"service\"", report.Single(line => line.StartsWith("\"nightly\"", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Contains("\"user\"", report.Single(line => line.StartsWith("\"dana\"", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Access_for_an_organization_is_refused_with_the_reason()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var reviewer = await world.VisitAsync("author");
        var answer = await reviewer.PostAsync(Of(record), ("handler", "grant"), ("grantee", "ACME"));
        Assert.Contains("acme is an organization. Access is people's: add those who need it by their own names.", answer.Text, StringComparison.Ordinal);
        Assert.Empty((await reviewer.GetAsync(Of(record) + "?status=accepted")).Attributes("data-request"));
    }

    private static string Of(RepositoryRecord record) => $"/{record.FullName}/settings/access-requests";
}
