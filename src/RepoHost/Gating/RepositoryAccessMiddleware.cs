using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.Features;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>
/// Decides for every route, by what it declares, whether the request goes on. In this order (contract 2.3), each "no" leaving early:
///  1 the route declares its access, or it is refused
///  2 the credential, if there is one, is valid: a bad one is never treated as nobody; some addresses are a credential themselves
///  3 the repository or organization is there for this caller, who may do what the route does (<see cref="RepositoryAdmission"/>, <see cref="OrganizationAdmission"/>)
///  4 a form was sent by a page of this site. Last, because the form has to be read for that, and it may be as large as an upload
/// The gate itself is the next middleware: it finds the repository in <see cref="IRepositoryFeature"/>.
/// </summary>
internal sealed class RepositoryAccessMiddleware(
    RequestDelegate next,
    CallerAuthentication authentication,
    LinkAuthentication links,
    RepositoryAdmission admissions,
    OrganizationAdmission organizations,
    RepositoryCatalog catalog,
    AddressMethods methods)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // 1
        var endpoint = context.GetEndpoint();
        if (endpoint is null || IsReservedPage(context, endpoint))
        {
            // The page that says so shows who is logged in.
            if (RefusalWriter.IsNavigation(context.Request))
                await authentication.AuthenticateAsync(context);
            await RefuseAsync(context, HubErrors.PageNotFound);
            return;
        }

        var route = endpoint.Metadata.GetMetadata<RouteAccessMetadata>();
        if (route is null)
        {
            // Routing's own answer to a wrong method is the one endpoint that we did not map.
            var answered = endpoint is RouteEndpoint ? [] : methods.Of(context);
            if (answered.Count > 0)
                context.Response.Headers.Allow = string.Join(", ", answered);
            await RefuseAsync(context, answered.Count > 0 ? HubErrors.MethodNotAllowed : HubErrors.PageNotFound);
            return;
        }

        // 2
        var caller = endpoint.Metadata.GetMetadata<SignedAddressMetadata>() is { } address
            ? await links.AuthenticateAsync(context, address)
            : await authentication.AuthenticateAsync(context);
        if (caller.Kind is CallerKind.InvalidCredential or CallerKind.InvalidAddress)
        {
            await RefuseAsync(context, caller.Kind == CallerKind.InvalidAddress ? HubErrors.InvalidAddress : HubErrors.InvalidCredentials, route.Format);
            return;
        }

        if (HasTokenInAddress(context.Request))
        {
            await RefuseAsync(context, HubErrors.TokenInAddress, route.Format);
            return;
        }

        // 3
        var refusal = route.RepositoryType is { } type
            ? await FindRepositoryAsync(context, route, type, caller)
            : route.IsAboutOrganization ? NotAPerson(caller, route.Format) ?? await FindOrganizationAsync(context, route, caller)
            : route.Access == RouteAccess.Person ? NotAPerson(caller, route.Format)
            : route.Access == RouteAccess.ManagePeople ? NotAPerson(caller, RefusalFormat.Html) ?? (caller.IsAdministrator ? null : HubErrors.AdministratorsOnly)
            : null;
        if (refusal is not null)
        {
            await RefuseAsync(context, refusal, route.Format);
            return;
        }

        if (context.Response.HasStarted || context.Response.StatusCode == StatusCodes.Status307TemporaryRedirect)
            return;

        // 4
        if (await FormFaultAsync(context, caller, route.Format) is { } fault)
        {
            // The page of somebody whose session began anew meanwhile. Some show the form again, filled in; they look for it before they do anything.
            var showsAgain = fault == HubErrors.ForgedForm && endpoint.Metadata.GetMetadata<ShowsKeptFormMetadata>() is not null;
            if (!showsAgain || !await KeptForm.TryKeepAsync(context))
            {
                await RefuseAsync(context, fault, route.Format);
                return;
            }
        }

        await GoOnAsync(context, route.Format);
    }

    /// <summary>The pages of people and repositories would answer for every short address that nothing else has: <c>/settings/nothing</c>, <c>/api/nothing</c>.</summary>
    private static bool IsReservedPage(HttpContext context, Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<RouteAccessMetadata>() is { Format: RefusalFormat.Html }
        && context.GetRouteValue(RouteAccessMetadata.Namespace) is string ns && AccountNames.IsReserved(ns);

    /// <summary>
    /// A person's own pages make tokens, change passwords and let programs in, and those of an organization make tokens for its machines. A token, whatever it may,
    /// must not get itself another one there; programs have the API.
    /// </summary>
    private static Refusal? NotAPerson(Caller caller, RefusalFormat format) =>
        caller.Kind != CallerKind.Person ? HubErrors.LoginRequired
        : format == RefusalFormat.Html && caller.CredentialKind != CredentialKind.Cookie ? HubErrors.SessionRequired
        : null;

    /// <summary>A repository may be deleted under a request that was let in. What fails for that reason answers like any missing repository.</summary>
    private async Task GoOnAsync(HttpContext context, RefusalFormat format)
    {
        try
        {
            await next(context);
        }
        catch (Exception e) when (e is GitCorruptException or GitProgramException or IOException && !context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            if (context.Features.Get<IRepositoryFeature>() is not { } repository || await catalog.FindByIdAsync(repository.Record.Id, context.RequestAborted) is not null)
                throw;
            await RefuseAsync(context, HubErrors.RepositoryNotFound, format);
        }
    }

    /// <summary>Addresses are kept in logs, histories and other people's servers; whoever sends a token there should hear of it at once (threat row 29).</summary>
    private static bool HasTokenInAddress(HttpRequest request) =>
        request.QueryString.HasValue && request.Query.Any(q => q.Value.Any(v => v is not null && v.StartsWith("hf_", StringComparison.Ordinal) && v.Length >= TokenSpelling.MinLength));

    private async Task<Refusal?> FindRepositoryAsync(HttpContext context, RouteAccessMetadata route, RepositoryType type, Caller caller)
    {
        var (ns, name) = ((string?)context.GetRouteValue(RouteAccessMetadata.Namespace), (string?)context.GetRouteValue(RouteAccessMetadata.Name));
        var admission = await admissions.AdmitAsync(caller, type, ns, name, route.Access, context.RequestAborted, byAnyName: route.Format is RefusalFormat.Text or RefusalFormat.Lfs);
        if (admission.Redirect is { } record)
            RepositoryRedirects.Answer(context, record);
        if (admission.Repository is { } repository)
        {
            // A signed address holds for the repository that it was made for, not for another that has its name by now.
            if (context.Features.Get<SignedLink>() is { } link && link.RepositoryId != repository.Record.Id)
                return HubErrors.RepositoryNotFound;
            context.Features.Set(repository);
        }

        return admission.Refusal;
    }

    private async Task<Refusal?> FindOrganizationAsync(HttpContext context, RouteAccessMetadata route, Caller caller)
    {
        var (organization, refusal) = await organizations.AdmitAsync(caller, (string?)context.GetRouteValue(RouteAccessMetadata.Organization), route.Access, context.RequestAborted);
        if (organization is not null)
            context.Features.Set(organization);
        return refusal;
    }

    /// <summary>A browser sends its session cookie along with forms of other sites too; tokens are only ever sent on purpose (threat row 47).</summary>
    private static async Task<Refusal?> FormFaultAsync(HttpContext context, Caller caller, RefusalFormat format)
    {
        // Nobody's forms are pages' own: joining and logging in can be forged too, to make somebody work in another's account.
        var mayBeForged = caller.CredentialKind == CredentialKind.Cookie || (format == RefusalFormat.Html && caller.CredentialKind == CredentialKind.None);
        if (!mayBeForged || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            return null;
        if (await NoRoomForFormAsync(context) is { } noRoom)
            return noRoom;
        try
        {
            return await context.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(context) ? null : HubErrors.ForgedForm;
        }
        catch (AntiforgeryValidationException e)
        {
            // The form that should hold the field can't be read.
            return e.InnerException is BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } ? HubErrors.FormTooLarge : HubErrors.ForgedForm;
        }
    }

    /// <summary>A form with files is put on the disk by the framework until the request has ended. It counts among the transfers of its sender.</summary>
    private static async Task<Refusal?> NoRoomForFormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentLength <= SpooledTransfer.InMemory)
            return null;
        var most = context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? long.MaxValue;
        try
        {
            var form = await context.RequestServices.GetRequiredService<TransferSpool>().OpenAsync(TransferLimits.Key(context), context.RequestAborted);
            context.Response.RegisterForDisposeAsync(form);
            form.Reserve(Math.Min(context.Request.ContentLength ?? most, most));
            TransferLimits.Apply(context);
            return null;
        }
        catch (SpoolFullException e)
        {
            return HubErrors.NoRoom(e.Message);
        }
    }

    private static async Task RefuseAsync(HttpContext context, Refusal refusal, RefusalFormat format = RefusalFormat.Json)
    {
        if (format != RefusalFormat.Html || refusal != HubErrors.LoginRequired || !HttpMethods.IsGet(context.Request.Method))
        {
            // Somebody who was logged out while they wrote logs in and sends it then.
            var forSession = refusal == HubErrors.LoginRequired || refusal == HubErrors.AnonymousOrHidden || refusal == HubErrors.ForgedForm;
            if (format == RefusalFormat.Html && forSession)
                await KeptForm.TryKeepAsync(context);
            await RefusalWriter.WriteAsync(context, refusal, format);
            return;
        }

        // A page that needs a person: log in, and come back.
        var known = context.RequestServices.GetRequiredService<PublicUrl>().PathBase;
        var next = known.ToUriComponent() + context.Request.Path.ToUriComponent() + context.Request.QueryString.ToUriComponent();
        context.Response.StatusCode = StatusCodes.Status302Found;
        context.Response.Headers.Location = $"{known.ToUriComponent()}/login?next={Uri.EscapeDataString(next)}";
        context.Response.Headers.CacheControl = "no-store";
    }
}
