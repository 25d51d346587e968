using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary><c>POST</c> and <c>DELETE …/branch/{name}</c>, <c>POST …/super-squash/{branch}</c> (contract 7.5). No client reads the bodies of the answers.</summary>
internal static class BranchEndpoints
{
    private static readonly Refusal BadName = HubErrors.BadRequest("Invalid reference for a branch");

    public static void MapBranches(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        routes.MapPost($"{HubRoutes.ApiId(type)}/branch/{{**branch}}", CreateAsync).WithAccess(RouteAccess.Write, type);
        routes.MapDelete($"{HubRoutes.ApiId(type)}/branch/{{**branch}}", DeleteAsync).WithAccess(RouteAccess.Write, type);
        routes.MapPost($"{HubRoutes.ApiId(type)}/super-squash/{{**branch}}", SquashAsync).WithAccess(RouteAccess.Write, type);
    }

    private static async Task<IResult> CreateAsync(HttpContext context, RefChanges refs)
    {
        if (NameIn(context) is not { } name)
            return new Refused(BadName);
        var (fault, document) = await JsonBody.ReadOrSayAsync(context);
        using var body = document;
        if (fault is not (JsonBodyFault.None or JsonBodyFault.Empty))
            return new Refused(BodyFields.Unreadable(fault));
        var fields = new BodyFields(body);
        var branch = new NewBranch(name, fields.Text("startingPoint"), fields.Flag("emptyBranch") ?? false, fields.Flag("overwrite") ?? false);
        if (fields.Fault is { } invalid)
            return new Refused(invalid);
        if (branch is { Empty: true, StartingPoint: not null })
            return new Refused(HubErrors.BadRequest("An empty branch has no starting point: send either emptyBranch or startingPoint."));
        return RefChangeAnswer.Of(await refs.CreateBranchAsync(context.Repository(), context.Caller(), branch, context.RequestAborted), BadName);
    }

    private static async Task<IResult> DeleteAsync(HttpContext context, RefChanges refs) => NameIn(context) is { } name
        ? RefChangeAnswer.Of(await refs.DeleteBranchAsync(context.Repository(), context.Caller(), name, context.RequestAborted))
        : new Refused(HubErrors.RevisionNotFound());

    private static async Task<IResult> SquashAsync(HttpContext context, RefChanges refs)
    {
        if (NameIn(context) is not { } name)
            return new Refused(HubErrors.RevisionNotFound());
        var (fault, document) = await JsonBody.ReadOrSayAsync(context);
        using var body = document;
        if (fault is not (JsonBodyFault.None or JsonBodyFault.Empty))
            return new Refused(BodyFields.Unreadable(fault));
        var fields = new BodyFields(body);
        var message = MessageIn(fields);
        if (fields.Fault is { } invalid)
            return new Refused(invalid);
        return RefChangeAnswer.Of(await refs.SquashAsync(
            context.Repository(), context.Caller(), name, string.IsNullOrWhiteSpace(message) ? $"Super-squash branch '{name}'" : message, context.RequestAborted));
    }

    /// <summary>Names come as <c>%2F</c> or with real slashes; null when they can't be told apart from another address.</summary>
    internal static string? NameIn(HttpContext context) =>
        RequestPieces.AfterRoute(context) is { } pieces && string.Join('/', pieces) is { Length: > 0 } name ? name : null;

    /// <summary>A message that git can keep: a NUL would end it for half of the programs that read it.</summary>
    internal static string? MessageIn(BodyFields fields)
    {
        var message = fields.Text("message");
        if (message?.Contains('\0', StringComparison.Ordinal) == true)
            fields.Wrong("message", "Invalid string: must not hold the character U+0000");
        return message;
    }

}
