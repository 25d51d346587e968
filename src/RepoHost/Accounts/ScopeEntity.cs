using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum ScopeEntityKind
{
    Model,
    Dataset,
    Space,
    User,
    Organization,
}

/// <summary>What a right is about: a repository, or the namespace of a person or an organization.</summary>
/// <param name="Name">As it is called now: <c>namespace/name</c> for a repository.</param>
internal sealed record ScopeEntity(ScopeEntityKind Kind, string Id, string Name)
{
    /// <summary>The Hub's word (contract 4.8).</summary>
    public string Word => Kind switch
    {
        ScopeEntityKind.Model => "model",
        ScopeEntityKind.Dataset => "dataset",
        ScopeEntityKind.Space => "space",
        ScopeEntityKind.User => "user",
        _ => "org",
    };

    /// <summary>Names it in forms.</summary>
    public string Key => $"{Word}:{Id}";

    public bool IsNamespace => Kind is ScopeEntityKind.User or ScopeEntityKind.Organization;

    /// <summary>As people type it: <c>datasets/acme/data</c>, <c>acme</c>.</summary>
    public string Path => Kind switch
    {
        ScopeEntityKind.Dataset => RepositoryType.Dataset.Prefix() + Name,
        ScopeEntityKind.Space => RepositoryType.Space.Prefix() + Name,
        _ => Name,
    };

    public static ScopeEntity Of(RepositoryRecord record) => new(KindOf(record.Type), record.Id, record.FullName);

    public static ScopeEntityKind KindOf(RepositoryType type) => type switch
    {
        RepositoryType.Model => ScopeEntityKind.Model,
        RepositoryType.Dataset => ScopeEntityKind.Dataset,
        _ => ScopeEntityKind.Space,
    };
}
