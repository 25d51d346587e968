using GateMiddleware;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>POST /{prefix}{id}.git/info/lfs/objects/batch</c>: where to send objects to, or fetch them from (contract 7.3).</summary>
internal static class LfsBatchEndpoints
{
    public static void MapLfsBatch(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        foreach (var root in LfsRequests.Roots(type))
            routes.MapPost($"{root}/objects/batch", AnswerAsync).WithAccess(RouteAccess.SeeRepository, type, format: RefusalFormat.Lfs);
    }

    /// <summary>
    /// The operation stands in the body, so the route lets in whoever may see the repository, and the rest is asked here, of those whom the routes ask:
    ///  1 a body that can be understood
    ///  2 for uploads the right to write, or to propose and the gate; for downloads the gate; one answer for all objects
    ///  3 each object for itself
    /// </summary>
    private static async Task<IResult> AnswerAsync(HttpContext context, LfsBatch batch, RepositoryAdmission admissions)
    {
        // 1
        if (context.Request.ContentLength > LfsBatchBody.SizeLimit)
            return LfsRefusals.As(new(413, null, $"A batch request may have {ByteCount.Of(LfsBatchBody.SizeLimit)} at most. Send several.", null));
        using var json = await JsonBody.ReadAsync(context, LfsBatchBody.SizeLimit);
        if (json is null)
            return LfsRefusals.As(LfsRefusals.NotALfsBody);
        var (body, wrong) = LfsBatchBody.Read(json.RootElement);
        if (body is null)
            return LfsRefusals.As(wrong!);

        // 2
        var caller = context.Caller();
        var record = context.Repository().Record;
        var refusal = body.IsUpload ? await MayUploadAsync(context, admissions, caller, record) : MayRead(context);
        if (refusal is not null)
            return LfsRefusals.As(refusal);

        // 3
        var answer = await batch.AnswerAsync(record, caller, context.Proposer(), body, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        return TypedResults.Json(answer, contentType: LfsRefusals.MediaType);
    }

    /// <summary>Somebody who may only propose brings the objects of their pull request this way, within what proposals may hold.</summary>
    private static async Task<Refusal?> MayUploadAsync(HttpContext context, RepositoryAdmission admissions, Caller caller, RepositoryRecord record)
    {
        var admission = await admissions.AdmitAsync(caller, record.Type, record.Namespace, record.Name, RouteAccess.Contribute, context.RequestAborted);
        if (admission.Refusal is { } refusal)
            return refusal;
        if (admission.Repository?.Record.Id != record.Id)
            return HubErrors.RepositoryNotFound;
        return context.Proposer() is null ? null : MayRead(context);
    }

    /// <summary>Fail closed: without the gate's word nobody reads.</summary>
    private static Refusal? MayRead(HttpContext context) =>
        context.Features.Get<IGateFeature>() is not { } gate ? Refusals.Unavailable
        : gate.Decision.IsAllowed ? null
        : Refusals.For(gate.Repository, gate.Decision);
}
