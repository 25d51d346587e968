using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// Writes the rows that lists are answered from (<see cref="CatalogEntry"/>, <see cref="CatalogTerm"/>, <see cref="CatalogGram"/>), always in the transaction of the
/// change that they follow.
/// </summary>
internal static class CatalogRows
{
    /// <summary>What was read at a tip. Rows that would stay as they are cost one look.</summary>
    public static async Task WriteAsync(RepoHostDb db, Repository row, CatalogFacts facts, CancellationToken cancellationToken)
    {
        var entry = facts.ToEntry(row.Id, row.GateSetting);
        var present = await db.CatalogEntries.AsTracking().FirstOrDefaultAsync(e => e.RepositoryId == row.Id, cancellationToken);
        if (present is null)
            db.CatalogEntries.Add(entry);
        else
            db.Entry(present).CurrentValues.SetValues(entry);

        var wanted = facts.Terms(entry).ToHashSet(StringComparer.Ordinal);
        var there = await db.CatalogTerms.AsTracking().Where(t => t.RepositoryId == row.Id).ToListAsync(cancellationToken);
        db.CatalogTerms.RemoveRange(there.Where(t => !wanted.Remove(t.Term)));
        foreach (var term in wanted)
            db.CatalogTerms.Add(Term(row, term));
        await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>After a change of the repository's row: the gate that its settings have a part in, and the copies by which lists are ordered and shown to their readers.</summary>
    public static async Task FollowAsync(RepoHostDb db, string repositoryId, CancellationToken cancellationToken)
    {
        var row = await db.Repositories.AsNoTracking().FirstOrDefaultAsync(r => r.Id == repositoryId, cancellationToken);
        if (row is null)
            return;
        if (await db.CatalogEntries.AsTracking().FirstOrDefaultAsync(e => e.RepositoryId == repositoryId, cancellationToken) is { } entry && entry.GateWith(row.GateSetting) is var gate && gate != entry.Gate)
        {
            var former = CatalogTerms.Gate(entry.Gate);
            entry.Gate = gate;
            await db.SaveChangesAsync(cancellationToken);
            await db.CatalogTerms.Where(t => t.RepositoryId == repositoryId && t.Term == former).ExecuteDeleteAsync(cancellationToken);
            db.CatalogTerms.Add(Term(row, CatalogTerms.Gate(gate)));
            await db.SaveChangesAsync(cancellationToken);
        }

        var scope = row.Scope!;
        await db.CatalogTerms
            .Where(t => t.RepositoryId == repositoryId && (t.Scope != scope || t.LastModified != row.LastModified || t.NameKey != row.NameKey))
            .ExecuteUpdateAsync(
                set => set.SetProperty(t => t.Scope, scope).SetProperty(t => t.LastModified, row.LastModified).SetProperty(t => t.NameKey, row.NameKey),
                cancellationToken);
    }

    /// <summary>After a repository was made or got another name.</summary>
    public static async Task NameAsync(RepoHostDb db, string repositoryId, string nameKey, CancellationToken cancellationToken)
    {
        await db.CatalogGrams.Where(g => g.RepositoryId == repositoryId).ExecuteDeleteAsync(cancellationToken);
        foreach (var gram in NameGrams.Of(nameKey).Distinct(StringComparer.Ordinal))
            db.CatalogGrams.Add(new CatalogGram { RepositoryId = repositoryId, Gram = gram });
        await db.SaveChangesAsync(cancellationToken);
    }

    private static CatalogTerm Term(Repository row, string term) => new()
    {
        RepositoryId = row.Id,
        Term = term,
        Type = row.Type,
        Scope = row.Scope!,
        LastModified = row.LastModified,
        CreatedAt = row.CreatedAt,
        NameKey = row.NameKey,
    };
}
