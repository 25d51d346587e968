using GateMiddleware;
using GateMiddleware.Decisions;
using Microsoft.AspNetCore.Http.Features;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// Answers the downloads that are allowed without sending them through routing: that is most of what a server does, and half of what a small file costs.
/// It asks the same questions of the same classes as <see cref="RepositoryAccessMiddleware"/> and the gate, about the repository that was found and never about
/// the text of the address. Whatever is not a plain yes goes on to the routes, which ask again and have all the answers; so nothing is refused here, and
/// what is served here is served there too (a test holds the two side by side).
/// </summary>
internal sealed class EarlyDownloadMiddleware(
    RequestDelegate next,
    CallerAuthentication authentication,
    RepositoryCatalog catalog,
    RepositoryRoles roles,
    CardPolicies cards,
    GitRepositories repositories,
    GatedRepositories gate,
    Gatekeeper gatekeeper,
    GatePersons persons,
    IVisitorRegionSource regions,
    Downloads downloads)
{
    private const string Resolve = "resolve";

    public Task InvokeAsync(HttpContext context)
    {
        if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
            return next(context);

        // A path base is cut off later; an address in another form is a proxy's. Both are rare and in good hands with the routes.
        var target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        if (context.Request.PathBase.HasValue
            || !target.Contains("/resolve/", StringComparison.Ordinal)
            || !TryRead(target, out var type, out var ns, out var name, out var rest))
            return next(context);

        return AnswerAsync(context, type, ns, name, rest);
    }

    /// <summary>The ladder of <see cref="RepositoryAccessMiddleware"/>, steps 2 to 6 and the gate; each "no" leaves to the routes.</summary>
    private async Task AnswerAsync(HttpContext context, RepositoryType type, string ns, string name, string[] rest)
    {
        var cancellation = context.RequestAborted;
        var caller = await authentication.AuthenticateAsync(context);
        if (caller.Kind != CallerKind.InvalidCredential
            && await catalog.FindAsync(type, ns, name, cancellation) is { Redirected: false, Disabled: false } record
            && await RoleAsync(record, caller, cancellation) is { MaySee: true } role)
        {
            var card = await cards.FindAsync(record, cancellation);
            var region = GateRule.NeedsRegion(card.Policy) ? regions.Find(context) : VisitorRegion.Unknown;
            var decision = await gatekeeper.DecideAsync(gate.Describe(record, card), persons.Find(context, record), region, cancellation);
            if (decision.IsAllowed)
            {
                HubHeadersMiddleware.Apply(context);
                await downloads.ResolveAsync(context, new RepositoryFeature(record, repositories.Open(record.Id), card, role), rest);
                return;
            }
        }

        await next(context);
    }

    private ValueTask<RepositoryRole> RoleAsync(RepositoryRecord record, Caller caller, CancellationToken cancellationToken) =>
        record.Private ? roles.FindAsync(record, caller, cancellationToken) : ValueTask.FromResult(RepositoryRole.NobodyAtPublic);

    /// <summary>
    /// Reads <c>/[datasets/|spaces/]{namespace}/{name}/resolve/{rest}</c>, each piece decoded once. Anything else, dot segments and queries with escapes
    /// included, is for the routes to judge.
    /// </summary>
    private static bool TryRead(string target, out RepositoryType type, out string ns, out string name, out string[] rest)
    {
        (type, ns, name, rest) = (RepositoryType.Model, "", "", []);
        var query = target.IndexOf('?', StringComparison.Ordinal);
        if (query >= 0 && (target.AsSpan(query).Contains("hf_", StringComparison.Ordinal) || target.AsSpan(query).Contains('%')))
            return false;
        if (RequestPieces.Decode(query < 0 ? target : target[..query]) is not { } pieces)
            return false;

        var first = 0;
        if (pieces[0] == "datasets")
            (type, first) = (RepositoryType.Dataset, 1);
        else if (pieces[0] == "spaces")
            (type, first) = (RepositoryType.Space, 1);

        if (pieces.Length < first + 5 || pieces[first + 2] != Resolve || pieces[first].Length == 0 || pieces[first + 1].Length == 0)
            return false;
        (ns, name, rest) = (pieces[first], pieces[first + 1], pieces[(first + 3)..]);
        return true;
    }
}
