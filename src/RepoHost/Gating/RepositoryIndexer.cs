using System.Data.Common;
using GateMiddleware.Policy;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>
/// Reads the card at the tip of a repository's default branch and writes down what lists show of it, and the gate of the last card that could be read. It runs when
/// refs have moved and never for a reader. A change that is made but not noted, because the server died between the two, is found by <see cref="CatalogSweep"/>.
/// </summary>
internal sealed partial class RepositoryIndexer(
    GitRepositories repositories, RepositoryCatalog catalog, CardPolicies cards, ModelContentsReader contents, StaleEntries stale,
    ILogger<RepositoryIndexer> logger) : IRepositoryIndex
{
    public async Task IndexAsync(string repositoryId, CancellationToken cancellationToken)
    {
        try
        {
            await ReindexAsync(repositoryId, cancellationToken);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            stale.Notice(repositoryId);
            Log.NotIndexed(logger, repositoryId, e);
        }
    }

    /// <summary>Reads and writes, whatever is written already. Throws what <see cref="IsTrouble"/> knows.</summary>
    /// <returns>False when there is no such repository any more.</returns>
    public async Task<bool> ReindexAsync(string repositoryId, CancellationToken cancellationToken)
    {
        // With the lock, so that of two who read two tips the later one writes last.
        using var held = await RepositoryLock.TryAcquireAsync(repositories.PathOf(repositoryId), cancellationToken);
        if (held is null)
            return await catalog.FindByIdAsync(repositoryId, cancellationToken) is null ? false : throw new GitCorruptException(repositoryId, "its folder is missing.");
        return await ReadAsync(repositoryId, cancellationToken) is { } facts && await catalog.NoteAsync(repositoryId, facts, changedAt: null);
    }

    /// <summary>Refs have moved, and the caller holds the lock. What can't be read now is left for the sweep; that the content changed is noted in any case.</summary>
    public async Task NoteChangeAsync(string repositoryId, DateTimeOffset changedAt)
    {
        CatalogFacts? facts = null;
        try
        {
            facts = await ReadAsync(repositoryId, CancellationToken.None);
        }
        catch (Exception e) when (IsTrouble(e))
        {
            stale.Notice(repositoryId);
            Log.NotIndexed(logger, repositoryId, e);
        }

        await catalog.NoteAsync(repositoryId, facts, changedAt);
    }

    /// <summary>What may be wrong with one repository, or with the disk or the database for a while.</summary>
    public static bool IsTrouble(Exception e) =>
        e is GitCorruptException or GitProgramException or DbException or DbUpdateException or IOException or UnauthorizedAccessException or RepositoryBusyException;

    /// <summary>Null when the repository is gone.</summary>
    private async Task<CatalogFacts?> ReadAsync(string repositoryId, CancellationToken cancellationToken)
    {
        if (await catalog.FindByIdAsync(repositoryId, cancellationToken) is not { } record)
            return null;
        var found = await cards.FindForIndexAsync(record, cancellationToken);
        var metadata = found.Card?.Metadata;
        var model = await contents.ReadAsync(record.Type, repositories.Open(repositoryId), found.Tip, cancellationToken);
        return new(
            found.Tip?.ToString(), found.Branch, found.Tip is { } tip ? repositories.Open(repositoryId).ReadCommit(tip).Date : null,
            found.Card switch { null => CatalogCard.None, { Readable: true } => CatalogCard.Readable, _ => CatalogCard.Unreadable },
            found.Policy.CardMode, CardTags.TaskOf(metadata, model), CardTags.LibraryOf(metadata, model), CardTags.Of(record.Type, metadata, model), metadata)
        {
            Parameters = model.Total,
            Readable = found is { Card: { Readable: true } card, CardBlob: { } blob } ? new(blob.ToString(), card.Gated ?? GateMode.Open, card.EuDisallowed) : null,
        };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Repository {RepositoryId} could not be indexed; lists show what they knew, and it is tried again later")]
        public static partial void NotIndexed(ILogger logger, string repositoryId, Exception cause);
    }
}
