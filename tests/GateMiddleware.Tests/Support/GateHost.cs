using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace GateMiddleware.Tests.Support;

/// <summary>An application with a gate, in memory. Callers say who they are in the header X-Person.</summary>
internal sealed class GateHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GateHost(WebApplication app) => (_app, Client) = (app, app.GetTestClient());

    public HttpClient Client { get; }

    public FakeSource Source => _app.Services.GetRequiredService<FakeSource>();

    public Repositories Repository => _app.Services.GetRequiredService<Repositories>();

    public IServiceProvider Services => _app.Services;

    public static async Task<GateHost> StartAsync(Action<WebApplication> map, bool useGate = true, bool useRegions = true)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseTestServer();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton<FakeSource>();
        builder.Services.AddSingleton<Repositories>();
        var gate = builder.Services.AddGate().UseRepositories<Repositories>().UseDecisions<FakeSource>().UsePersons<HeaderPersons>();
        if (useRegions) gate.UseRegions<HeaderRegions>();
        var app = builder.Build();
        app.UseRouting();
        if (useGate) app.UseGate();
        map(app);
        await app.StartAsync();
        return new GateHost(app);
    }

    public async Task<HttpResponseMessage> SendAsync(string method, string path, string? person = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (person is not null) request.Headers.Add("X-Person", person);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }

    internal sealed class Repositories : IGatedRepositorySource
    {
        public GatedRepository? Found { get; set; } = Gates.Repository();

        public Exception? Failure { get; set; }

        public ValueTask<GatedRepository?> FindAsync(HttpContext context, CancellationToken ct) => Failure is null ? new(Found) : throw Failure;
    }

    /// <summary>Callers say where they are in the header X-Region; a test that sends none must not be asked.</summary>
    private sealed class HeaderRegions : IVisitorRegionSource
    {
        public VisitorRegion Find(HttpContext context) => Enum.Parse<VisitorRegion>(context.Request.Headers["X-Region"].ToString());
    }

    private sealed class HeaderPersons : IGatePersonSource
    {
        public GatePerson Find(HttpContext context) => context.Request.Headers["X-Person"].ToString() switch
        {
            "" => GatePerson.Anonymous,
            "broken" => throw new InvalidOperationException("who?"),
            var id => new GatePerson(id),
        };
    }
}
