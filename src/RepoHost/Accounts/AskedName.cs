using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What a repository was asked for by; a key that is made without joining or lowering text.</summary>
internal readonly record struct AskedName(RepositoryType Type, string Namespace, string Name)
{
    public static readonly IEqualityComparer<AskedName> IgnoringCase = EqualityComparer<AskedName>.Create(
        (x, y) => x.Type == y.Type
            && string.Equals(x.Name, y.Name, StringComparison.OrdinalIgnoreCase)
            && string.Equals(x.Namespace, y.Namespace, StringComparison.OrdinalIgnoreCase),
        name => HashCode.Combine(
            name.Type,
            name.Name.GetHashCode(StringComparison.OrdinalIgnoreCase),
            name.Namespace.GetHashCode(StringComparison.OrdinalIgnoreCase)));
}
