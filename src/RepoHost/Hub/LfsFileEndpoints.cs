using System.Text.Json;
using System.Text.Json.Nodes;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>
/// The LFS files that a repository was given, whether a branch still names them or not, and how to be rid of them. The list is for those who may change the
/// files. Deleting takes things out of other people's branches and pull requests for good, so it is for those who may change the settings.
/// </summary>
internal static class LfsFileEndpoints
{
    private const int PageSize = 1000;
    private const int MostDeleted = 1000;

    private static readonly Refusal TooMuch = HubErrors.NoRoom("The history of this repository is too long to be read just now. Try again in a moment.");

    public static void MapLfsFiles(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var files = $"{HubRoutes.ApiId(type)}/lfs-files";
        routes.MapMethods(files, HubRoutes.GetAndHead, ListAsync).WithAccess(RouteAccess.Edit, type);
        routes.MapPost($"{files}/batch", DeleteAsync).WithAccess(RouteAccess.ChangeSettings, type);
    }

    private static async Task<Results<Ok<JsonArray>, Refused>> ListAsync(HttpContext context, LfsBindings bindings, GitQuestions questions, PublicUrl publicUrl)
    {
        var repository = context.Repository();
        var after = PageLink.Unpack(context.Request.Query["cursor"], 1) is [var last] ? last : null;
        var rows = await bindings.PageAsync(repository.Record.Id, after, PageSize + 1, context.RequestAborted);
        Dictionary<string, LfsUse> uses = [];
        if (rows.Count > 0)
        {
            try
            {
                IReadOnlyList<LfsUse> found = [];
                var git = repository.Git;
                if (!await questions.TryRunAsync(TransferLimits.Key(context), async ct => found = await LfsHistory.FindAsync(git, ct), context.RequestAborted))
                    return (Refused)TooMuch;
                foreach (var use in found)
                    uses.TryAdd(use.Pointer.Oid.ToString(), use);
            }
            catch (InvalidDataException e)
            {
                var sentence = $"The LFS files of this repository can't be listed here: {e.Message} Use git lfs ls-files --all in a clone.";
                return (Refused)new Refusal(422, null, sentence, null);
            }
        }

        if (rows.Count > PageSize)
            PageLink.Next(context, publicUrl, PageLink.Pack(rows[PageSize - 1].Oid));
        return TypedResults.Ok(new JsonArray([.. rows.Take(PageSize).Select(row => (JsonNode)Item(row, uses.GetValueOrDefault(row.Oid)))]));
    }

    /// <param name="use">Null: no history has it. It was taken out of it, or uploaded for a commit that never came.</param>
    private static JsonObject Item(LfsObject row, LfsUse? use)
    {
        var item = new JsonObject
        {
            ["fileOid"] = row.Oid,
            ["filename"] = use?.Path ?? row.Oid,
            ["oid"] = row.Oid,
            ["size"] = row.Size,
            ["pushedAt"] = HubTime.Write(row.AddedAt),
        };
        if (use?.Ref is { } name)
            item["ref"] = name;
        return item;
    }

    private static async Task<Results<Ok<JsonObject>, Refused>> DeleteAsync(HttpContext context, LfsRemoval removal)
    {
        using var body = await JsonBody.ReadAsync(context);
        if (body?.RootElement is not { ValueKind: JsonValueKind.Object } root || !root.TryGetProperty("deletions", out var deletions))
            return (Refused)HubErrors.Invalid("Invalid input: expected object", "deletions");

        using var inner = JsonDocument.Parse(deletions.GetRawText());
        var fields = new BodyFields(inner);
        var (sent, rewrite) = (fields.List("sha"), fields.Flag("rewriteHistory") ?? true);
        var objects = new List<LfsOid>();
        foreach (var item in sent)
        {
            if (JsonBody.Text(item) is { } text && LfsOid.TryParse(text, out var oid))
                objects.Add(oid);
            else
                fields.Wrong("deletions.sha", "Invalid input: expected the SHA-256 of an LFS file, 64 hex digits");
        }

        if (fields.Fault is { } wrong)
            return (Refused)wrong;
        if (objects.Count is 0 or > MostDeleted)
            return (Refused)HubErrors.Invalid($"Invalid input: expected 1 to {MostDeleted} LFS files", "deletions.sha");

        return await removal.RemoveAsync(context.Repository().Record, context.Caller(), objects, rewrite, context.RequestAborted) is { } refusal
            ? (Refused)refusal
            : TypedResults.Ok(new JsonObject { ["success"] = true });
    }
}
