using GateMiddleware.Policy;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Accounts;

/// <summary>A repository to be made.</summary>
/// <param name="CreatedById">Null: the owner, or the organization's first administrator.</param>
/// <param name="Private">Null: as the owning organization has it, else public.</param>
/// <param name="From">A folder to import; null for a first commit of the server's own (contract 7.1).</param>
internal sealed record RepositoryOrder(RepositoryType Type, string Namespace, string Name, string? CreatedById, bool? Private, string? From)
{
    /// <summary>What the server's own first commit holds.</summary>
    public IReadOnlyList<FirstFile> Files { get; init; } = FirstFile.Defaults;

    /// <summary>Its gate by the settings; the card may ask for a stricter one.</summary>
    public GateMode Gate { get; init; }

    /// <summary>From which size this repository's LFS objects are uploaded in parts; null is the server's own.</summary>
    public long? LfsMultipartBytes { get; init; }

    /// <summary>Its content, and its gate by the settings, are those of another repository.</summary>
    public RepositoryCopy? Copy { get; init; }

    /// <summary>Made whatever the limits say, as the operator may; it counts all the same.</summary>
    public bool BeyondLimits { get; init; }
}

/// <summary>A repository to be copied: its branches and tags with their history, and the LFS objects in it that it was given.</summary>
/// <param name="ConfirmAsync">Asked when the content is there and nobody can see it yet. Null: it may not be copied any more.</param>
internal sealed record RepositoryCopy(string SourceId, Func<CancellationToken, Task<CopyGate?>> ConfirmAsync);

/// <summary>The gate that a copy begins with, by its settings.</summary>
internal sealed record CopyGate(GateMode Gate, bool MembersGated);

/// <summary>Either a repository with its content, or the sentence that says why not.</summary>
internal sealed record RepositoryIntakeResult(RepositoryRecord? Repository, ImportSummary? Content, CreateRepositoryOutcome Outcome, string Message);

/// <summary>
/// Makes a repository with its content. The content is made first, under the new id; the row, and with it the name, comes last together with the LFS
/// objects' rows in one transaction. So a half-made repository is never to be seen.
/// </summary>
internal sealed class RepositoryIntake(
    RepositoryCatalog catalog, RepositoryImport import, GitRepositories repositories, LfsBindings bindings, LfsUploads uploads, CommitAuthors authors, IRepositoryIndex index)
{
    public async Task<RepositoryIntakeResult> AddAsync(RepositoryOrder order, IProgress<ImportStep>? progress, CancellationToken cancellationToken)
    {
        var check = await catalog.CheckAsync(order.Type, order.Namespace, order.Name, order.CreatedById, order.BeyondLimits, cancellationToken);
        if (check.Outcome != CreateRepositoryOutcome.Created)
            return new(null, null, check.Outcome, check.Message);

        var id = HubId.New();
        try
        {
            var author = await authors.OfAsync(check.CreatedById!, cancellationToken);
            var content = order.Copy is { } copy ? await CopyAsync(id, copy.SourceId, author, cancellationToken)
                : order.From is null ? await import.StartAsync(id, order.Files, author, cancellationToken)
                : await import.ImportAsync(id, order.From, author, progress, cancellationToken);
            var gate = order.Copy is { } asked ? await asked.ConfirmAsync(cancellationToken) : new CopyGate(order.Gate, MembersGated: false);
            if (gate is null)
            {
                repositories.Delete(id);
                return new(null, null, CreateRepositoryOutcome.BadContent, "The repository may not be copied any more, so nothing was made.");
            }

            var created = await catalog.CreateAsync(
                new(order.Type, order.Namespace, order.Name, check.CreatedById!, order.Private, id, order.LfsMultipartBytes, gate.Gate)
                {
                    OrgMembersGated = gate.MembersGated,
                    GitBytes = ObjectFiles.SizeOf(repositories.PathOf(id)),
                    LfsBytes = content.LfsObjects.DistinctBy(o => o.Oid).Sum(o => o.Size),
                    BeyondLimits = order.BeyondLimits,
                },
                (db, cancel) => bindings.AddAsync(db, id, content.LfsObjects, cancel), cancellationToken);
            // Somebody else may have taken the name meanwhile; the result then names theirs.
            if (created.Outcome == CreateRepositoryOutcome.Created && await AllThereAsync(content))
            {
                await index.IndexAsync(id, CancellationToken.None);
                return new(await catalog.FindByIdAsync(id, CancellationToken.None) ?? created.Repository, content, created.Outcome, "");
            }

            if (created.Outcome == CreateRepositoryOutcome.Created)
            {
                await catalog.DeleteAsync(id, CancellationToken.None);
                repositories.Delete(id);
                return new(null, null, CreateRepositoryOutcome.BadContent, "An LFS object of the folder was being cleaned up at the same moment. Nothing was added; import it again.");
            }

            repositories.Delete(id);
            return new(null, null, created.Outcome, created.Message);
        }
        catch (ImportException e)
        {
            Remove(id);
            return new(null, null, CreateRepositoryOutcome.BadContent, e.Message);
        }
        catch
        {
            // Not if the row is there: then it was what came after the commit that failed.
            if (await catalog.FindByIdAsync(id, CancellationToken.None) is null)
                Remove(id);
            throw;
        }
    }

    /// <summary>A pointer to somebody else's object opens nothing in the copy either: what the source was not given, the copy is not given.</summary>
    private async Task<ImportSummary> CopyAsync(string id, string sourceId, ImportAuthor author, CancellationToken cancellationToken)
    {
        var content = await import.CopyAsync(id, repositories.Open(sourceId), author, cancellationToken);
        var missing = await bindings.MissingAsync(sourceId, content.LfsObjects, cancellationToken);
        return content with { LfsObjects = [.. content.LfsObjects.Except(missing)], MissingLfsObjects = missing };
    }

    /// <summary>A clean-up may have taken bytes that the import had found in the store: it saw no row of them yet. From now on it does.</summary>
    private async Task<bool> AllThereAsync(ImportSummary content)
    {
        foreach (var pointer in content.LfsObjects)
        {
            if (!await uploads.IsThereAsync(pointer, CancellationToken.None))
                return false;
        }

        return true;
    }

    private void Remove(string id)
    {
        if (repositories.Exists(id))
            repositories.Delete(id);
    }
}
