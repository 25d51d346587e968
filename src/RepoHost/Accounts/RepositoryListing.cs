using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What a limited credential leaves of its person's repositories.</summary>
internal static class RepositoryListing
{
    /// <summary>The same repositories as those at which <see cref="TokenScopes.At"/> finds a right, and all public ones.</summary>
    public static IQueryable<Repository> WithinReach(IQueryable<Repository> rows, TokenScopes reach)
    {
        if (!reach.IsLimited)
            return rows;
        var ids = reach.EntityIds;
        return rows.Where(r => !r.Private || ids.Contains(r.Id) || ids.Contains(r.OwnerUserId) || ids.Contains(r.OwnerOrganizationId));
    }
}
