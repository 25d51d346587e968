using Microsoft.Extensions.DependencyInjection;

namespace GateMiddleware.Decisions;

/// <summary>Lets the gatekeeper, which lives as long as the process, ask a source that lives in a scope.</summary>
internal sealed class ScopedDecisionSource<T>(IServiceScopeFactory scopes) : IAccessDecisionSource
    where T : class, IAccessDecisionSource
{
    public async ValueTask<AccessStanding> ReadAsync(string repositoryId, string personId, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<T>().ReadAsync(repositoryId, personId, cancellationToken);
    }
}
