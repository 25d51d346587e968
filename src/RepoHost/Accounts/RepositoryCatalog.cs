using System.Text;
using GateMiddleware.Policy;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Accounts;

internal enum CreateRepositoryOutcome
{
    Created,
    BadName,

    /// <summary>Another repository has the name, in this or another letter case; it is in the result.</summary>
    Exists,
    NoSuchNamespace,

    /// <summary>What it was to be filled with can't be taken.</summary>
    BadContent,

    /// <summary>Its owner has as many repositories, or as many bytes, as they may have.</summary>
    OverLimit,
}

/// <summary>Whether a name can be taken, and by whom the repository would be made.</summary>
/// <param name="CreatedById">Set when it can be.</param>
/// <param name="Message">A sentence for the person otherwise.</param>
internal sealed record RepositoryNameCheck(CreateRepositoryOutcome Outcome, string? CreatedById, string Message);

/// <summary>The row of a repository to be.</summary>
/// <param name="Private">Null: as the owning organization has it, else public.</param>
/// <param name="Id">Its content is there already under this id.</param>
internal sealed record NewRepository(RepositoryType Type, string Namespace, string Name, string CreatedById, bool? Private, string Id, long? LfsMultipartBytes = null, GateMode Gate = GateMode.Open)
{
    /// <summary>What it holds already, in bytes as they count for the limits; likewise <see cref="LfsBytes"/>.</summary>
    public long GitBytes { get; init; }
    public long LfsBytes { get; init; }

    /// <summary>Whether members of the owning organization must pass its gate too.</summary>
    public bool OrgMembersGated { get; init; }

    /// <summary>Made whatever the limits say.</summary>
    public bool BeyondLimits { get; init; }
}

/// <param name="Message">A sentence for the person; empty when created.</param>
internal sealed record CreateRepositoryResult(CreateRepositoryOutcome Outcome, RepositoryRecord? Repository, string Message);

internal enum MoveRepositoryOutcome
{
    Moved,
    BadName,
    Exists,
    NoSuchNamespace,
    NoSuchRepository,

    /// <summary>The owner to be has no room for it; <see cref="StorageLimits.RefuseMoveAsync(string, string, CancellationToken)"/> says why.</summary>
    OverLimit,
}

/// <summary>What <see cref="CatalogEntry"/> says of a repository's tip.</summary>
internal sealed record IndexedTip
{
    public required string RepositoryId { get; init; }

    /// <summary>0 when it was never indexed.</summary>
    public int Format { get; init; }
    public string? Tip { get; init; }
    public string? Branch { get; init; }
}

/// <summary>
/// The rows of repositories, found by name without a database once they are warm. Names that nothing has are not remembered, so that a repository which
/// another process makes is there at once; renames, deletions and changes of settings are seen by the repository's stamp.
/// </summary>
internal sealed class RepositoryCatalog(IDbContextFactory<RepoHostDb> databases, ChangeStamps stamps, IStandingChanges changes, StorageLimits limits, TimeProvider time)
{
    private readonly BoundedCache<AskedName, (RepositoryRecord Record, long Stamp)> byName = new(20_000, time, AskedName.IgnoringCase);
    private readonly BoundedCache<string, (RepositoryRecord Record, long Stamp)> byId = new(20_000, time, StringComparer.Ordinal);

    public async ValueTask<RepositoryRecord?> FindAsync(RepositoryType type, string @namespace, string name, CancellationToken cancellationToken)
    {
        // No name has others, and some of them become ASCII letters when their case is changed.
        if (!Ascii.IsValid(@namespace) || !Ascii.IsValid(name))
            return null;

        var asked = new AskedName(type, @namespace, name);
        var found = byName.TryGet(asked, out var known) && stamps.OfRepository(known.Record.Id) == known.Stamp
            ? known.Record
            : await ReadAsync(asked, cancellationToken);
        if (found is null || (found.Namespace == @namespace && found.Name == name))
            return found;
        return found with { Redirected = true };
    }

    /// <summary>Does the work of finding nothing under such a name: for answers that must not tell by their time whether there was something.</summary>
    public async Task LookInVainAsync(RepositoryType type, string @namespace, string name, CancellationToken cancellationToken) =>
        // No name ends in a blank, so the database is asked and has nothing, whatever is cached under the name itself.
        _ = await ReadAsync(new AskedName(type, @namespace, name + " "), cancellationToken);

    public async ValueTask<RepositoryRecord?> FindByIdAsync(string repositoryId, CancellationToken cancellationToken)
    {
        var stamp = stamps.OfRepository(repositoryId);
        if (byId.TryGet(repositoryId, out var known) && known.Stamp == stamp)
            return known.Record;

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await ReadAsync(db, repositoryId, stamp, cancellationToken);
    }

    /// <summary>Whether a repository of that name could be made now; <see cref="CreateAsync"/> asks again when it comes to it.</summary>
    /// <param name="createdById">Null: the owner, or the first administrator of the owning organization.</param>
    /// <param name="beyondLimits">Not to be held to the owner's limits.</param>
    public async Task<RepositoryNameCheck> CheckAsync(
        RepositoryType type, string @namespace, string name, string? createdById, bool beyondLimits, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var (owner, refusal) = await FindPlaceAsync(db, type, @namespace, name, cancellationToken);
        if (refusal is not null)
            return new(refusal.Outcome, null, refusal.Message);
        if (!beyondLimits && (await limits.OfOwnerAsync(db, owner!, cancellationToken)).RefuseRepository(0) is { } full)
            return new(CreateRepositoryOutcome.OverLimit, null, full.Message);
        createdById ??= owner!.UserId ?? await db.Memberships
            .Where(m => m.OrganizationId == owner.OrganizationId && m.Role == OrganizationRole.Admin)
            .OrderBy(m => m.CreatedAt).ThenBy(m => m.UserId).Select(m => m.UserId).FirstOrDefaultAsync(cancellationToken);
        return createdById is null
            ? new(CreateRepositoryOutcome.NoSuchNamespace, null, $"The organization {owner!.Name} has no administrator yet; add one with: org member {owner.Name} USER --role admin")
            : new(CreateRepositoryOutcome.Created, createdById, "");
    }

    /// <summary>Writes the row; with it the name becomes visible.</summary>
    /// <param name="also">Other rows that belong to it, written in the same transaction.</param>
    public async Task<CreateRepositoryResult> CreateAsync(NewRepository repository, Func<RepoHostDb, CancellationToken, Task>? also, CancellationToken cancellationToken)
    {
        var type = repository.Type;
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var (owner, refusal) = await FindPlaceAsync(db, type, repository.Namespace, repository.Name, cancellationToken);
        if (refusal is not null)
            return refusal;
        if (!repository.BeyondLimits && (await limits.OfOwnerAsync(db, owner!, cancellationToken)).RefuseRepository(repository.GitBytes + repository.LfsBytes) is { } full)
            return new(CreateRepositoryOutcome.OverLimit, null, full.Message);

        var key = AccountNames.Key(repository.Namespace, repository.Name);
        var freed = await RemoveRedirectAsync(db, type, key, cancellationToken);
        var now = time.GetUtcNow();
        var row = new Repository
        {
            Id = repository.Id,
            Type = type,
            Namespace = owner!.Name,
            Name = repository.Name,
            NameKey = key,
            OwnerUserId = owner.UserId,
            OwnerOrganizationId = owner.OrganizationId,
            CreatedById = repository.CreatedById,
            Private = repository.Private ?? await IsPrivateByDefaultAsync(db, owner, cancellationToken),
            LfsMultipartBytes = repository.LfsMultipartBytes,
            GateSetting = repository.Gate,
            OrgMembersGated = repository.OrgMembersGated,
            CreatedAt = now,
            LastModified = now,
            Version = await ChangeNumbers.NextAsync(db, cancellationToken),
        };
        db.Repositories.Add(row);
        await db.SaveChangesAsync(cancellationToken);
        await StorageLimits.AddAsync(db, row.Id, repository.GitBytes, repository.LfsBytes, now, cancellationToken);
        await CatalogRows.NameAsync(db, row.Id, key, cancellationToken);
        await NotePublishedAsync(db, owner, cancellationToken);
        if (also is not null)
            await also(db, cancellationToken);

        // Once it is begun, the commit is not called off: the caller would not know which of the two it was.
        await transaction.CommitAsync(CancellationToken.None);
        Bump(freed);
        return new(CreateRepositoryOutcome.Created, RepositoryRecord.From(row), "");
    }

    /// <summary>Ends the repository's requests, events and LFS rows with it; the bytes are the caller's to remove.</summary>
    /// <returns>False when there is no such repository.</returns>
    public async Task<bool> DeleteAsync(string repositoryId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        // Once it is begun, it is not called off: whoever keeps the old state must hear of the change.
        var deleted = await db.Repositories.Where(r => r.Id == repositoryId).ExecuteDeleteAsync(CancellationToken.None);
        Bump(repositoryId);
        return deleted == 1;
    }

    /// <summary>Gives the repository another name, owner or both; the former name redirects to it until something else takes it.</summary>
    public async Task<MoveRepositoryOutcome> MoveAsync(string repositoryId, string @namespace, string name, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryCreate(@namespace, name, out _, out _))
            return MoveRepositoryOutcome.BadName;

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Repositories.FirstOrDefaultAsync(r => r.Id == repositoryId, cancellationToken) is not { } row)
            return MoveRepositoryOutcome.NoSuchRepository;
        if (await FindNamespaceAsync(db, @namespace, cancellationToken) is not { } owner)
            return MoveRepositoryOutcome.NoSuchNamespace;

        var key = AccountNames.Key(@namespace, name);
        if (await db.Repositories.AnyAsync(r => r.Type == row.Type && r.NameKey == key && r.Id != row.Id, cancellationToken))
            return MoveRepositoryOutcome.Exists;
        if (await limits.RefuseMoveAsync(db, row, owner, cancellationToken) is not null)
            return MoveRepositoryOutcome.OverLimit;

        var freed = await RemoveRedirectAsync(db, row.Type, key, cancellationToken);
        if (key != row.NameKey)
            db.RepositoryRedirects.Add(new RepositoryRedirect { Type = row.Type, NameKey = row.NameKey, RepositoryId = row.Id });
        row.Namespace = owner.Name;
        row.Name = name;
        row.NameKey = key;
        row.OwnerUserId = owner.UserId;
        row.OwnerOrganizationId = owner.OrganizationId;
        row.Version = await ChangeNumbers.NextAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await CatalogRows.NameAsync(db, row.Id, key, cancellationToken);
        await CatalogRows.FollowAsync(db, row.Id, cancellationToken);
        await NotePublishedAsync(db, owner, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        Bump(freed);
        await changes.PublishAsync(row.Id, null, row.Version);
        return MoveRepositoryOutcome.Moved;
    }

    /// <summary>Changes the row under a new version, in force when it returns. Names and owners are changed by <see cref="MoveAsync"/> only.</summary>
    /// <returns>The row as it is now; null when there is no such repository.</returns>
    public async Task<RepositoryRecord?> UpdateAsync(string repositoryId, Action<Repository> change, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Repositories.FirstOrDefaultAsync(r => r.Id == repositoryId, cancellationToken) is not { } row)
            return null;

        change(row);
        row.Version = await ChangeNumbers.NextAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await CatalogRows.FollowAsync(db, repositoryId, cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        await changes.PublishAsync(repositoryId, null, row.Version);
        return RepositoryRecord.From(row);
    }

    /// <summary>
    /// Notes what was read at the tip of the default branch: for lists, and the gate of the last card that could be read. Calls are in order for one repository only
    /// while its lock is held. A change of refs is made by then and can't be called off any more.
    /// </summary>
    /// <param name="changedAt">When the content has changed just now; null when it was only read again.</param>
    /// <returns>False when there is no such repository.</returns>
    public async Task<bool> NoteAsync(string repositoryId, CatalogFacts? facts, DateTimeOffset? changedAt)
    {
        await using var db = await databases.CreateDbContextAsync(CancellationToken.None);
        await using var transaction = await db.Database.BeginTransactionAsync(CancellationToken.None);
        if (await db.Repositories.AsTracking().FirstOrDefaultAsync(r => r.Id == repositoryId, CancellationToken.None) is not { } row)
            return false;
        row.LastModified = changedAt ?? row.LastModified;
        if (facts?.Readable is { } card && (row.LastReadableCardBlob != card.Blob || row.LastReadableCardEuDisallowed != card.EuDisallowed))
        {
            (row.LastReadableCardBlob, row.LastReadableCardGate, row.LastReadableCardEuDisallowed) = (card.Blob, card.Gate, card.EuDisallowed);
            row.Version = await ChangeNumbers.NextAsync(db, CancellationToken.None);
        }

        await db.SaveChangesAsync(CancellationToken.None);
        if (facts is not null)
            await CatalogRows.WriteAsync(db, row, facts, CancellationToken.None);
        await CatalogRows.FollowAsync(db, repositoryId, CancellationToken.None);
        await transaction.CommitAsync(CancellationToken.None);
        Bump(repositoryId);
        return true;
    }

    /// <summary>What was noted of the tips of some repositories, by their ids; to be compared with the refs.</summary>
    public async Task<IReadOnlyList<IndexedTip>> TipsAsync(string? afterId, int take, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Tips(db).Where(t => afterId == null || string.Compare(t.RepositoryId, afterId) > 0).OrderBy(t => t.RepositoryId).Take(take).ToListAsync(cancellationToken);
    }

    /// <summary>The same of one repository; null when there is no such repository.</summary>
    public async Task<IndexedTip?> TipAsync(string repositoryId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Tips(db).FirstOrDefaultAsync(t => t.RepositoryId == repositoryId, cancellationToken);
    }

    private static IQueryable<IndexedTip> Tips(RepoHostDb db) =>
        from row in db.Repositories.AsNoTracking()
        join e in db.CatalogEntries on row.Id equals e.RepositoryId into entries
        from entry in entries.DefaultIfEmpty()
        select new IndexedTip { RepositoryId = row.Id, Format = entry == null ? 0 : entry.Format, Tip = entry == null ? null : entry.Tip, Branch = entry == null ? null : entry.Branch };

    /// <summary>Whether some repository's card, as it was last read, refuses visitors from the European Union.</summary>
    public async Task<bool> AnyRefusesEuropeAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Repositories.AnyAsync(r => r.LastReadableCardEuDisallowed, cancellationToken);
    }

    /// <summary>All repositories by type and name, for the operator.</summary>
    public async Task<IReadOnlyList<RepositoryRecord>> AllAsync(CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var rows = await db.Repositories.AsNoTracking().OrderBy(r => r.Type).ThenBy(r => r.NameKey).ToListAsync(cancellationToken);
        return [.. rows.Select(RepositoryRecord.From)];
    }

    private static async Task<(NamespaceEntry? Owner, CreateRepositoryResult? Refusal)> FindPlaceAsync(
        RepoHostDb db, RepositoryType type, string @namespace, string name, CancellationToken cancellationToken)
    {
        if (!RepositoryName.TryCreate(@namespace, name, out var wanted, out var why))
            return (null, new(CreateRepositoryOutcome.BadName, null, why));
        if (await FindNamespaceAsync(db, @namespace, cancellationToken) is not { } owner)
            return (null, new(CreateRepositoryOutcome.NoSuchNamespace, null, $"There is no user or organization {@namespace} that could own a repository."));
        var key = wanted.Key;
        var other = await db.Repositories.AsNoTracking().FirstOrDefaultAsync(r => r.Type == type && r.NameKey == key, cancellationToken);
        return other is null
            ? (owner, null)
            : (null, new(CreateRepositoryOutcome.Exists, RepositoryRecord.From(other), $"You already created this {type.Singular()} repo"));
    }

    private async Task<RepositoryRecord?> ReadAsync(AskedName asked, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var key = AccountNames.Key(asked.Namespace, asked.Name);
        var id = await db.Repositories.Where(r => r.Type == asked.Type && r.NameKey == key).Select(r => r.Id).FirstOrDefaultAsync(cancellationToken)
            ?? await db.RepositoryRedirects.Where(r => r.Type == asked.Type && r.NameKey == key).Select(r => r.RepositoryId).FirstOrDefaultAsync(cancellationToken);
        if (id is null)
            return null;

        // The stamp belongs to the id, so it can be taken only now; what is kept is read after it.
        var stamp = stamps.OfRepository(id);
        if (await ReadAsync(db, id, stamp, cancellationToken) is not { } record)
            return null;

        byName.Set(asked, (record, stamp));
        return record;
    }

    private async Task<RepositoryRecord?> ReadAsync(RepoHostDb db, string id, long stamp, CancellationToken cancellationToken)
    {
        if (await db.Repositories.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } row)
            return null;

        var record = RepositoryRecord.From(row);
        byId.Set(id, (record, stamp));
        return record;
    }

    /// <summary>Names that own repositories: not those of machines, nor those of organizations that are no more.</summary>
    private static Task<NamespaceEntry?> FindNamespaceAsync(RepoHostDb db, string name, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        return db.Namespaces.AsNoTracking().FirstOrDefaultAsync(
            n => n.Key == key && (db.Organizations.Any(o => o.Id == n.OrganizationId && o.DeletedAt == null) || db.Users.Any(u => u.Id == n.UserId && u.OwnerOrganizationId == null)),
            cancellationToken);
    }

    private static async Task<bool> IsPrivateByDefaultAsync(RepoHostDb db, NamespaceEntry owner, CancellationToken cancellationToken) =>
        owner.OrganizationId is { } id && await db.Organizations.AnyAsync(o => o.Id == id && o.PrivateByDefault, cancellationToken);

    private static Task<int> NotePublishedAsync(RepoHostDb db, NamespaceEntry owner, CancellationToken cancellationToken) =>
        db.Organizations.Where(o => o.Id == owner.OrganizationId && o.NeverPublished).ExecuteUpdateAsync(o => o.SetProperty(x => x.NeverPublished, false), cancellationToken);

    /// <returns>The repository that was reached by the former name.</returns>
    private static async Task<string?> RemoveRedirectAsync(RepoHostDb db, RepositoryType type, string key, CancellationToken cancellationToken)
    {
        var id = await db.RepositoryRedirects.Where(r => r.Type == type && r.NameKey == key).Select(r => r.RepositoryId).FirstOrDefaultAsync(cancellationToken);
        if (id is not null)
            await db.RepositoryRedirects.Where(r => r.Type == type && r.NameKey == key).ExecuteDeleteAsync(cancellationToken);
        return id;
    }

    private void Bump(string? repositoryId)
    {
        if (repositoryId is not null)
            stamps.BumpRepository(repositoryId);
    }
}
