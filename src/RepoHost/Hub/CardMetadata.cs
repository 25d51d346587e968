using System.Globalization;
using System.Text.Json.Nodes;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Hub;

/// <summary>
/// What the Hub says of a card's metadata before it takes it: kinds of values, required keys, known words. Its clients stop an upload for an error and print
/// a warning.
/// The gate's own keys are looked at by the card's reader.
/// </summary>
internal sealed class CardMetadata
{
    /// <summary>A card may have thousands of results, each with the same mistake.</summary>
    private const int MostSaid = 50;

    private const int LongestShown = 200;

    private static readonly string[] Colors = ["red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"];
    private static readonly string[] Sdks = ["gradio", "streamlit", "docker", "static"];

    private static readonly string[] DatasetWords =
        ["annotations_creators", "language_creators", "size_categories", "source_datasets", "task_ids", "multilinguality"];

    private readonly List<string> errors = [];
    private readonly List<string> warnings = [];

    private CardMetadata()
    {
    }

    public IReadOnlyList<string> Errors => errors;

    public IReadOnlyList<string> Warnings => warnings;

    /// <param name="metadata">The front matter.</param>
    public static CardMetadata Check(JsonObject metadata, RepositoryType type)
    {
        var check = new CardMetadata();
        check.CheckAll(metadata);
        switch (type)
        {
            case RepositoryType.Model:
                check.CheckModel(metadata);
                break;
            case RepositoryType.Dataset:
                check.CheckDataset(metadata);
                break;
            case RepositoryType.Space:
                check.CheckSpace(metadata);
                break;
        }

        return check;
    }

    private void CheckAll(JsonObject card)
    {
        foreach (var (place, license) in Words(card, "license"))
        {
            if (!Licenses.Known.Contains(license))
                Error($"\"{place}\" must be one of [{string.Join(", ", Licenses.Known)}]");
        }

        foreach (var (place, language) in Words(card, "language"))
        {
            if (language.Any(char.IsUpper))
                Error($"\"{place}\" must only contain lowercase characters");
        }

        Words(card, "tags");
        Text(card, "license_name");
        Text(card, "license_link");
        Text(card, "thumbnail");
    }

    private void CheckModel(JsonObject card)
    {
        Text(card, "library_name");
        Words(card, "metrics");
        foreach (var (place, id) in Words(card, "datasets").Where(word => !IsRepositoryId(word.Value)))
            Warning($"\"{place}\" with value \"{Shown(id)}\" is not valid. If possible, use the id of a dataset");
        foreach (var (place, id) in Words(card, "base_model").Where(word => !IsRepositoryId(word.Value)))
            Error($"\"{place}\" with value \"{Shown(id)}\" is not valid. Use the id of a model: its owner and its name, no path and no address");
        if (Text(card, "pipeline_tag") is { } task && !ModelTasks.IsKnown(task))
        {
            var known = string.Join(", ", ModelTasks.Known.Select(known => known.Id));
            Warning($"the pipeline tag \"{Shown(task)}\" is not one of the tasks that are known: {known}");
        }

        if (card["model-index"] is { } index)
            CheckIndex(index);
    }

    private void CheckDataset(JsonObject card)
    {
        Text(card, "pretty_name");
        foreach (var key in DatasetWords)
            Words(card, key);
        foreach (var (place, task) in Words(card, "task_categories").Where(word => !ModelTasks.IsKnown(word.Value)))
            Warning($"\"{place}\" with value \"{Shown(task)}\" is not one of the tasks that are known");
        if (card["configs"] is not (null or JsonArray))
            Error("\"configs\" must be an array");
    }

    private void CheckSpace(JsonObject card)
    {
        Text(card, "title");
        OneOf(card, "sdk", Sdks);
        OneOf(card, "colorFrom", Colors);
        OneOf(card, "colorTo", Colors);
        OneOf(card, "header", ["mini", "default"]);
        if (Text(card, "short_description") is { Length: > 60 })
            Error("\"short_description\" length must be less than or equal to 60 characters long");
        foreach (var key in (ReadOnlySpan<string>)["pinned", "fullWidth", "disable_embedding", "hf_oauth"])
        {
            if (card[key] is { } flag && !(flag is JsonValue value && value.TryGetValue(out bool _)))
                Error($"\"{key}\" must be a boolean");
        }

        if (card["app_port"] is { } port && !(port is JsonValue number && number.TryGetValue(out long _)))
            Error("\"app_port\" must be a number");
        Words(card, "models");
        Words(card, "datasets");
    }

    /// <summary>The results of evaluations: a list of models, each with results that name their task, their dataset and their metrics.</summary>
    private void CheckIndex(JsonNode index)
    {
        foreach (var (place, model) in Objects(index, "model-index"))
        {
            Required(model, place, "name");
            foreach (var (at, result) in Objects(model["results"], $"{place}.results"))
            {
                if (Object(result, at, "task") is { } task)
                    Required(task, $"{at}.task", "type");
                if (Object(result, at, "dataset") is { } dataset)
                {
                    Required(dataset, $"{at}.dataset", "type");
                    Required(dataset, $"{at}.dataset", "name");
                }

                foreach (var (where, metric) in Objects(result["metrics"], $"{at}.metrics"))
                {
                    Required(metric, where, "type");
                    Required(metric, where, "value");
                }

                if (result["source"] is JsonObject source)
                    Required(source, $"{at}.source", "url");
            }
        }
    }

    /// <summary>One word, or a list of them.</summary>
    private List<(string Place, string Value)> Words(JsonObject card, string key)
    {
        var words = new List<(string, string)>();
        switch (card[key])
        {
            case null:
                break;
            case JsonArray items:
                foreach (var (i, item) in items.Index())
                {
                    var place = string.Create(CultureInfo.InvariantCulture, $"{key}[{i}]");
                    if (item is JsonValue value && value.TryGetValue(out string? text))
                        words.Add((place, text));
                    else
                        Error($"\"{place}\" must be a string");
                }

                break;
            default:
                if (Text(card, key) is { } word)
                    words.Add((key, word));
                break;
        }

        return words;
    }

    private string? Text(JsonObject card, string key)
    {
        if (card[key] is not { } node)
            return null;
        if (node is JsonValue value && value.TryGetValue(out string? text))
            return text;
        Error($"\"{key}\" must be a string");
        return null;
    }

    private void OneOf(JsonObject card, string key, string[] words)
    {
        if (Text(card, key) is { } word && !words.Contains(word))
            Error($"\"{key}\" must be one of [{string.Join(", ", words)}]");
    }

    private List<(string Place, JsonObject Value)> Objects(JsonNode? node, string place)
    {
        var objects = new List<(string, JsonObject)>();
        if (node is not JsonArray items)
        {
            Error(node is null ? $"\"{place}\" is required" : $"\"{place}\" must be an array");
            return objects;
        }

        foreach (var (i, item) in items.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"{place}[{i}]");
            if (item is JsonObject found)
                objects.Add((at, found));
            else
                Error($"\"{at}\" must be of type object");
        }

        return objects;
    }

    private JsonObject? Object(JsonObject parent, string place, string key)
    {
        if (parent[key] is JsonObject found)
            return found;
        Error(parent[key] is null ? $"\"{place}.{key}\" is required" : $"\"{place}.{key}\" must be of type object");
        return null;
    }

    private void Required(JsonObject parent, string place, string key)
    {
        if (parent[key] is null)
            Error($"\"{place}.{key}\" is required");
    }

    private void Error(string sentence)
    {
        if (errors.Count < MostSaid)
            errors.Add(sentence);
    }

    private void Warning(string sentence)
    {
        if (warnings.Count < MostSaid)
            warnings.Add(sentence);
    }

    private static bool IsRepositoryId(string id) =>
        id.Split('/') is { Length: 1 or 2 } parts
        && parts.All(part => part.Length > 0 && part is not ("." or "..") && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'));

    private static string Shown(string text) => text.Length <= LongestShown ? text : text[..LongestShown] + "…";
}
