using GateMiddleware;
using GateMiddleware.Decisions;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace GateMiddleware.Tests.Support;

/// <summary>The code of the library's README, word for word: a test compares the two, and asks the application.</summary>
internal static class ReadmeSample
{
    public static WebApplication Build(string[] args)
    {
#pragma warning disable IDE0055 // The README has no indentation here.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.AddGate(options => options.Lease = TimeSpan.FromSeconds(10))
    .UseRepositories<CardFolder>()
    .UseDecisions<GuestList>();

var app = builder.Build();
app.UseRouting();
app.UseGate(); // after authentication, where you have it
app.MapMethods("/{ns}/{name}/resolve/{revision}/{**path}", ["GET", "HEAD"], (string path) => $"the bytes of {path}\n")
    .RequireGate(publicException: context => context.GetRouteValue("path") is "README.md");
return app;
#pragma warning restore IDE0055
    }
}

// Which repository does a request want, and what does its card say?
internal sealed class CardFolder : IGatedRepositorySource
{
    public ValueTask<GatedRepository?> FindAsync(HttpContext context, CancellationToken ct)
    {
        var name = $"{context.GetRouteValue("ns")}/{context.GetRouteValue("name")}";
        var card = ModelCardReader.Read("---\ngated: manual\n---\n# A model"u8.ToArray());
        var policy = GatePolicy.Combine(card, GateMode.Open, lastReadableCardGate: null, membersGated: false);
        return new(new GatedRepository(name, name, "model", $"https://hub.example/{name}", policy));
    }
}

// Who has access? Ask your database here; throw when it can't tell.
internal sealed class GuestList : IAccessDecisionSource
{
    public ValueTask<AccessStanding> ReadAsync(string repositoryId, string personId, CancellationToken cancellationToken) =>
        new(AccessStanding.Stranger with { State = personId == "dana" ? AccessState.Accepted : AccessState.None });
}
