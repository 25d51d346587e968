using System.Globalization;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Gating.Commits;

/// <summary>Who proposed which pull request. A number that somebody has seen is never given to another one.</summary>
internal sealed class PullRequests(IDbContextFactory<RepoHostDb> databases, TimeProvider time)
{
    /// <summary>Takes the next number. Refs that came without a row, by an import say, are passed over.</summary>
    public async Task<int> AddAsync(GitRepository repository, string authorId, string baseBranch, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var lastRow = await db.PullRequests.Where(p => p.RepositoryId == repository.Id).MaxAsync(p => (int?)p.Number, cancellationToken) ?? 0;
        var lastRef = repository.Refs().PullRequests.Select(r => int.TryParse(r.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).DefaultIfEmpty().Max();
        var number = Math.Max(lastRow, lastRef) + 1;
        db.PullRequests.Add(new PullRequest { RepositoryId = repository.Id, Number = number, AuthorId = authorId, BaseBranch = baseBranch, CreatedAt = time.GetUtcNow() });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return number;
    }

    /// <summary>For one that came to nothing: no answer has named its number yet.</summary>
    public async Task RemoveAsync(string repositoryId, int number)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.PullRequests.Where(p => p.RepositoryId == repositoryId && p.Number == number).ExecuteDeleteAsync(CancellationToken.None);
    }

    public async Task<bool> IsAuthorAsync(string repositoryId, int number, string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.PullRequests.AnyAsync(p => p.RepositoryId == repositoryId && p.Number == number && p.AuthorId == userId, cancellationToken);
    }
}
