using System.Text.Json.Nodes;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>
/// The JSON of one repository, key by key (contract 4.1), for the info routes and the lists. <c>gated</c> is false, "auto" or "manual", never true (trap T14).
/// Absent facts are left out, not null.
/// </summary>
/// <param name="commit">Whose files are listed; null where there is none.</param>
/// <param name="git">Only opened for the files.</param>
internal sealed class RepositoryFacts(RepositoryRecord record, CardFacts card, Func<GitRepository> git, RepositoryFiles files, GitOid? commit, bool blobs, bool unmasked)
{
    /// <summary>
    /// Names that clients document for <c>expand</c> and of which nothing is known here: they may be asked for, and are left out of the answer. What is known is
    /// in <see cref="Keys"/>.
    /// </summary>
    private static readonly Dictionary<RepositoryType, string[]> Unknown = new()
    {
        [RepositoryType.Model] =
        [
            "childrenModelCount", "evalResults", "gguf", "inference", "inferenceProviderMapping", "mask_token", "resourceGroup", "transformersInfo",
        ],
        [RepositoryType.Dataset] = ["citation", "description", "resourceGroup"],
        [RepositoryType.Space] = ["region", "resourceGroup", "runtime", "subdomain"],
    };

    /// <summary>Facts that only models have; the others are known of every type.</summary>
    private static readonly HashSet<string> OfModels = ["modelId", ConfigKey, SafetensorsKey, "model-index", "spaces", "baseModels", "widgetData"];

    private static readonly Dictionary<string, Func<RepositoryFacts, JsonNode?>> Keys = new(StringComparer.Ordinal)
    {
        ["_id"] = f => f.Record.Id,
        ["id"] = f => f.Record.FullName,
        ["private"] = f => f.Record.Private,
        ["pipeline_tag"] = f => f.Facts.Task,
        ["library_name"] = f => f.Facts.Library,
        ["tags"] = f => new JsonArray([.. f.Facts.Tags.Select(t => (JsonNode)t)]),
        ["downloads"] = _ => 0,
        ["likes"] = _ => 0,
        ["modelId"] = f => f.Record.FullName,
        ["author"] = f => f.Record.Namespace,
        ["sha"] = f => f.Commit?.ToString(),
        ["lastModified"] = f => HubTime.Write(f.Record.LastModified),
        ["gated"] = f => Gated(f.Facts.Gate),
        ["disabled"] = f => f.Record.Disabled,
        ["model-index"] = f => f.Facts.Metadata?["model-index"]?.DeepClone(),
        [ConfigKey] = f => f.Details.Config ?? new JsonObject(),
        [SafetensorsKey] = f => Parameters(f.Details.Contents),
        ["cardData"] = f => f.Facts.Metadata?.DeepClone() ?? new JsonObject(),
        [SiblingsKey] = f => f.Siblings(),
        ["spaces"] = _ => new JsonArray(),
        ["sdk"] = f => f.Facts.Word("sdk"),
        ["createdAt"] = f => HubTime.Write(f.Record.CreatedAt),
        ["trendingScore"] = _ => 0,
        ["downloadsAllTime"] = _ => 0,
        ["xetEnabled"] = _ => false,
        ["baseModels"] = f => BaseModels(f.Facts),
        ["widgetData"] = f => f.Facts.Metadata?["widget"]?.DeepClone(),
        ["paperswithcode_id"] = f => f.Facts.Word("paperswithcode_id"),
        ["models"] = f => Words(f.Facts, "models"),
        ["datasets"] = f => Words(f.Facts, "datasets"),
        [UsedStorageKey] = f => f.Details.UsedStorage,
        [MainSizeKey] = f => f.Details.MainSize,
    };

    /// <summary>Hostile trees can name themselves many times over; an honest repository has fewer files than this.</summary>
    private const int MaxSiblings = 100_000;

    /// <summary>Of all their paths together.</summary>
    private const long MaxSiblingCharacters = 16_000_000;

    /// <summary>Keys that are written even when there is no value: the recorded answers show them as null.</summary>
    private static readonly HashSet<string> Nullable = ["model-index"];

    private static readonly string[] ModelInfo =
    [
        "_id", "id", "private", "pipeline_tag", "library_name", "tags", "downloads", "likes", "modelId", "author", "sha", "lastModified", "gated", "disabled",
        "model-index", ConfigKey, "cardData", SiblingsKey, "spaces", "createdAt", SafetensorsKey,
    ];

    private static readonly string[] DatasetInfo =
        ["_id", "id", "private", "tags", "downloads", "likes", "author", "sha", "lastModified", "gated", "disabled", "cardData", "siblings", "createdAt"];

    private static readonly string[] SpaceInfo =
        ["_id", "id", "private", "tags", "likes", "author", "sha", "lastModified", "gated", "disabled", "sdk", "cardData", "siblings", "createdAt"];

    private static readonly string[] ModelItem = ["_id", "id", "private", "tags", "downloads", "likes", "modelId", "createdAt", "gated", "pipeline_tag", "library_name"];
    private static readonly string[] OtherItem = ["_id", "id", "private", "tags", "downloads", "likes", "author", "sha", "lastModified", "createdAt", "gated"];
    private static readonly string[] FullExtras = ["author", "lastModified", "sha", "siblings"];

    private RepositoryRecord Record => record;
    private CardFacts Facts => card;
    private GitOid? Commit => commit;

    public const string SiblingsKey = "siblings";
    public const string UsedStorageKey = "usedStorage";
    public const string MainSizeKey = "mainSize";
    public const string ConfigKey = "config";
    public const string SafetensorsKey = "safetensors";

    /// <summary>What had to be looked up beforehand, for the keys that show it.</summary>
    public RepositoryDetails Details { get; init; } = RepositoryDetails.None;

    /// <summary>Whether the key shows something of the front matter itself.</summary>
    public static bool IsOfMetadata(string key) =>
        key is "cardData" or "model-index" or "sdk" or "baseModels" or "widgetData" or "paperswithcode_id" or "models" or "datasets";

    public static JsonNode Gated(GateMode mode) => mode switch
    {
        GateMode.Auto => "auto",
        GateMode.Manual => "manual",
        _ => false,
    };

    /// <summary>What the info routes answer in full.</summary>
    public static IReadOnlyList<string> InfoKeys(RepositoryType type) => type switch
    {
        RepositoryType.Model => ModelInfo,
        RepositoryType.Dataset => DatasetInfo,
        _ => SpaceInfo,
    };

    /// <summary>What an item of a list has (contract 8).</summary>
    public static IReadOnlyList<string> ItemKeys(RepositoryType type, bool full, bool cardData, bool config)
    {
        IEnumerable<string> keys = type == RepositoryType.Model ? ModelItem : OtherItem;
        if (full)
            keys = keys.Union(FullExtras);
        if (cardData)
            keys = keys.Append("cardData");
        return [.. config && type == RepositoryType.Model ? keys.Append(ConfigKey) : keys];
    }

    /// <summary>Null when every name is one that <c>expand</c> may ask for; else the Hub's sentence about it.</summary>
    public static string? UnknownKey(RepositoryType type, IReadOnlyList<string> expand)
    {
        var known = Keys.Keys.Where(k => k is not ("_id" or "id") && (type == RepositoryType.Model || !OfModels.Contains(k))).Concat(Unknown[type]).ToList();
        return expand.All(known.Contains) ? null : $"\"expand\" must be one of [{string.Join(", ", known)}]";
    }

    public JsonObject Write(IEnumerable<string> keys)
    {
        var json = new JsonObject();
        foreach (var key in keys)
        {
            var value = Keys.GetValueOrDefault(key)?.Invoke(this);
            if (value is not null || Nullable.Contains(key))
                json[key] = value;
        }

        return json;
    }

    /// <summary>With <c>expand</c>: the ids and the keys that were asked for, nothing else.</summary>
    public JsonObject WriteExpanded(IReadOnlyList<string> expand) => Write(new[] { "_id", "id" }.Concat(expand.Distinct()));

    /// <summary>How many file names have been written.</summary>
    public int SiblingsWritten { get; private set; }

    /// <summary>Null when the card names none.</summary>
    private static JsonObject? BaseModels(CardFacts card)
    {
        if (Words(card, "base_model") is not { } ids)
            return null;
        var models = new JsonObject();
        if (card.Word("base_model_relation") is { } relation)
            models["relation"] = relation;
        models["models"] = new JsonArray([.. ids.Select(id => (JsonNode)new JsonObject { ["id"] = id!.DeepClone() })]);
        return models;
    }

    private static JsonObject? Parameters(ModelContents contents) => contents.Total is not { } total ? null : new JsonObject
    {
        ["parameters"] = new JsonObject(contents.Parameters.Select(kind => KeyValuePair.Create<string, JsonNode?>(kind.Key, kind.Value))),
        ["total"] = total,
    };

    private static JsonArray? Words(CardFacts card, string key) =>
        CardTags.Values(card.Metadata?[key]).ToArray() is { Length: > 0 } words ? new JsonArray([.. words.Select(word => (JsonNode)word)]) : null;

    private JsonArray Siblings()
    {
        if (commit is not { } at)
            return new JsonArray();
        var siblings = new JsonArray();
        var characters = 0L;
        foreach (var entry in git().Walk(at, TreePath.Root).Take(GitRepository.LongestWalk)
            .Where(e => e.Kind is not (GitEntryKind.Directory or GitEntryKind.Submodule)).Take(MaxSiblings))
        {
            if ((characters += entry.Path.Value.Length) > MaxSiblingCharacters)
                break;
            var sibling = new JsonObject { ["rfilename"] = entry.Path.Value };
            if (blobs)
                Detail(sibling, entry);
            siblings.Add((JsonNode)sibling);
        }

        SiblingsWritten += siblings.Count;
        return siblings;
    }

    private void Detail(JsonObject sibling, GitEntry entry)
    {
        var file = files.Describe(git(), entry);
        sibling["size"] = file.Size;
        sibling["blobId"] = entry.Oid.ToString();
        if (file.Lfs is { } lfs)
            sibling["lfs"] = new JsonObject { ["size"] = lfs.Size, ["sha256"] = unmasked ? lfs.Oid.ToString() : new string('*', 64), ["pointerSize"] = entry.Size };
    }
}
