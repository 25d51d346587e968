using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>The row that stands for a deleted person where something must stay of them: nobody's name, nobody's id, nobody's address.</summary>
internal static class DeletedPeople
{
    public const string FullName = "Deleted user";

    public static User NewRow(DateTimeOffset now)
    {
        var id = HubId.New();
        // Two hyphens in a row: no account can be called so.
        var name = $"deleted-user--{id}";
        var mail = $"{id}@deleted.invalid";
        return new()
        {
            Id = id,
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            Email = mail,
            NormalizedEmail = mail.ToUpperInvariant(),
            FullName = FullName,
            Disabled = true,
            DeletedAt = now,
            SecurityStamp = HubId.New(),
            CreatedAt = now,
        };
    }
}
