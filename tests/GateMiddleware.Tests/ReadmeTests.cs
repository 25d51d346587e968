using System.Net;
using System.Runtime.CompilerServices;
using GateMiddleware.Decisions;
using GateMiddleware.Rejection;
using GateMiddleware.Tests.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace GateMiddleware.Tests;

public sealed class ReadmeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_sample_of_the_readme_is_the_code_that_is_compiled_here()
    {
        var readme = await File.ReadAllTextAsync(PathOf("../../src/GateMiddleware/README.md"), Cancellation);
        var compiled = await File.ReadAllLinesAsync(PathOf("Support/ReadmeSample.cs"), Cancellation);
        var blocks = readme.Split("```csharp\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)]).ToArray();
        var usings = compiled.Where(line => line.StartsWith("using GateMiddleware", StringComparison.Ordinal));
        var body = compiled.SkipWhile(line => !line.StartsWith("var builder", StringComparison.Ordinal)).TakeWhile(line => !line.StartsWith("#pragma", StringComparison.Ordinal));
        var types = compiled.SkipWhile(line => !line.StartsWith("// Which", StringComparison.Ordinal));
        Assert.Equal(string.Join('\n', [.. usings, "", .. body, "", .. types, ""]), Assert.Single(blocks));
    }

    [Fact]
    public async Task The_sample_serves_Dana_and_refuses_others()
    {
        await using var app = ReadmeSample.Build(["--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None"]);
        await app.StartAsync(Cancellation);
        using var client = new HttpClient { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
        using var refused = await client.GetAsync("/acme/secret/resolve/main/model.safetensors", Cancellation);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal("the bytes of README.md\n", await client.GetStringAsync("/acme/secret/resolve/main/README.md", Cancellation));
        await app.StopAsync(Cancellation);

        // People are the host's business; the two below stand for whoever its authentication finds.
        var gatekeeper = app.Services.GetRequiredService<Gatekeeper>();
        var repository = await app.Services.CreateScope().ServiceProvider.GetRequiredService<CardFolder>().FindAsync(Request("acme", "secret"), Cancellation);
        Assert.True((await gatekeeper.DecideAsync(repository!, new("dana"), Cancellation)).IsAllowed);
        var stranger = await gatekeeper.DecideAsync(repository!, new("erin"), Cancellation);
        Assert.Contains(
            $"`{Refusals.For(repository!, stranger).Message}`",
            await File.ReadAllTextAsync(PathOf("../../src/GateMiddleware/README.md"), Cancellation),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_readme_names_every_option_with_its_default()
    {
        var readme = await File.ReadAllTextAsync(PathOf("../../src/GateMiddleware/README.md"), Cancellation);
        foreach (var option in typeof(GateOptions).GetProperties()) Assert.Contains($"| `{option.Name}` |", readme, StringComparison.Ordinal);
    }

    private static DefaultHttpContext Request(string ns, string name)
    {
        var context = new DefaultHttpContext();
        context.Request.RouteValues = new() { ["ns"] = ns, ["name"] = name };
        return context;
    }

    private static string PathOf(string relative, [CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, relative));
}
