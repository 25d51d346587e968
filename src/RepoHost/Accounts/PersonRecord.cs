using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What every request asks about a person; never changes, so it can be shared between requests.</summary>
internal sealed record PersonRecord(string Id, string UserName, bool Disabled, bool IsAdministrator, string? SecurityStamp, long Version, bool IsService)
{
    public static PersonRecord From(User user) => new(user.Id, user.UserName!, user.Disabled, user.IsAdministrator, user.SecurityStamp, user.Version,
        user.IsService);
}
