using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum RepositorySort
{
    LastModified,
    CreatedAt,
    Name,
}

/// <summary>What to list, newest first (by name: A first).</summary>
internal sealed record RepositoryQuery(RepositoryType Type)
{
    /// <summary>The namespace, in any letter case.</summary>
    public string? Author { get; init; }

    /// <summary>Parts of the id, in any letter case; all must be there.</summary>
    public IReadOnlyList<string> Search { get; init; } = [];
    public RepositorySort Sort { get; init; }

    /// <summary>Turns the order round.</summary>
    public bool Reversed { get; init; }

    /// <summary>1 to 1,000.</summary>
    public int Limit { get; init; } = 100;

    /// <summary><see cref="RepositoryPage.NextCursor"/> of the page before; one that was not ours starts at the beginning.</summary>
    public string? Cursor { get; init; }

    /// <summary>The person whose private repositories are listed too; null lists public ones only.</summary>
    public string? VisibleTo { get; init; }

    /// <summary>What that person's credential reaches; private repositories that it does not reach are not listed.</summary>
    public TokenScopes Reach { get; init; } = TokenScopes.Everything;

    /// <summary>Only what this person and the organizations that they are in own.</summary>
    public string? OwnedBy { get; init; }

    /// <summary>A query that lists what this caller may see.</summary>
    public static RepositoryQuery By(RepositoryType type, Caller caller) =>
        new(type) { VisibleTo = caller.Kind == CallerKind.Person ? caller.UserId : null, Reach = caller.Scopes };
}

internal sealed record RepositoryPage(IReadOnlyList<RepositoryRecord> Items, string? NextCursor);
