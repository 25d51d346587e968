using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Hub;

/// <summary>The repository that a body names by <c>name</c>, <c>organization</c> and <c>type</c> (contract 7.1).</summary>
internal sealed record AskedRepository(RepositoryType Type, string Namespace, string Name)
{
    /// <summary>A name of one part, without an organization, is in the caller's own namespace (contract 1.2). Look at the fields' fault before using it.</summary>
    public static AskedRepository Read(BodyFields fields, Caller caller)
    {
        var type = TypeIn(fields, "type");
        var (name, organization) = (fields.Text("name"), fields.Text("organization"));
        if (string.IsNullOrEmpty(name))
            fields.Wrong("name", "Invalid input: expected the repository's name");
        name ??= "";
        if (name.IndexOf('/', StringComparison.Ordinal) is var slash && slash < 0)
            return new(type, string.IsNullOrEmpty(organization) ? caller.UserName! : organization, name);

        if (!string.IsNullOrEmpty(organization) && !organization.Equals(name[..slash], StringComparison.OrdinalIgnoreCase))
            fields.Wrong("organization", "Invalid input: \"name\" and \"organization\" name two different owners");
        return new(type, name[..slash], name[(slash + 1)..]);
    }

    public static RepositoryType TypeIn(BodyFields fields, string field) => fields.Word(field, "model", "dataset", "space") switch
    {
        "dataset" => RepositoryType.Dataset,
        "space" => RepositoryType.Space,
        _ => RepositoryType.Model,
    };
}
