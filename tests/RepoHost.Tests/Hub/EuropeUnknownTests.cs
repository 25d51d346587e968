using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating.Regions;
using RepoHost.Tests.Accounts;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>What a restriction means on a server that can't tell where anybody is.</summary>
public sealed class EuropeUnknownTests(EuropeUnknownTests.World world) : IClassFixture<EuropeUnknownTests.World>
{
    private const string File = "/acme/restricted/resolve/main/config.json";

    /// <summary>No country file, and no proxy whose word counts.</summary>
    public sealed class World : EuropeWorld
    {
        protected override IEnumerable<string> Settings => ["--Gating:AllowRequestsByToken=true", "--Logging:LogLevel:RepoHost=Warning", "--Logging:Console:LogLevel:Default=None"];
    }

    /// <summary>No country file either, and an operator who wants it so.</summary>
    public sealed class AllowingWorld : EuropeWorld
    {
        protected override IEnumerable<string> Settings => ["--Gating:AllowRequestsByToken=true", "--Logging:Console:LogLevel:Default=None", "--Geo:AllowUnknown=true"];
    }

    /// <summary>The same operator, whose file is gone.</summary>
    public sealed class LostFileWorld : EuropeWorld
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, "--Geo:AllowUnknown=true"];

        protected override string CountryFile => "/no/such/folder/country.mmdb";
    }

    [Fact]
    public async Task Everybody_but_stewards_is_refused_whatever_address_they_claim()
    {
        foreach (var from in (string?[])[EuropeWorld.Canada, EuropeWorld.Germany, null])
        {
            var (status, sentence) = await world.AskAsync(from, "accepted", File);
            Assert.Equal(403, status);
            Assert.Contains("it could not be determined where this request comes from", sentence, StringComparison.Ordinal);
            Assert.Equal(403, (await world.AskAsync(from, "stranger", "/acme/restricted/ask-access", HttpMethod.Post, JsonContent.Create(new { Company = "x" }))).Status);
            Assert.Equal(200, (await world.AskAsync(from, "author", File)).Status);
            Assert.Equal(200, (await world.AskAsync(from, "accepted", "/acme/gated/resolve/main/config.json")).Status);
        }
    }

    [Fact]
    public async Task The_author_is_told_with_the_push_and_the_operator_with_the_first_request()
    {
        var record = await world.AddAsync(RepositoryType.Model, "acme/told", "# Plain\n");
        using var git = new GitClient(world.People["author"].Token);
        git.Must("clone", "-q", $"{world.Address.ToString().TrimEnd('/')}/acme/told", "work");
        Assert.Contains("warning: README.md: extra_gated_eu_disallowed has no effect while the repository is not gated", Push("---\nextra_gated_eu_disallowed: true\n---\n"), StringComparison.Ordinal);
        Assert.Contains("warning: README.md: extra_gated_eu_disallowed refuses everybody but the owner and administrators here", Push(EuropeWorld.Card), StringComparison.Ordinal);
        Assert.DoesNotContain("warning", Push("---\ngated: auto\n---\n"), StringComparison.Ordinal);

        Push(EuropeWorld.Card);
        Assert.Equal(403, (await world.AskAsync(null, "accepted", "/acme/told/resolve/main/config.json")).Status);
        Assert.Contains($"The card of repository {record.Id} refuses visitors from the European Union, but there is no country file", world.Logs.Text, StringComparison.Ordinal);

        string Push(string card)
        {
            git.Write("work/README.md", card);
            git.Commit("work");
            return git.In("work", "push", "origin", "main");
        }
    }

    [Fact]
    public async Task A_start_says_that_cards_need_a_country_file()
    {
        // A card that was read once is remembered with its repository.
        Assert.Equal(403, (await world.AskAsync(null, "accepted", File)).Status);
        using var logs = new CapturedLogs();
        using var factory = new LoggerFactory([logs]);
        using var start = new RegionsAtStart(world.Services.GetRequiredService<VisitorPlaces>(), world.Services.GetRequiredService<RepositoryCatalog>(), new Logger<RegionsAtStart>(factory));
        await start.StartAsync(TestContext.Current.CancellationToken);
        await start.ExecuteTask!;
        Assert.Contains("Warning Cards here refuse visitors from the European Union", logs.Text, StringComparison.Ordinal);
        Assert.Contains("Set Geo:CountryFile", logs.Text, StringComparison.Ordinal);
        Assert.Contains(world.Services.GetServices<IHostedService>(), service => service is RegionsAtStart);
    }

    [Fact]
    public async Task An_operator_may_let_in_whose_place_is_unknown()
    {
        await using var allowing = new AllowingWorld();
        await allowing.InitializeAsync();
        foreach (var from in (string?[])[EuropeWorld.Canada, EuropeWorld.Germany, null])
            Assert.Equal(200, (await allowing.AskAsync(from, "accepted", File)).Status);
        Assert.False(allowing.Services.GetRequiredService<VisitorPlaces>().AllUnknown);
    }

    [Fact]
    public async Task A_file_that_is_lost_lets_nobody_in_whom_it_would_refuse()
    {
        await using var lost = new LostFileWorld();
        await lost.InitializeAsync();
        foreach (var from in (string?[])[EuropeWorld.Canada, EuropeWorld.Germany, null])
            Assert.Equal(403, (await lost.AskAsync(from, "accepted", File)).Status);
        Assert.Equal(200, (await lost.AskAsync(null, "author", File)).Status);
        Assert.True(lost.Services.GetRequiredService<VisitorPlaces>().AllUnknown);
    }
}
