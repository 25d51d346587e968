using RepoHost.Data;

namespace RepoHost.Pages.Listing;

/// <summary>A choice beside a list.</summary>
/// <param name="Text">What it is called.</param>
/// <param name="Query">The list with it, or without it if it is chosen already.</param>
internal sealed record Facet(string Text, ListingQuery Query, bool Chosen)
{
    private static readonly string[] Tasks =
    [
        "text-generation", "text-classification", "token-classification", "question-answering", "summarization", "translation", "feature-extraction", "sentence-similarity",
        "image-classification", "object-detection", "text-to-image", "automatic-speech-recognition",
    ];

    private static readonly string[] Libraries = ["transformers", "diffusers", "sentence-transformers", "transformers.js", "onnx", "gguf", "peft", "timm"];

    private static readonly string[] Licenses = ["apache-2.0", "mit", "bsd-3-clause", "cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "openrail", "other"];

    private static readonly string[] Sizes = ["n<1K", "1K<n<10K", "10K<n<100K", "100K<n<1M", "1M<n<10M"];

    /// <summary>The usual words of cards of this type. Any other tag is reached from a card that has it.</summary>
    public static IEnumerable<(string Title, IReadOnlyList<Facet> Facets)> Of(RepositoryType type, ListingQuery query)
    {
        var first = query with { Cursor = null };
        yield return ("Gate",
        [
            new("Gated", first with { Gated = query.Gated == true ? null : true }, query.Gated == true),
            new("Open", first with { Gated = query.Gated == false ? null : false }, query.Gated == false),
        ]);
        if (type == RepositoryType.Model)
        {
            yield return ("Task", [.. Tasks.Select(t => new Facet(t, first with { Task = query.Task == t ? null : t }, query.Task == t))]);
            yield return ("Library", [.. Libraries.Select(l => new Facet(l, first with { Library = query.Library == l ? null : l }, query.Library == l))]);
        }

        if (type == RepositoryType.Dataset)
        {
            yield return ("Task", [.. Tasks.Select(t => OfTag(t, $"task_categories:{t}", first))]);
            yield return ("Size", [.. Sizes.Select(s => OfTag(s, $"size_categories:{s}", first))]);
        }

        yield return ("License", [.. Licenses.Select(l => OfTag(l, $"license:{l}", first))]);
    }

    /// <summary>What the list is narrowed by now, each with the list without it.</summary>
    public static IEnumerable<Facet> Chosens(ListingQuery query)
    {
        var first = query with { Cursor = null };
        if (query.Author is { } author)
            yield return new(author, first with { Author = null }, true);
        if (query.Task is { } task)
            yield return new(task, first with { Task = null }, true);
        if (query.Library is { } library)
            yield return new(library, first with { Library = null }, true);
        foreach (var tag in query.Filters)
            yield return OfTag(tag, tag, first);
        if (query.Gated is { } gated)
            yield return new(gated ? "Gated" : "Open", first with { Gated = null }, true);
    }

    private static Facet OfTag(string text, string tag, ListingQuery query)
    {
        var chosen = query.Filters.Contains(tag);
        return new(text, query with { Filters = [.. chosen ? query.Filters.Where(f => f != tag) : query.Filters.Append(tag)] }, chosen);
    }
}
