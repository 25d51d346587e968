using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What fine-grained tokens are about, by name and by id.</summary>
internal sealed class TokenEntities(IDbContextFactory<RepoHostDb> databases, RepositoryCatalog catalog, RepositoryRoles roles)
{
    /// <summary>A repository that the person may see: <c>acme/model</c>, <c>datasets/acme/data</c>, <c>spaces/acme/app</c>. Null for any other.</summary>
    public async Task<ScopeEntity?> FindRepositoryAsync(string userId, string path, CancellationToken cancellationToken)
    {
        var pieces = path.Trim().Split('/');
        var type = pieces switch
        {
            [_, _] => RepositoryType.Model,
            ["models", _, _] => RepositoryType.Model,
            ["datasets", _, _] => RepositoryType.Dataset,
            ["spaces", _, _] => RepositoryType.Space,
            _ => (RepositoryType?)null,
        };
        if (type is null || await catalog.FindAsync(type.Value, pieces[^2], pieces[^1], cancellationToken) is not { } record)
            return null;
        return (await roles.FindAsync(record, userId, cancellationToken)).MaySee ? ScopeEntity.Of(record) : null;
    }

    /// <summary>The namespace of a person or an organization; null when there is none of that name.</summary>
    public async Task<ScopeEntity?> FindNamespaceAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var key = AccountNames.Key(name.Trim());
        return await db.Namespaces.AsNoTracking().FirstOrDefaultAsync(n => n.Key == key, cancellationToken) is { } found ? Of(found) : null;
    }

    /// <summary>By what <see cref="ScopeEntity.Key"/> says; null when it is no key, or of a repository that the person can't see (any more).</summary>
    public async Task<ScopeEntity?> FindByKeyAsync(string userId, string? key, CancellationToken cancellationToken)
    {
        if (key?.Split(':') is not [var word, { Length: > 0 and <= Lengths.Id } id])
            return null;
        if (word is "user" or "org")
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            return await db.Namespaces.AsNoTracking().FirstOrDefaultAsync(n => word == "user" ? n.UserId == id : n.OrganizationId == id, cancellationToken) is { } found ? Of(found) : null;
        }

        return await catalog.FindByIdAsync(id, cancellationToken) is { } record && ScopeEntity.Of(record) is var entity && entity.Word == word
            && (await roles.FindAsync(record, userId, cancellationToken)).MaySee ? entity : null;
    }

    /// <summary>What the person owns or is a member of, the last changed first, to choose from.</summary>
    public async Task<IReadOnlyList<ScopeEntity>> SuggestAsync(string userId, int most, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Repositories.AsNoTracking()
            .Where(r => r.OwnerUserId == userId || db.Memberships.Any(m => m.UserId == userId && m.OrganizationId == r.OwnerOrganizationId))
            .OrderByDescending(r => r.LastModified)
            .Take(most)
            .Select(r => new { r.Id, r.Type, r.Namespace, r.Name })
            .ToListAsync(cancellationToken);
        return [.. rows.Select(r => new ScopeEntity(ScopeEntity.KindOf(r.Type), r.Id, $"{r.Namespace}/{r.Name}"))];
    }

    /// <summary>The namespaces that the person belongs to: their own, which a machine has none of, then their organizations.</summary>
    public async Task<IReadOnlyList<ScopeEntity>> NamespacesOfAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Namespaces.AsNoTracking()
            .Where(n => (n.UserId == userId && db.Users.Any(u => u.Id == userId && u.OwnerOrganizationId == null))
                || db.Memberships.Any(m => m.OrganizationId == n.OrganizationId && m.UserId == userId))
            .OrderBy(n => n.UserId == null).ThenBy(n => n.Key)
            .ToListAsync(cancellationToken);
        return [.. rows.Select(Of)];
    }

    /// <summary>
    /// What a person's fine-grained tokens may do where, by their ids, in the order of names. Repositories that the person can't see any more are left out: their
    /// names are none of theirs now.
    /// </summary>
    public async Task<ILookup<string, ScopeGrant>> DescribeAsync(string userId, IReadOnlyCollection<string> tokenIds, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.AccessTokenScopes.AsNoTracking()
            .Where(s => tokenIds.Contains(s.TokenId))
            .Where(s => s.RepositoryId == null || db.Repositories.Any(r => r.Id == s.RepositoryId
                && (!r.Private || r.OwnerUserId == userId || db.Memberships.Any(m => m.UserId == userId && m.OrganizationId == r.OwnerOrganizationId))))
            .Select(s => new
            {
                s.TokenId,
                s.Rights,
                s.UserId,
                s.OrganizationId,
                Repository = db.Repositories.Where(r => r.Id == s.RepositoryId).Select(r => new { r.Id, r.Type, r.Namespace, r.Name }).FirstOrDefault(),
                Owner = db.Namespaces.Where(n => (s.UserId != null && n.UserId == s.UserId) || (s.OrganizationId != null && n.OrganizationId == s.OrganizationId)).Select(n => n.Name).FirstOrDefault(),
            })
            .ToListAsync(cancellationToken);
        return rows
            .Select(row => (row.TokenId, Grant: new ScopeGrant(
                row.Repository is { } repository
                    ? new(ScopeEntity.KindOf(repository.Type), repository.Id, $"{repository.Namespace}/{repository.Name}")
                    : new(row.UserId is null ? ScopeEntityKind.Organization : ScopeEntityKind.User, row.UserId ?? row.OrganizationId!, row.Owner ?? ""),
                row.Rights)))
            .OrderBy(row => row.Grant.Entity.IsNamespace ? 0 : 1).ThenBy(row => row.Grant.Entity.Path, StringComparer.OrdinalIgnoreCase)
            .ToLookup(row => row.TokenId, row => row.Grant, StringComparer.Ordinal);
    }

    private static ScopeEntity Of(NamespaceEntry entry) => entry.UserId is { } user
        ? new(ScopeEntityKind.User, user, entry.Name)
        : new(ScopeEntityKind.Organization, entry.OrganizationId!, entry.Name);
}
