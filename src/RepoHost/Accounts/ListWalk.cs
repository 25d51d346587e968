namespace RepoHost.Accounts;

/// <summary>One walk of a <see cref="ListSql"/>: along the rows of one scope, and of one author or word where the driver names some.</summary>
/// <param name="Scope">Null: not along a scope, but over the few rows that the driver's piece or the reader's reached repositories are.</param>
internal sealed record ListWalk(string? Scope, string? Of = null);
