using System.Net;
using System.Security.Claims;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using GateMiddleware.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace GateMiddleware.Tests;

public sealed class GatedDownloadMiddlewareTests
{
    private static readonly string[] Callers = ["", "stranger", "pending", "rejected", "reset", "accepted", "member", "owner"];

    [Fact]
    public async Task Every_caller_is_answered_alike_by_every_method_range_and_condition()
    {
        await using var host = await StartAsync();
        (string, string)[][] variants = [[], [("Range", "bytes=0-0")], [("If-None-Match", "\"etag\"")], [("If-None-Match", "*")], [("If-Modified-Since", "Wed, 01 Jan 2025 00:00:00 GMT")]];
        HttpStatusCode[] expected = [HttpStatusCode.Unauthorized, .. Enumerable.Repeat(HttpStatusCode.Forbidden, 4), .. Enumerable.Repeat(HttpStatusCode.OK, 3)];
        foreach (var (caller, status) in Callers.Zip(expected))
            foreach (var method in new[] { "GET", "HEAD", "POST", "PUT", "DELETE", "PROPFIND", "OPTIONS" })
                foreach (var headers in variants)
                {
                    using var response = await host.SendAsync(method, "/any/file", caller, headers);
                    Assert.True(status == response.StatusCode, $"{caller} {method} {(int)response.StatusCode}");
                    if (status == HttpStatusCode.OK) continue;
                    Assert.Null(response.Headers.ETag);
                    Assert.Equal("no-store", response.Headers.CacheControl!.ToString());
                    Assert.Equal("GatedRepo", response.Headers.GetValues("X-Error-Code").Single());
                }
    }

    [Fact]
    public async Task An_open_repository_is_open_to_all()
    {
        await using var host = await StartAsync();
        host.Repository.Found = Gates.Repository(GateMode.Open);
        foreach (var caller in Callers) Assert.Equal("bytes", await (await host.SendAsync("GET", "/any/file", caller)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(0, host.Source.Reads);
    }

    [Fact]
    public async Task Members_must_ask_where_the_gate_holds_for_them()
    {
        await using var host = await StartAsync();
        host.Repository.Found = Gates.Repository(membersGated: true);
        Assert.Equal(HttpStatusCode.Forbidden, (await host.SendAsync("GET", "/any/file", "member")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/any/file", "owner")).StatusCode);
    }

    [Theory]
    [InlineData("Elsewhere", true)]
    [InlineData("EuropeanUnion", false)]
    [InlineData("Unknown", false)]
    public async Task Where_a_restriction_holds_the_host_says_where_a_request_comes_from(string region, bool servesAccepted)
    {
        await using var host = await StartAsync();
        var repository = Gates.Repository();
        host.Repository.Found = repository with { Policy = repository.Policy with { EuDisallowed = true } };
        Assert.Equal(servesAccepted ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await host.SendAsync("GET", "/any/file", "accepted", ("X-Region", region))).StatusCode);
        Assert.Equal(servesAccepted ? HttpStatusCode.OK : HttpStatusCode.Forbidden, (await host.SendAsync("GET", "/any/file", "member", ("X-Region", region))).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/any/file", "owner", ("X-Region", region))).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/any/file", "", ("X-Region", region))).StatusCode);
    }

    [Fact]
    public async Task Without_a_source_of_regions_a_restricted_repository_is_for_its_stewards_and_a_source_that_fails_lets_in_nobody()
    {
        var repository = Gates.Repository();
        repository = repository with { Policy = repository.Policy with { EuDisallowed = true } };
        await using (var host = await StartAsync(useRegions: false))
        {
            host.Repository.Found = repository;
            using var accepted = await host.SendAsync("GET", "/any/file", "accepted", ("X-Region", "Elsewhere"));
            Assert.Equal(HttpStatusCode.Forbidden, accepted.StatusCode);
            Assert.Contains("could not be determined", accepted.Headers.GetValues("X-Error-Message").Single(), StringComparison.Ordinal);
            Assert.Equal(HttpStatusCode.OK, (await host.SendAsync("GET", "/any/file", "owner")).StatusCode);
        }

        await using (var host = await StartAsync())
        {
            host.Repository.Found = repository;
            foreach (var caller in Callers)
                Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.SendAsync("GET", "/any/file", caller, ("X-Region", "Atlantis"))).StatusCode);
        }
    }

    [Fact]
    public async Task Doubt_is_never_answered_with_bytes()
    {
        await using var host = await StartAsync();
        host.Repository.Found = null;
        var missing = await host.SendAsync("GET", "/any/public.txt", "owner");
        Assert.Equal((HttpStatusCode.NotFound, "RepoNotFound"), (missing.StatusCode, missing.Headers.GetValues("X-Error-Code").Single()));

        host.Repository.Failure = new InvalidOperationException("database is gone");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.SendAsync("GET", "/any/public.txt", "owner")).StatusCode);

        (host.Repository.Failure, host.Repository.Found) = (null, Gates.Repository());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await host.SendAsync("GET", "/any/file", "broken")).StatusCode);
        host.Source.Failure = new InvalidOperationException("database is gone");
        var unavailable = await host.SendAsync("GET", "/any/file", "owner");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, unavailable.StatusCode);
        Assert.Equal("1", unavailable.Headers.RetryAfter!.ToString());
    }

    [Fact]
    public async Task A_public_exception_passes_with_the_decision_in_the_feature()
    {
        await using var host = await StartAsync();
        Assert.Equal("AuthenticationRequired", await BodyAsync(host, "/any/public.txt"));
        Assert.Equal("Rejected", await BodyAsync(host, "/any/public.txt", "rejected"));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/any/PUBLIC.TXT")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("GET", "/any/throws")).StatusCode);
    }

    [Fact]
    public async Task An_observing_endpoint_is_never_refused_and_told_the_decision()
    {
        await using var host = await StartAsync();
        Assert.Equal("AuthenticationRequired acme/gated", await BodyAsync(host, "/observed"));
        Assert.Equal("Pending acme/gated", await BodyAsync(host, "/observed", "pending"));
        Assert.Equal("Allowed acme/gated", await BodyAsync(host, "/observed", "accepted"));
    }

    [Fact]
    public async Task Git_is_answered_in_its_own_way()
    {
        await using var host = await StartAsync();
        var response = await host.SendAsync("GET", "/git", headers: [("Accept", "text/html")]);
        Assert.StartsWith("Basic ", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task A_preflight_passes_where_OPTIONS_is_declared_and_nowhere_else()
    {
        await using var host = await StartAsync();
        (string, string)[] preflight = [("Origin", "https://app.example"), ("Access-Control-Request-Method", "GET")];
        Assert.Equal("preflight", await (await host.SendAsync("OPTIONS", "/cors", headers: preflight)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("OPTIONS", "/any/file", headers: preflight)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await host.SendAsync("OPTIONS", "/cors")).StatusCode);
    }

    [Fact]
    public async Task Routes_without_a_gate_are_left_alone()
    {
        await using var host = await StartAsync();
        host.Repository.Failure = new InvalidOperationException();
        Assert.Equal("free", await BodyAsync(host, "/free"));
        Assert.Equal(HttpStatusCode.NotFound, (await host.SendAsync("GET", "/nothing/at/all")).StatusCode);
    }

    /// <summary>Two thousand alternating callers on one URL: nobody gets another's answer.</summary>
    [Fact]
    public async Task Allowed_and_refused_callers_of_one_URL_are_never_mixed_up()
    {
        await using var host = await StartAsync();
        await Parallel.ForAsync(0, 2000, TestContext.Current.CancellationToken, async (i, _) =>
        {
            var caller = Callers[i % Callers.Length];
            using var response = await host.SendAsync("GET", "/any/file", caller);
            Assert.Equal(caller is "accepted" or "member" or "owner", response.IsSuccessStatusCode);
        });
    }

    [Fact]
    public async Task A_gated_endpoint_without_UseGate_fails_instead_of_serving()
    {
        await using var host = await GateHost.StartAsync(Map, useGate: false);
        foreach (var path in new[] { "/any/file", "/any/public.txt", "/observed", "/git" })
        {
            var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => host.SendAsync("GET", path, "owner"));
            Assert.Contains("app.UseGate()", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void UseGate_without_sources_says_what_to_add()
    {
        var builder = WebApplication.CreateSlimBuilder();
        var none = Assert.Throws<InvalidOperationException>(() => builder.Build().UseGate()).Message;
        Assert.Contains("AddGate()", none, StringComparison.Ordinal);

        var second = WebApplication.CreateSlimBuilder();
        second.Services.AddGate();
        var message = Assert.Throws<InvalidOperationException>(() => second.Build().UseGate()).Message;
        Assert.Contains(".UseRepositories<T>()", message, StringComparison.Ordinal);
        Assert.Contains(".UseDecisions<T>()", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_settings_are_all_named_at_once()
    {
        var result = new GateOptionsValidator().Validate(null, new GateOptions { Lease = TimeSpan.FromHours(1), MemoryCapacity = 0, RedisKeyPrefix = " " });
        Assert.Equal(3, result.Failures!.Count());
        Assert.True(new GateOptionsValidator().Validate(null, new GateOptions()).Succeeded);
    }

    [Theory]
    [InlineData(ClaimTypes.NameIdentifier, "bearer", "dana-id")]
    [InlineData("sub", "bearer", "dana-id")]
    [InlineData("name", "bearer", null)]
    [InlineData("sub", null, null)]
    public void By_default_the_claims_say_who_asks(string claim, string? authenticationType, string? expected)
    {
        var context = new DefaultHttpContext { User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(claim, "dana-id")], authenticationType)) };
        Assert.Equal(expected, new ClaimsPersonSource().Find(context).Id);
    }

    [Fact]
    public async Task Outcomes_are_counted_without_naming_anybody()
    {
        var seen = new List<string>();
        await using var host = await StartAsync();
        using var listener = new System.Diagnostics.Metrics.MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == GateMetrics.MeterName) self.EnableMeasurementEvents(instrument);
        };
        var scope = host.Services.GetRequiredService<System.Diagnostics.Metrics.IMeterFactory>();
        listener.SetMeasurementEventCallback<long>((instrument, _, tags, _) =>
        {
            if (!ReferenceEquals(instrument.Meter.Scope, scope)) return;
            foreach (var tag in tags) lock (seen) seen.Add($"{instrument.Name} {tag.Key}={tag.Value}");
        });
        listener.Start();
        await host.SendAsync("GET", "/any/file", "accepted");
        await host.SendAsync("GET", "/any/file", "accepted");
        await host.SendAsync("GET", "/any/file", "rejected");
        Assert.Equal(
            ["gate.cache.lookups outcome=hit", "gate.cache.lookups outcome=miss", "gate.cache.lookups outcome=miss", "gate.decisions verdict=Allowed", "gate.decisions verdict=Allowed", "gate.decisions verdict=Rejected"],
            seen.Order());
    }

    private static async Task<GateHost> StartAsync(bool useRegions = true)
    {
        var host = await GateHost.StartAsync(Map, useRegions: useRegions);
        foreach (var state in new[] { AccessState.Pending, AccessState.Rejected, AccessState.Reset, AccessState.Accepted })
            host.Source.Set("repo-1", state.ToString().ToLowerInvariant(), Gates.Standing(state, 1));
        host.Source.Set("repo-1", "member", Gates.Standing(AccessState.None, 1, AccessRelation.Member));
        host.Source.Set("repo-1", "owner", Gates.Standing(AccessState.None, 1, AccessRelation.Steward));
        return host;
    }

    private static void Map(WebApplication app)
    {
        app.Map("/any/{name}", (string name, HttpContext context) =>
        {
            context.Response.Headers.ETag = "\"etag\"";
            return name == "public.txt" ? context.Features.Get<IGateFeature>()!.Decision.Verdict.ToString() : "bytes";
        }).RequireGate(context => context.GetRouteValue("name") switch
        {
            "public.txt" => true,
            "throws" => throw new InvalidOperationException(),
            _ => false,
        });
        app.MapGet("/observed", (HttpContext context) => $"{context.Features.Get<IGateFeature>()!.Decision.Verdict} {context.Features.Get<IGateFeature>()!.Repository.Name}").ObserveGate();
        app.MapGet("/git", () => "pack").RequireGate(format: RefusalFormat.Text);
        app.MapMethods("/cors", ["GET", "OPTIONS"], () => "preflight").RequireGate();
        app.MapGet("/free", () => "free");
    }

    private static async Task<string> BodyAsync(GateHost host, string path, string? person = null)
    {
        using var response = await host.SendAsync("GET", path, person);
        return await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }
}
