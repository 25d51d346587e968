namespace RepoHost.Accounts;

/// <summary>The condition of a list whose rows are walked, in the order of the list; the other conditions are asked of each of them.</summary>
internal abstract record ListDriver
{
    /// <summary>All repositories of the type.</summary>
    public sealed record Everything : ListDriver;

    public sealed record Authors(IReadOnlyList<ListAuthor> Names) : ListDriver;

    /// <param name="Alternatives">A repository has at most one of these words.</param>
    public sealed record Words(IReadOnlyList<string> Alternatives) : ListDriver;

    /// <summary>So few names have this piece that all their repositories are looked at and sorted.</summary>
    public sealed record Piece(string Gram) : ListDriver;
}

/// <param name="Key">A namespace in lower case.</param>
/// <param name="OwnerId">Whose it is, which is the only scope in which it has private repositories; null when that was not looked up.</param>
internal sealed record ListAuthor(string Key, string? OwnerId);
