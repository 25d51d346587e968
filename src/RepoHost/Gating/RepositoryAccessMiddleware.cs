using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Antiforgery;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>
/// Decides for every route, by what it declares, whether the request goes on. In this order (contract 2.3), each "no" leaving early:
///  1 the route declares its access, or it is refused
///  2 the credential, if there is one, is valid: a bad one is never treated as nobody
///  3 the repository exists and this caller may see it: hidden answers like missing
///  4 another spelling of its name is sent to the right one
///  5 it is not switched off
///  6 the caller may do what the route does
/// The gate itself is the next middleware: it finds the repository in <see cref="IRepositoryFeature"/>.
/// </summary>
internal sealed class RepositoryAccessMiddleware(
    RequestDelegate next,
    CallerAuthentication authentication,
    RepositoryCatalog catalog,
    RepositoryRoles roles,
    CardPolicies cards,
    GitRepositories repositories)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // 1
        var endpoint = context.GetEndpoint();
        if (endpoint is null)
        {
            await RefuseAsync(context, HubErrors.PageNotFound);
            return;
        }

        var route = endpoint.Metadata.GetMetadata<RouteAccessMetadata>();
        if (route is null)
        {
            // Routing's own answer to a wrong method is the one endpoint that we did not map.
            await RefuseAsync(context, endpoint is RouteEndpoint ? HubErrors.PageNotFound : HubErrors.MethodNotAllowed);
            return;
        }

        // 2
        var caller = await authentication.AuthenticateAsync(context);
        if (caller.Kind == CallerKind.InvalidCredential)
        {
            await RefuseAsync(context, HubErrors.InvalidCredentials);
            return;
        }

        if (HasTokenInAddress(context.Request))
        {
            await RefuseAsync(context, HubErrors.TokenInAddress);
            return;
        }

        if (await ForgedAsync(context, caller))
        {
            await RefuseAsync(context, HubErrors.BadRequest("The form is out of date or did not come from this site. Load the page again and send it once more."));
            return;
        }

        var refusal = route.RepositoryType is { } type
            ? await FindRepositoryAsync(context, route, type, caller)
            : route.Access == RouteAccess.Person && caller.Kind != CallerKind.Person ? HubErrors.LoginRequired : null;
        if (refusal is not null)
        {
            await RefuseAsync(context, refusal);
            return;
        }

        if (!context.Response.HasStarted && context.Response.StatusCode != StatusCodes.Status307TemporaryRedirect)
            await next(context);
    }

    /// <summary>Addresses are kept in logs, histories and other people's servers; whoever sends a token there should hear of it at once (threat row 29).</summary>
    private static bool HasTokenInAddress(HttpRequest request) =>
        request.QueryString.HasValue && request.Query.Any(q => q.Value.Any(v => v is not null && v.StartsWith("hf_", StringComparison.Ordinal) && v.Length >= TokenSpelling.MinLength));

    private async Task<Refusal?> FindRepositoryAsync(HttpContext context, RouteAccessMetadata route, RepositoryType type, Caller caller)
    {
        var cancellation = context.RequestAborted;
        var anonymous = caller.Kind != CallerKind.Person;
        var missing = anonymous ? HubErrors.AnonymousOrHidden : HubErrors.RepositoryNotFound;

        // 3
        var (ns, name) = ((string?)context.GetRouteValue(RouteAccessMetadata.Namespace), (string?)context.GetRouteValue(RouteAccessMetadata.Name));
        if (ns is null || name is null || await catalog.FindAsync(type, ns, name, cancellation) is not { } record)
            return missing;

        var role = anonymous ? null : await roles.FindAsync(record, caller.UserId!, cancellation);
        if (record.Private && role is not { MaySee: true })
            return missing;

        // 4
        if (record.Redirected)
        {
            RepositoryRedirects.Answer(context, record);
            return null;
        }

        // 5
        if (record.Disabled)
            return HubErrors.RepositoryDisabled;

        // 6
        if (NotAllowed(route.Access, caller, role) is { } refusal)
            return refusal;

        var card = await cards.FindAsync(record, cancellation);
        context.Features.Set<IRepositoryFeature>(new RepositoryFeature(record, repositories.Open(record.Id), card, role));
        return null;
    }

    /// <summary>The caller's right to do what the route does, contents aside: those are the gate's business.</summary>
    private static Refusal? NotAllowed(RouteAccess access, Caller caller, RepositoryRole? role)
    {
        if (access is RouteAccess.SeeRepository or RouteAccess.ReadContent)
            return null;
        if (caller.Kind != CallerKind.Person)
            return HubErrors.LoginRequired;

        var allowed = access switch
        {
            RouteAccess.OwnRequest => true,
            RouteAccess.Write => caller.MayWrite && role is { MayWrite: true },
            RouteAccess.Review => caller.MayWrite && role is { MayReview: true },
            RouteAccess.ChangeSettings => caller.MayWrite && role is { MayChangeSettings: true },
            _ => false,
        };
        return allowed ? null : HubErrors.NotPermitted;
    }

    /// <summary>A browser sends its session cookie along with forms of other sites too; tokens are only ever sent on purpose (threat row 47).</summary>
    private static async Task<bool> ForgedAsync(HttpContext context, Caller caller)
    {
        if (caller.CredentialKind != CredentialKind.Cookie || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return false;
        try
        {
            return !await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context);
        }
        catch (AntiforgeryValidationException)
        {
            // The form that should hold the field can't be read.
            return true;
        }
    }

    private static Task RefuseAsync(HttpContext context, Refusal refusal) => RefusalWriter.WriteAsync(context, refusal, RefusalFormat.Json);
}
