using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Hub;

/// <summary>
/// The words that lists can be narrowed by, by kind: the tasks and licences that are known, and whatever else public repositories are tagged with.
/// </summary>
internal static class TagListEndpoints
{
    private static readonly string[] Kinds =
    [
        "license", "language", "dataset", "base_model", "task_categories", "task_ids", "size_categories", "multilinguality", "annotations_creators",
        "language_creators", "source_datasets", "modality",
    ];

    public static void MapTagLists(this IEndpointRouteBuilder routes)
    {
        foreach (var type in (ReadOnlySpan<RepositoryType>)[RepositoryType.Model, RepositoryType.Dataset])
        {
            routes.MapMethods($"/api/{type.Plural()}-tags-by-type", HubRoutes.GetAndHead, (HttpContext context, TagsInUse tags) => ListAsync(context, tags, type))
                .WithAccess(RouteAccess.Anyone);
        }
    }

    private static async Task<Ok<JsonObject>> ListAsync(HttpContext context, TagsInUse tags, RepositoryType type)
    {
        // The task of a model is a tag by itself.
        var (task, prefix) = type == RepositoryType.Model ? ("pipeline_tag", "") : ("task_categories", "task_categories:");
        var lists = new Dictionary<string, List<JsonNode>>(StringComparer.Ordinal)
        {
            [task] = [.. ModelTasks.Known.Select(known => Tag(prefix + known.Id, known.Label, task, known.Modality))],
            ["license"] = [.. Licenses.Known.Select(license => Tag($"license:{license}", license, "license"))],
        };
        foreach (var tag in await tags.OfAsync(type, context.RequestAborted))
        {
            var (kind, label) = KindOf(tag);
            if (kind == "license" ? Licenses.Known.Contains(label) : tag.StartsWith(prefix, StringComparison.Ordinal) && ModelTasks.IsKnown(tag[prefix.Length..]))
                continue;
            if (!lists.TryGetValue(kind, out var list))
                lists[kind] = list = [];
            list.Add(Tag(tag, label, kind));
        }

        return TypedResults.Ok(new JsonObject(lists.Select(list => KeyValuePair.Create<string, JsonNode?>(list.Key, new JsonArray([.. list.Value])))));
    }

    private static (string Kind, string Label) KindOf(string tag) =>
        tag.Split(':', 2) is [var kind, { Length: > 0 } label] && Kinds.Contains(kind) ? (kind, label) : ("other", tag);

    private static JsonObject Tag(string id, string label, string type, string? subType = null)
    {
        var tag = new JsonObject { ["id"] = id, ["label"] = label, ["type"] = type };
        if (subType is not null)
            tag["subType"] = subType;
        return tag;
    }
}
