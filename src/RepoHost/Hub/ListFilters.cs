using System.Globalization;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>
/// What narrows a list of repositories. A parameter that is not known is refused: people who narrow a list and get all of it take the wrong repositories for
/// the right ones.
/// </summary>
internal static class ListFilters
{
    private const int MaxWords = 20;

    /// <summary>Say what a list shows and in which order, or are read by name here.</summary>
    private static readonly HashSet<string> Known = new(StringComparer.Ordinal)
    {
        "search", "author", "filter", "pipeline_tag", "library", "gated", "sort", "direction", "limit", "cursor", "full", "cardData", "config", "expand",
    };

    /// <summary>Only of models.</summary>
    private static readonly HashSet<string> KnownOfModels = new(StringComparer.Ordinal) { "apps", "inference", "inference_provider", "num_parameters" };

    /// <summary>Another way to write a tag: what stands before its colon. Nothing for those that have none.</summary>
    private static readonly Dictionary<string, string> Tags = new(StringComparer.Ordinal)
    {
        ["other"] = "",
        ["tags"] = "",
        ["language"] = "language",
        ["license"] = "license",
        ["dataset"] = "dataset",
        ["trained_dataset"] = "dataset",
        ["base_model"] = "base_model",
        ["task_categories"] = "task_categories",
        ["task_ids"] = "task_ids",
        ["size_categories"] = "size_categories",
        ["multilinguality"] = "multilinguality",
        ["language_creators"] = "language_creators",
        ["annotations_creators"] = "annotations_creators",
        ["source_datasets"] = "source_datasets",
        ["modality"] = "modality",
        ["benchmark"] = "benchmark",
    };

    /// <summary>The query with all that narrows it, or why it can't be answered. Both null: nothing here can match.</summary>
    public static (RepositoryQuery? Query, Refusal? Refusal) Apply(RepositoryQuery ask, IQueryCollection query)
    {
        if (UnknownIn(query, ask.Type) is { } unknown)
            return (null, HubErrors.Invalid($"Unknown filter. This server narrows lists by {string.Join(", ", Known.Take(6).Concat(Tags.Keys))}", unknown));

        string[] tags = [.. Values(query, "filter"), .. Tags.SelectMany(tag => Values(query, tag.Key).Select(value => Tag(ask.Type, tag.Value, value)))];
        var (search, libraries) = (query.List("search"), query.List("library"));
        if ((TooMany(search.Count, "search") ?? TooMany(tags.Length, "filter") ?? TooMany(libraries.Count, "library")) is { } tooMany)
            return (null, tooMany);
        ask = ask with
        {
            Author = query["author"],
            Search = search,
            Tags = tags,
            Task = query["pipeline_tag"] is [{ Length: > 0 } task] ? task : null,
            Libraries = libraries,
            Gated = query["gated"].Count == 0 ? null : QueryValues.IsTrue(query["gated"]),
        };
        return ask.Type == RepositoryType.Model ? OfModels(ask, query) : (ask, null);
    }

    private static (RepositoryQuery? Query, Refusal? Refusal) OfModels(RepositoryQuery ask, IQueryCollection query)
    {
        // Nobody runs models for others here: none is warm, and none is at a provider.
        if (Values(query, "inference").Any() || Values(query, "inference_provider").Any())
            return (null, null);

        var apps = Values(query, "apps").ToList();
        if (apps.Find(app => LocalApps.TagsOf(app) is null) is { } app)
        {
            var names = string.Join('|', LocalApps.Names.Select(name => $"\"{name}\""));
            return (null, HubErrors.Invalid($"Which models \"{app}\" runs is not known here; expected one of {names}", "apps"));
        }

        if (apps.Count > 0)
            ask = ask with { AnyTags = [[.. apps.SelectMany(name => LocalApps.TagsOf(name)!)]] };

        if (query["num_parameters"] is not [{ Length: > 0 } range])
            return (ask, null);
        return Range(range) is { } parameters
            ? (ask with { Parameters = parameters }, null)
            : (null, HubErrors.Invalid("Invalid range: expected min:6B, max:128B or min:6B,max:128B", "num_parameters"));
    }

    private static string? UnknownIn(IQueryCollection query, RepositoryType type) => query.Keys
        .Select(key => key.EndsWith("[]", StringComparison.Ordinal) ? key[..^2] : key)
        .FirstOrDefault(key => !Known.Contains(key) && !Tags.ContainsKey(key) && !(type == RepositoryType.Model && KnownOfModels.Contains(key)));

    private static Refusal? TooMany(int count, string name) => count > MaxWords ? HubErrors.Invalid($"Too big: expected at most {MaxWords} words", name) : null;

    /// <summary>Some clients repeat a parameter, others write commas.</summary>
    private static IEnumerable<string> Values(IQueryCollection query, string name) =>
        query.List(name).SelectMany(value => value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The languages of a model are tags by themselves.</summary>
    private static string Tag(RepositoryType type, string key, string value) =>
        key.Length == 0 || value.StartsWith(key + ":", StringComparison.Ordinal) || (key == "language" && type == RepositoryType.Model)
            ? value
            : $"{key}:{value}";

    private static ParameterRange? Range(string text)
    {
        var (least, most) = (0L, long.MaxValue);
        foreach (var part in text.Split(','))
        {
            switch (part.Split(':', 2, StringSplitOptions.TrimEntries))
            {
                case ["min", var number] when Count(number) is { } count:
                    least = count;
                    break;
                case ["max", var number] when Count(number) is { } count:
                    most = count;
                    break;
                default:
                    return null;
            }
        }

        return new(least, most);
    }

    /// <summary><c>6B</c>, <c>500M</c>, <c>1.5T</c>, <c>1000</c>.</summary>
    private static long? Count(string text)
    {
        var factor = text.Length == 0 ? 1m : char.ToUpperInvariant(text[^1]) switch { 'K' => 1e3m, 'M' => 1e6m, 'B' => 1e9m, 'T' => 1e12m, _ => 1m };
        var digits = factor == 1 ? text : text[..^1];
        return decimal.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number <= long.MaxValue / factor
            ? (long)(number * factor)
            : null;
    }
}
