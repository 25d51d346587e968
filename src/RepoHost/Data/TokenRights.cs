namespace RepoHost.Data;

/// <summary>What a fine-grained token may do at a repository, or at all repositories of a namespace; never more than its person may. Stored as numbers: never renumber.</summary>
[Flags]
internal enum TokenRights
{
    None = 0,

    /// <summary>Contents that are private or gated.</summary>
    Read = 1,

    /// <summary>Pushes, commits, uploads, branches, tags and pull requests; for a namespace also new repositories.</summary>
    Write = 2,

    /// <summary>Settings, the gate, move and delete; for an organization also its members.</summary>
    Settings = 4,

    /// <summary>Access requests: the lists, the report, and decisions.</summary>
    Review = 8,

    All = Read | Write | Settings | Review,
}

internal static class TokenRightsQuestions
{
    /// <summary>Unlike <see cref="Enum.HasFlag"/> never by way of an object.</summary>
    public static bool Includes(this TokenRights rights, TokenRights asked) => (rights & asked) == asked;
}
