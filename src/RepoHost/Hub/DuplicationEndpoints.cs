using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <param name="Url">The Python client reads it and refuses another host than the one it was configured with.</param>
/// <param name="FilesCopyPending">Whether the files come later; here they are there when the answer comes.</param>
internal sealed record DuplicatedRepository(string Url, string Name, string Id, bool FilesCopyPending);

/// <summary><c>POST /api/{types}/{id}/duplicate</c>: a copy of a repository for those who may download all of it, private unless the body says otherwise.</summary>
internal static class DuplicationEndpoints
{
    public static void MapDuplication(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapPost($"{HubRoutes.ApiId(type)}/duplicate", DuplicateAsync).WithAccess(RouteAccess.ReadContent, type);

    private static async Task<IResult> DuplicateAsync(
        HttpContext context, RepositoryDuplication duplication, RepositoryCatalog catalog, RepositoryRoles roles, PublicUrl publicUrl)
    {
        var caller = context.Caller();
        if (caller.Kind != CallerKind.Person)
            return new Refused(HubErrors.LoginRequired);
        var (fault, document) = await JsonBody.ReadOrSayAsync(context);
        using var body = document;
        if (body is null)
            return new Refused(BodyFields.Unreadable(fault));
        var fields = new BodyFields(body);
        var (id, visibility, flag) = (fields.Text("repository") ?? "", fields.Word("visibility", "public", "private"), fields.Flag("private"));
        // A name of one part is in the caller's own namespace.
        var parts = id.Contains('/', StringComparison.Ordinal) ? id.Split('/') : [caller.UserName!, id];
        if (parts is not [{ Length: > 0 } owner, { Length: > 0 } name])
        {
            fields.Wrong("repository", "Invalid repository id: expected namespace/name");
            (owner, name) = ("", "");
        }

        RepositoryCreationEndpoints.NotHereIn(fields);
        if (fields.Fault is { } invalid)
            return new Refused(invalid);
        if (caller.IsService && owner.Equals(caller.UserName, StringComparison.OrdinalIgnoreCase))
            return new Refused(RepositoryCreationEndpoints.ServiceHasNoNamespace);

        // Where the two disagree the stricter holds.
        var isPrivate = visibility == "private" || flag == true || (visibility is null && flag is null);
        var source = context.Repository().Record;
        var result = await duplication.DuplicateAsync(caller, source, owner, name, isPrivate, context.RequestAborted);
        if (result.Repository is { } made)
        {
            var url = RepositoryCreationEndpoints.UrlOf(publicUrl, made.Type, made.FullName);
            return TypedResults.Ok(new DuplicatedRepository(url, made.FullName, made.Id, FilesCopyPending: false));
        }

        return result.Taken
            ? await RepositoryCreationEndpoints.TakenAsync(context, new(source.Type, owner, name), result.Refusal!.Message, catalog, roles, publicUrl)
            : new Refused(result.Refusal!);
    }
}
