using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Gating.Commits;

/// <summary>Who proposed which pull request. A number that somebody has seen is never given to another one.</summary>
internal sealed class PullRequests(IDbContextFactory<RepoHostDb> databases, RepositoryWrites writes, IOptions<LimitsOptions> limits, TimeProvider time)
{
    /// <summary>What is said to somebody without the right to write who has as many as they may have.</summary>
    public WriteFault TooMany => new(
        null,
        string.Create(CultureInfo.InvariantCulture, $"You have {limits.Value.Proposals} pull requests here, as many as one person without the right to write may have in a repository.")
        + " Add to one of them, or ask for the right to write; the operator of this server can raise the limit (Limits:Proposals).",
        LackOfRights: true);

    /// <summary>Opens one without a change yet, at the tip of the default branch; commits to its ref follow.</summary>
    /// <returns>Its number; null with what stands against it.</returns>
    public async Task<(int? Number, WriteOutcome Outcome)> OpenAsync(IRepositoryFeature repository, Caller caller, string title, CancellationToken cancellationToken)
    {
        if (repository.Card is not { Tip: { } tip, Branch: { } branch })
            return (null, WriteOutcome.Refused(new WriteFault(null, "The repository has no commit yet that a pull request could start from.")));
        var limited = repository.Role is not { MayWrite: true };
        if (await AddAsync(repository.Git, caller.UserId!, RefName.Short(branch), title, limited, cancellationToken) is not { } number)
            return (null, WriteOutcome.Refused(TooMany));
        var outcome = WriteOutcome.Moved;
        try
        {
            var update = new RefUpdate(CommitTarget.RefOf(number), null, tip);
            outcome = await writes.ApplyAsync(new(repository.Record.Id, caller, [update], PullRequests: true), cancellationToken);
        }
        finally
        {
            if (outcome.Result != WriteResult.Done)
                await RemoveAsync(repository.Record.Id, number);
        }

        return (outcome.Result == WriteResult.Done ? number : null, outcome);
    }

    /// <summary>Null when there is none of that number. One that came by an import has no row, and so nothing to tell of.</summary>
    public async Task<(PullRequest Row, string? Author)?> FindAsync(string repositoryId, int number, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.PullRequests.AsNoTracking().FirstOrDefaultAsync(p => p.RepositoryId == repositoryId && p.Number == number, cancellationToken) is not { } row)
            return null;
        return (row, await db.Users.Where(u => u.Id == row.AuthorId).Select(u => u.UserName).FirstOrDefaultAsync(cancellationToken));
    }

    /// <summary>Takes the next number. Refs that came without a row, by an import say, are passed over.</summary>
    /// <param name="limited">The author may not write to the repository.</param>
    /// <returns>Null when the author has as many as they may have.</returns>
    public async Task<int?> AddAsync(GitRepository repository, string authorId, string baseBranch, string title, bool limited, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (limited && limits.Value.Proposals is > 0 and var most
            && await db.PullRequests.CountAsync(p => p.RepositoryId == repository.Id && p.AuthorId == authorId, cancellationToken) >= most)
            return null;
        var lastRow = await db.PullRequests.Where(p => p.RepositoryId == repository.Id).MaxAsync(p => (int?)p.Number, cancellationToken) ?? 0;
        var lastRef = repository.RefNames().Under(RefName.PullRequests)
            .Select(r => int.TryParse(RefName.Short(r.Key), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0).DefaultIfEmpty().Max();
        var number = Math.Max(lastRow, lastRef) + 1;
        db.PullRequests.Add(new PullRequest { RepositoryId = repository.Id, Number = number, AuthorId = authorId, Title = OneLine(title), BaseBranch = baseBranch, CreatedAt = time.GetUtcNow() });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return number;
    }

    /// <summary>For one that came to nothing: no answer has named its number yet.</summary>
    public async Task RemoveAsync(string repositoryId, int number)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await db.PullRequests.Where(p => p.RepositoryId == repositoryId && p.Number == number).ExecuteDeleteAsync(CancellationToken.None);
    }

    /// <summary>Whoever may write to the repository may write to its pull requests, and their authors to their own.</summary>
    public async Task<bool> MayCommitAsync(string repositoryId, int number, string userId, RepositoryRole? role, CancellationToken cancellationToken)
    {
        if (role is { MayWrite: true })
            return true;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.PullRequests.AnyAsync(p => p.RepositoryId == repositoryId && p.Number == number && p.AuthorId == userId, cancellationToken);
    }

    /// <summary>Whether somebody has opened any here.</summary>
    public async Task<bool> HasOpenedAsync(string repositoryId, string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.PullRequests.AnyAsync(p => p.RepositoryId == repositoryId && p.AuthorId == userId, cancellationToken);
    }

    private static string OneLine(string title)
    {
        var line = title.Split('\n', 2)[0].Trim();
        return line.Length <= Lengths.Title ? line : line[..Lengths.Title];
    }
}
