using System.Text.Json;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>POST /{repo}/ask-access</c>: the gate form's answer (contract 6.5, design 3).</summary>
internal static class AskAccessEndpoints
{
    /// <summary>The sentence stands in a header too, which has little room.</summary>
    private const int MostNamed = 10;

    public static void MapAskAccess(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapPost($"{HubRoutes.WebId(type)}/ask-access", AskAsync).WithAccess(RouteAccess.OwnRequest, type);

    private static async Task<IResult> AskAsync(HttpContext context, AskingForAccess asking, GatedRepositories gate)
    {
        if (asking.FindObstacle(context) is { } obstacle)
            return new Refused(obstacle);

        var repository = context.Repository();
        if (repository.Policy.Mode != GateMode.Open)
        {
            if (await ReadAnswersAsync(context, repository.Policy.Form) is not { } answers)
                return new Refused(HubErrors.BadRequest("Send the form's fields as a form or as a JSON object of texts."));
            var attempt = await asking.AskAsync(context, answers);
            if (attempt.Problems.Count > 0)
                return new Refused(HubErrors.BadRequest(string.Join(" ", attempt.Problems.Take(MostNamed).Select(p => $"{GateFormField.Shortened(p.Label)}: {p.Message}"))));
            if (attempt.Outcome is { NotConfirmed: true })
                return new Refused(asking.ConfirmFirst(repository.Record));
            if (attempt.Outcome is { TooOften: true })
                return new Refused(HubErrors.AskedTooOften);
        }

        // The state is not told here; the page tells it.
        var page = gate.PageOf(repository.Record);
        context.Response.Headers.Location = page;
        return TypedResults.Text($"See Other. Redirecting to {page}", "text/plain; charset=utf-8", statusCode: StatusCodes.Status303SeeOther);
    }

    private static async Task<IReadOnlyDictionary<string, string>?> ReadAnswersAsync(HttpContext context, GateForm form)
    {
        if (context.Request.HasFormContentType)
            return GateFormFields.Read(form, await context.Request.ReadFormAsync(context.RequestAborted), fromPage: context.Caller().CredentialKind == CredentialKind.Cookie);

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
