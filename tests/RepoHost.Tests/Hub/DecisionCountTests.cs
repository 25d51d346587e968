using System.Diagnostics.Metrics;
using System.Net;
using GateMiddleware;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>What operators see in <c>gate.decisions</c> and <c>gate.cache.lookups</c> are requests: refusals were once counted twice, because they were decided twice.</summary>
public sealed class DecisionCountTests(GatedWorld world) : IClassFixture<GatedWorld>
{
    [Theory]
    [InlineData("nobody", "config.json", HttpStatusCode.Unauthorized, "AuthenticationRequired", 0)]
    [InlineData("stranger", "config.json", HttpStatusCode.Forbidden, "NeverAsked", 1)]
    [InlineData("rejected", "config.json", HttpStatusCode.Forbidden, "Rejected", 1)]
    [InlineData("accepted", "config.json", HttpStatusCode.OK, "Allowed", 1)]
    [InlineData("accepted", "nothing", HttpStatusCode.NotFound, "Allowed", 1)]
    [InlineData("nobody", "README.md", HttpStatusCode.OK, "AuthenticationRequired", 0)]
    public async Task A_request_is_decided_and_looked_up_once(string who, string file, HttpStatusCode status, string verdict, int lookups)
    {
        using var counted = new Counted(world.Services.GetRequiredService<IMeterFactory>());
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            foreach (var word in (string[])["resolve", "%72esolve"])
            {
                counted.Clear();
                using var request = new HttpRequestMessage(method, $"/acme/gated/{word}/main/{file}");
                using var response = await world.Client(world.Tokens[who]).SendAsync(request);
                Assert.Equal((status, verdict, lookups), (response.StatusCode, string.Join(',', counted.Decisions), counted.Lookups));
            }
        }
    }

    private sealed class Counted : IDisposable
    {
        private readonly MeterListener listener = new();

        public Counted(IMeterFactory meters)
        {
            // Of this server alone: tests of other classes run beside this one.
            listener.InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == GateMetrics.MeterName && ReferenceEquals(instrument.Meter.Scope, meters))
                    listening.EnableMeasurementEvents(instrument);
            };
            listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
            {
                if (instrument.Name == "gate.decisions")
                    Decisions.Add((string)tags[0].Value!);
                else if (instrument.Name == "gate.cache.lookups")
                    Lookups += (int)value;
            });
            listener.Start();
        }

        public List<string> Decisions { get; } = [];

        public int Lookups { get; private set; }

        public void Clear()
        {
            Decisions.Clear();
            Lookups = 0;
        }

        public void Dispose() => listener.Dispose();
    }
}
