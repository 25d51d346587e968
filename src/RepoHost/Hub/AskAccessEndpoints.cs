using System.Text.Json;
using GateMiddleware;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Regions;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>POST /{repo}/ask-access</c>: the gate form's answer (contract 6.5, design 3).</summary>
internal static class AskAccessEndpoints
{
    public static void MapAskAccess(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapPost($"{HubRoutes.WebId(type)}/ask-access", AskAsync).WithAccess(RouteAccess.OwnRequest, type);

    private static async Task<IResult> AskAsync(HttpContext context, AccessRequests requests, GatedRepositories gate, VisitorPlaces places, IOptions<GatingOptions> options)
    {
        var repository = context.Repository();
        var caller = context.Caller();
        var page = gate.PageOf(repository.Record);

        // Who may not read from where they are is not asked for their answers either.
        if (context.Features.Get<IGateFeature>() is { Decision.Verdict: AccessVerdict.RegionRefused or AccessVerdict.RegionUnknown } refused)
            return new Refused(Refusals.For(refused.Repository, refused.Decision));

        // Agreeing to terms and sharing one's address is a person's act in a browser; a script with a token can't do it unless the operator lets it.
        if (caller.CredentialKind != CredentialKind.Cookie && !options.Value.AllowRequestsByToken)
            return new Refused(new Refusal(403, null, $"Access is requested in the browser. Log in and open {page}", page));

        if (repository.Policy.Mode != GateMode.Open)
        {
            if (await ReadAnswersAsync(context) is not { } answers)
                return new Refused(HubErrors.BadRequest("Send the form's fields as a form or as a JSON object of texts."));
            var form = repository.Policy.Form;
            var check = GateAnswers.Check(form, answers, places.Describe(context));
            if (check.Problems.Count > 0)
                return new Refused(HubErrors.BadRequest(string.Join(" ", check.Problems.Select(p => $"{p.Label}: {p.Message}"))));
            await requests.AskAsync(repository.Record, repository.Card, caller.UserId!, check.Answers, context.RequestAborted);
        }

        // The state is not told here; the page tells it.
        context.Response.Headers.Location = page;
        return TypedResults.Text($"See Other. Redirecting to {page}", "text/plain; charset=utf-8", statusCode: StatusCodes.Status303SeeOther);
    }

    private static async Task<IReadOnlyDictionary<string, string>?> ReadAnswersAsync(HttpContext context)
    {
        if (context.Request.HasFormContentType)
        {
            var form = await context.Request.ReadFormAsync(context.RequestAborted);
            return form.ToDictionary(f => f.Key, f => f.Value.ToString(), StringComparer.Ordinal);
        }

        if (context.Request.ContentLength is 0 || (context.Request.ContentType is null && context.Request.ContentLength is null))
            return new Dictionary<string, string>();

        using var body = await JsonBody.ReadAsync(context);
        if (body?.RootElement is not { ValueKind: JsonValueKind.Object } root)
            return null;
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var property in root.EnumerateObject())
        {
            if (JsonBody.Text(property.Value) is not { } answer)
                return null;
            answers[property.Name] = answer;
        }

        return answers;
    }
}
