using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>DELETE /api/repos/delete</c>, which has a JSON body (trap T22), and <c>POST /api/repos/move</c> (contract 7.1). No client reads the answers' bodies.</summary>
internal static class RepositoryMoveEndpoints
{
    public static void MapRepositoryMoves(this IEndpointRouteBuilder routes)
    {
        routes.MapDelete("/api/repos/delete", DeleteAsync).WithAccess(RouteAccess.Person);
        routes.MapPost("/api/repos/move", MoveAsync).WithAccess(RouteAccess.Person);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, RepositoryAdmission admissions, RepositoryRemoval removal)
    {
        var (fault, document) = await JsonBody.ReadOrSayAsync(context);
        using var body = document;
        if (body is null)
            return new Refused(BodyFields.Unreadable(fault));
        var caller = context.Caller();
        var fields = new BodyFields(body);
        var asked = AskedRepository.Read(fields, caller);
        if (fields.Fault is { } invalid)
            return new Refused(invalid);

        var (repository, refusal) = await AdmitAsync(admissions, caller, asked, context.RequestAborted);
        if (repository is null)
            return new Refused(refusal!);
        return await removal.RemoveAsync(repository.Record.Id, context.RequestAborted) ? Done() : new Refused(HubErrors.RepositoryNotFound);
    }

    private static async Task<IResult> MoveAsync(HttpContext context, RepositoryAdmission admissions, RepositoryMoves moves)
    {
        var (fault, document) = await JsonBody.ReadOrSayAsync(context);
        using var body = document;
        if (body is null)
            return new Refused(BodyFields.Unreadable(fault));
        var caller = context.Caller();
        var fields = new BodyFields(body);
        var type = AskedRepository.TypeIn(fields, "type");
        var (from, to) = (IdIn(fields, "fromRepo"), IdIn(fields, "toRepo"));
        if (fields.Fault is { } invalid)
            return new Refused(invalid);

        var (repository, refusal) = await AdmitAsync(admissions, caller, new(type, from.Namespace, from.Name), context.RequestAborted);
        if (repository is null)
            return new Refused(refusal!);
        return await moves.MoveAsync(repository.Record, caller, to.Namespace, to.Name, context.RequestAborted) is { } notMoved ? new Refused(notMoved) : Done();
    }

    /// <summary>
    /// Another letter case is the same repository. A former name is not: whoever deletes by it may have forgotten that it names something else by now.
    /// </summary>
    private static async Task<(IRepositoryFeature? Repository, Refusal? Refusal)> AdmitAsync(
        RepositoryAdmission admissions, Caller caller, AskedRepository asked, CancellationToken cancellationToken)
    {
        var admission = await admissions.AdmitAsync(caller, asked.Type, asked.Namespace, asked.Name, RouteAccess.ChangeSettings, cancellationToken);
        if (admission.Redirect is { } there && there.FullName.Equals($"{asked.Namespace}/{asked.Name}", StringComparison.OrdinalIgnoreCase))
            admission = await admissions.AdmitAsync(caller, asked.Type, there.Namespace, there.Name, RouteAccess.ChangeSettings, cancellationToken);
        return (admission.Repository, admission.Refusal ?? HubErrors.RepositoryNotFound);
    }

    private static (string Namespace, string Name) IdIn(BodyFields fields, string field)
    {
        if (fields.Text(field) is { } id && id.Split('/') is [var ns, var name])
            return (ns, name);
        fields.Wrong(field, "Invalid repository id: expected namespace/name");
        return ("", "");
    }

    private static ContentHttpResult Done() => TypedResults.Text("OK", "text/plain; charset=utf-8");
}
