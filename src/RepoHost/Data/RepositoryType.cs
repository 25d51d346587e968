namespace RepoHost.Data;

/// <summary>The three kinds of repositories of the Hub (contract 0.2, 1.1). Stored as numbers: never renumber.</summary>
internal enum RepositoryType
{
    Model = 0,
    Dataset = 1,
    Space = 2,
}

internal static class RepositoryTypeWords
{
    /// <summary>The word in messages: <c>model</c>, <c>dataset</c>, <c>space</c>.</summary>
    public static string Singular(this RepositoryType type) => type switch
    {
        RepositoryType.Model => "model",
        RepositoryType.Dataset => "dataset",
        RepositoryType.Space => "space",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>The word in API routes: <c>models</c>, <c>datasets</c>, <c>spaces</c>.</summary>
    public static string Plural(this RepositoryType type) => type switch
    {
        RepositoryType.Model => "models",
        RepositoryType.Dataset => "datasets",
        RepositoryType.Space => "spaces",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    /// <summary>What stands before the id in web and file routes: nothing for models, else <c>datasets/</c> or <c>spaces/</c>.</summary>
    public static string Prefix(this RepositoryType type) => type == RepositoryType.Model ? "" : type.Plural() + "/";
}
