using System.Text.Json.Nodes;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Cards;

/// <summary>A word of a card's front matter that leads to everything that says the same.</summary>
/// <param name="Kind">What it is, for those who can't see the drawing.</param>
/// <param name="Query">Of the list that it leads to.</param>
internal sealed record CardBadge(string Icon, string Kind, string Text, string Query)
{
    /// <summary>More would be all there is to see of a page.</summary>
    private const int Most = 40;

    private const int LongestText = 60;

    public static (IReadOnlyList<CardBadge> Badges, int More) Of(RepositoryType type, JsonObject? metadata)
    {
        var found = new FoundWords(metadata);
        var badges = new List<CardBadge>();
        badges.AddRange(found.Of("pipeline_tag").Select(w => New("model", "Task", w, $"pipeline_tag={Escape(w)}")));
        badges.AddRange(found.Of("task_categories").Select(w => New("model", "Task", w, $"filter={Escape($"task_categories:{w}")}")));
        badges.AddRange(found.Of("library_name").Select(w => New("space", "Library", w, $"library={Escape(w)}")));
        badges.AddRange(found.Of("language").Select(w => New("info", "Language", w, $"filter={Escape(type == RepositoryType.Model ? w : $"language:{w}")}")));
        badges.AddRange(found.Of("license").Select(w => New("card", "License", $"License: {w}", $"filter={Escape($"license:{w}")}")));
        badges.AddRange(found.Of("tags").Select(w => New("tag", "Tag", w, $"filter={Escape(w)}")));
        badges.AddRange(found.Of("size_categories").Select(w => New("dataset", "Size", w, $"filter={Escape($"size_categories:{w}")}")));
        var distinct = badges.DistinctBy(b => b.Query).ToList();
        return ([.. distinct.Take(Most)], Math.Max(0, distinct.Count - Most));
    }

    /// <summary>A comma would be read as the end of one tag and the beginning of another.</summary>
    private static string Escape(string word) => Uri.EscapeDataString(word);

    private static CardBadge New(string icon, string kind, string text, string query) => new(icon, kind, text.Length > LongestText ? text[..LongestText] + "…" : text, query);

    private readonly record struct FoundWords(JsonObject? Metadata)
    {
        public IEnumerable<string> Of(string key) => CardTags.Values(Metadata?[key]).Where(w => !string.IsNullOrWhiteSpace(w) && w.Length <= 200);
    }
}
