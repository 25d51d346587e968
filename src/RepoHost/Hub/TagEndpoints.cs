using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>POST …/tag/{revision}</c> and <c>DELETE …/tag/{name}</c> (contract 7.5).</summary>
internal static class TagEndpoints
{
    public static void MapTags(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        routes.MapPost($"{HubRoutes.ApiId(type)}/tag/{{**revision}}", CreateAsync).WithAccess(RouteAccess.Write, type);
        routes.MapDelete($"{HubRoutes.ApiId(type)}/tag/{{**tag}}", DeleteAsync).WithAccess(RouteAccess.Write, type);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, RefChanges refs)
    {
        if (BranchEndpoints.NameIn(context) is not { } revision)
            return new Refused(HubErrors.RevisionNotFound());
        var (fault, document) = await JsonBody.ReadOrSayAsync(context);
        using var body = document;
        if (body is null)
            return new Refused(BodyFields.Unreadable(fault));
        var fields = new BodyFields(body);
        var (tag, message) = (fields.Text("tag"), BranchEndpoints.MessageIn(fields));
        if (fields.Fault is { } invalid)
            return new Refused(invalid);
        return RefChangeAnswer.Of(
            await refs.CreateTagAsync(context.Repository(), context.Caller(), revision, tag, message, context.RequestAborted),
            HubErrors.BadRequest("Invalid reference for a tag: send its name as \"tag\", without spaces, colons and the like (git help check-ref-format)."));
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, RefChanges refs) => BranchEndpoints.NameIn(context) is { } name
        ? RefChangeAnswer.Of(await refs.DeleteTagAsync(context.Repository(), context.Caller(), name, context.RequestAborted))
        : new Refused(HubErrors.RevisionNotFound());
}
