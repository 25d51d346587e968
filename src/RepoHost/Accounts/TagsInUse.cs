using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>The tags that public repositories have, read at most once in a while: it looks at all of them.</summary>
internal sealed class TagsInUse(IDbContextFactory<RepoHostDb> databases, TimeProvider time) : IDisposable
{
    /// <summary>Of each type, the most used first; more would be no list to choose from.</summary>
    private const int MostTags = 5000;

    private static readonly TimeSpan Life = TimeSpan.FromMinutes(10);

    private readonly SemaphoreSlim reading = new(1);
    private readonly Dictionary<RepositoryType, (DateTimeOffset At, IReadOnlyList<string> Tags)> known = [];

    public async Task<IReadOnlyList<string>> OfAsync(RepositoryType type, CancellationToken cancellationToken)
    {
        await reading.WaitAsync(cancellationToken);
        try
        {
            if (known.TryGetValue(type, out var last) && time.GetUtcNow() - last.At < Life)
                return last.Tags;
            var tags = await ReadAsync(type, cancellationToken);
            known[type] = (time.GetUtcNow(), tags);
            return tags;
        }
        finally
        {
            reading.Release();
        }
    }

    public void Dispose() => reading.Dispose();

    private async Task<IReadOnlyList<string>> ReadAsync(RepositoryType type, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var prefix = CatalogTerms.Tag("");
        var terms = await db.CatalogTerms.AsNoTracking()
            .Where(t => t.Type == type && t.Term.StartsWith(prefix) && db.Repositories.Any(r => r.Id == t.RepositoryId && !r.Private))
            .GroupBy(t => t.Term).Select(group => new { group.Key, Count = group.Count() })
            .OrderByDescending(group => group.Count).ThenBy(group => group.Key).Take(MostTags)
            .Select(group => group.Key).ToListAsync(cancellationToken);
        return [.. terms.Select(term => term[prefix.Length..])];
    }
}
