using GateMiddleware.Decisions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace GateMiddleware;

/// <summary>Adds the gate to the pipeline.</summary>
public static class GateApplicationBuilderExtensions
{
    /// <summary>Asks the gate at every endpoint with <c>RequireGate</c> or <c>ObserveGate</c>. Call it after routing, authentication and authorization.</summary>
    /// <param name="app">The pipeline.</param>
    /// <returns>The pipeline.</returns>
    /// <exception cref="InvalidOperationException">The services the gate asks are not registered; the message says what to add.</exception>
    public static IApplicationBuilder UseGate(this IApplicationBuilder app)
    {
        var services = app.ApplicationServices.GetService<IServiceProviderIsService>();
        var missing = new List<string>();
        if (services?.IsService(typeof(Gatekeeper)) == false) missing.Add("builder.Services.AddGate() has not been called.");
        if (services?.IsService(typeof(IGatedRepositorySource)) == false)
            missing.Add("Nothing says which repository a request wants: add .UseRepositories<T>() after AddGate(), with a T that implements IGatedRepositorySource.");
        if (services?.IsService(typeof(IAccessDecisionSource)) == false)
            missing.Add("Nothing says who has access: add .UseDecisions<T>() after AddGate(), with a T that implements IAccessDecisionSource.");
        if (missing.Count > 0) throw new InvalidOperationException("UseGate can't work yet. " + string.Join(' ', missing));

        return app.UseMiddleware<GatedDownloadMiddleware>();
    }
}
