using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum RepositorySort
{
    LastModified,
    CreatedAt,
    Name,
}

/// <summary>From so many to so many, both counted in.</summary>
internal sealed record ParameterRange(long Least, long Most);

/// <summary>What to list, newest first (by name: A first).</summary>
internal sealed record RepositoryQuery(RepositoryType Type)
{
    /// <summary>The namespace, in any letter case.</summary>
    public string? Author { get; init; }

    /// <summary>Parts of the id, in any letter case; all must be there.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];

    /// <summary>As cards and <c>filter=</c> spell them: <c>onnx</c>, <c>license:mit</c>; all must be there.</summary>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary><c>pipeline_tag</c>.</summary>
    public string? Task { get; init; }

    /// <summary>Each is the card's library, or a tag.</summary>
    public IReadOnlyList<string> Libraries { get; init; } = [];

    /// <summary>Tags in groups; of each group one must be there.</summary>
    public IReadOnlyList<IReadOnlyList<string>> AnyTags { get; init; } = [];

    /// <summary>How many parameters a model has, as far as it is known: one of which it is not is not listed.</summary>
    public ParameterRange? Parameters { get; init; }

    /// <summary>Whether the gate that lists show is closed.</summary>
    public bool? Gated { get; init; }

    public RepositorySort Sort { get; init; }

    /// <summary>Turns the order round.</summary>
    public bool Reversed { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary><see cref="ListedPage.Next"/> of the page before; one that was not ours starts at the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>The person whose private repositories are listed too; null lists public ones only.</summary>
    public string? VisibleTo { get; init; }

    /// <summary>What that person's credential reaches; private repositories that it does not reach are not listed.</summary>
    public TokenScopes Reach { get; init; } = TokenScopes.Everything;

    /// <summary>With the front matter of each card, at most 4 MB to a page.</summary>
    public bool WithMetadata { get; init; }

    /// <summary>Only what this person and the organizations that they are in own.</summary>
    public string? OwnedBy { get; init; }

    /// <summary>It matters what cards say, and not only names and gates.</summary>
    public bool AsksCards => Tags.Count > 0 || AnyTags.Count > 0 || Task is not null || Libraries.Count > 0 || Parameters is not null;

    /// <summary>A query that lists what this caller may see.</summary>
    public static RepositoryQuery By(RepositoryType type, Caller caller) =>
        new(type) { VisibleTo = caller.Kind == CallerKind.Person ? caller.UserId : null, Reach = caller.Scopes };
}
