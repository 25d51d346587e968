using System.Text.Json;
using System.Text.Json.Nodes;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>
/// The state machine of access requests (design 3). Every change of state is one conditional update on the state it was read in, writes one event, and
/// takes one new version, all in one transaction; only then are the caches told, and only then does the caller get an answer.
/// </summary>
internal sealed class AccessRequests(
    IDbContextFactory<RepoHostDb> databases,
    DecisionChanges changes,
    AccessMails mails,
    ConfirmedAddresses addresses,
    TimeProvider time)
{
    /// <summary>Two reviewers at once: the loser reads again and finds what the winner left. More rounds than this means something else is wrong.</summary>
    private const int Rounds = 5;

    /// <summary>Requests that one person makes within an hour, to all repositories together and withdrawn ones too: each is a row for ever, and news for its authors
    /// (threat row 49). More than anybody fills in by hand.</summary>
    public const int MostAskedInAnHour = 60;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <summary>SQLITE_CONSTRAINT: the row of the same person is there already.</summary>
    private const int ConstraintFailed = 19;

    /// <summary>
    /// Asks for access: none or reset becomes accepted (auto) or pending (manual, and auto while the card can't be read). Anyone who has asked before is told the state;
    /// nothing changes then, and nothing is asked for somebody whose mail address has to be confirmed first.
    /// </summary>
    /// <param name="answers">Checked answers in the card's order.</param>
    public async Task<AskOutcome> AskAsync(
        RepositoryRecord repository, CardPolicy card, string userId, IReadOnlyList<KeyValuePair<string, string>> answers, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds; round++)
        {
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var existing = await FindAsync(db, repository.Id, userId, cancellationToken);
            if (existing is { State: not AccessState.Reset })
                return new(existing.State, Changed: false);

            if (await addresses.IsMissingAsync(db, userId, cancellationToken))
                return new(existing?.State ?? AccessState.None, Changed: false, NotConfirmed: true);

            var now = time.GetUtcNow();
            if (await db.AccessEvents.CountAsync(e => e.UserId == userId && e.Action == "ask" && e.At > now - Hour, cancellationToken) >= MostAskedInAnHour)
                return new(existing?.State ?? AccessState.None, Changed: false, TooOften: true);

            var version = await ChangeNumbers.NextAsync(db, cancellationToken);
            var asked = new AccessRequest
            {
                RepositoryId = repository.Id,
                UserId = userId,
                // A form that may lack what the card asks for lets nobody in by itself.
                State = card.Policy is { Mode: GateMode.Auto, FormComplete: true } ? AccessState.Accepted : AccessState.Pending,
                RequestedAt = now,
                Asked = true,
                Fields = Write(answers),
                CardCommit = card.Tip?.ToString(),
                TermsHash = card.Policy.Form.TermsHash,
                Version = version,
            };
            if (existing is not null && await db.AccessRequests.Where(r => r.RepositoryId == repository.Id && r.UserId == userId && r.State == AccessState.Reset).ExecuteDeleteAsync(cancellationToken) == 0)
                continue;

            db.AccessRequests.Add(asked);
            db.AccessEvents.Add(Event(repository.Id, userId, userId, "ask", existing?.State ?? AccessState.None, asked.State, null, now));
            AccessMails.AddAsked(db, asked);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException e) when (existing is null && round < Rounds - 1 && e.InnerException is SqliteException { SqliteErrorCode: ConstraintFailed })
            {
                // Another request of the same person came first: its row is in the way. Look again.
                continue;
            }

            await transaction.CommitAsync(CancellationToken.None);
            mails.Committed();
            await changes.PublishAsync(new(repository.Id, userId, version, TakesAccessAway: false));
            return new(asked.State, Changed: true);
        }

        throw new InvalidOperationException("The request kept changing while it was asked for.");
    }

    /// <summary>The requester takes a pending request back; false when there is none.</summary>
    public async Task<bool> WithdrawAsync(RepositoryRecord repository, string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var gone = await db.AccessRequests.Where(r => r.RepositoryId == repository.Id && r.UserId == userId && r.State == AccessState.Pending).ExecuteDeleteAsync(cancellationToken);
        if (gone == 0)
            return false;

        // The row is gone and its version with it; the person's own version keeps the standing's from going back.
        var version = await ChangeNumbers.NextAsync(db, cancellationToken);
        await db.Users.Where(u => u.Id == userId).ExecuteUpdateAsync(u => u.SetProperty(x => x.Version, version), cancellationToken);
        db.AccessEvents.Add(Event(repository.Id, userId, userId, "withdraw", AccessState.Pending, AccessState.None, null, time.GetUtcNow()));
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        await changes.PublishAsync(new(repository.Id, userId, version, TakesAccessAway: false));
        return true;
    }

    /// <summary>Accept, reject, reset, or cancel (back to pending): from any other state to <paramref name="to"/>.</summary>
    /// <param name="reason">Kept for rejected and reset only (contract 6.4).</param>
    public async Task<ReviewOutcome> ReviewAsync(
        RepositoryRecord repository, string reviewerId, PersonReference person, AccessState to, string? reason, CancellationToken cancellationToken) =>
        await PublishAsync(await ChangeAsync(repository, reviewerId, person, to, reason, granting: false, cancellationToken));

    /// <summary>
    /// The same for many people: first every change is saved, then all are told at once, so that an unreachable cache makes the answer wait one lease and not
    /// one for each. Takes no cancellation: a list of revocations is not left half done because its sender has gone.
    /// </summary>
    public async Task<IReadOnlyList<ReviewOutcome>> ReviewManyAsync(
        RepositoryRecord repository, string reviewerId, IReadOnlyList<PersonReference> people, AccessState to, string? reason)
    {
        var outcomes = new List<ReviewOutcome>();
        var telling = new List<Task>();
        foreach (var person in people)
        {
            var (outcome, change) = await ChangeAsync(repository, reviewerId, person, to, reason, granting: false, CancellationToken.None);
            outcomes.Add(outcome);
            if (change is not null)
                telling.Add(changes.PublishAsync(change));
        }

        await Task.WhenAll(telling);
        return outcomes;
    }

    /// <summary>Gives access to somebody who need not have asked.</summary>
    public async Task<ReviewOutcome> GrantAsync(RepositoryRecord repository, string reviewerId, PersonReference person, CancellationToken cancellationToken) =>
        await PublishAsync(await ChangeAsync(repository, reviewerId, person, AccessState.Accepted, null, granting: true, cancellationToken));

    private async Task<ReviewOutcome> PublishAsync((ReviewOutcome Outcome, StandingChange? Change) result)
    {
        if (result.Change is { } change)
            await changes.PublishAsync(change);
        return result.Outcome;
    }

    private async Task<(ReviewOutcome Outcome, StandingChange? Change)> ChangeAsync(
        RepositoryRecord repository, string reviewerId, PersonReference person, AccessState to, string? reason, bool granting, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await FindUserAsync(db, repository.Id, person, cancellationToken) is not { } userId)
            return (person.RequestId is null ? ReviewOutcome.UserNotFound : ReviewOutcome.NoMatchingRequest, null);

        for (var round = 0; round < Rounds; round++)
        {
            db.ChangeTracker.Clear();
            await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
            var existing = await FindAsync(db, repository.Id, userId, cancellationToken);
            if (person.Seen is { } seen && existing?.Version != seen)
                return (ReviewOutcome.ChangedMeanwhile, null);
            // The person's next request is not the one that was named.
            if (person.RequestId is { } named && existing?.RequestId != named)
                return (ReviewOutcome.NoMatchingRequest, null);
            if (existing is null && !granting)
                return (ReviewOutcome.NoMatchingRequest, null);
            if (existing?.State == to)
                return (granting ? ReviewOutcome.AlreadyHasAccess : ReviewOutcome.NoMatchingRequest, null);

            var now = time.GetUtcNow();
            var version = await ChangeNumbers.NextAsync(db, cancellationToken);
            if (existing is null)
            {
                db.AccessRequests.Add(new AccessRequest
                {
                    RepositoryId = repository.Id,
                    UserId = userId,
                    State = to,
                    RequestedAt = now,
                    ReviewedAt = now,
                    GrantedById = reviewerId,
                    Version = version,
                });
            }
            else if (!await MoveAsync(db, existing, to, reviewerId, reason, version, now, cancellationToken))
            {
                continue;
            }

            db.AccessEvents.Add(Event(repository.Id, userId, reviewerId, granting ? "grant" : ActionOf(to), existing?.State ?? AccessState.None, to, ReasonFor(to, reason), now));
            AccessMails.AddDecided(db, repository.Id, userId, reviewerId, to, version, now);
            try
            {
                await db.SaveChangesAsync(cancellationToken);
            }
            catch (DbUpdateException e) when (existing is null && round < Rounds - 1 && e.InnerException is SqliteException { SqliteErrorCode: ConstraintFailed })
            {
                continue;
            }

            await transaction.CommitAsync(CancellationToken.None);
            mails.Committed();
            return (ReviewOutcome.Done, new(repository.Id, userId, version, TakesAccessAway: existing?.State == AccessState.Accepted));
        }

        throw new InvalidOperationException("The request kept changing while it was reviewed.");
    }

    /// <summary>The one conditional update; false when somebody else changed the state in between.</summary>
    private static async Task<bool> MoveAsync(
        RepoHostDb db, AccessRequest existing, AccessState to, string reviewerId, string? reason, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        DateTimeOffset? reviewedAt = to == AccessState.Pending ? null : now;
        var grantedBy = to == AccessState.Accepted ? reviewerId : null;
        var kept = ReasonFor(to, reason);
        return await db.AccessRequests
            .Where(r => r.RepositoryId == existing.RepositoryId && r.UserId == existing.UserId && r.State == existing.State && r.Version == existing.Version)
            .ExecuteUpdateAsync(
                r => r.SetProperty(x => x.State, to)
                    .SetProperty(x => x.ReviewedAt, reviewedAt)
                    .SetProperty(x => x.GrantedById, grantedBy)
                    .SetProperty(x => x.Reason, kept)
                    .SetProperty(x => x.Version, version),
                cancellationToken) == 1;
    }

    private static Task<AccessRequest?> FindAsync(RepoHostDb db, string repositoryId, string userId, CancellationToken cancellationToken) =>
        db.AccessRequests.AsNoTracking().FirstOrDefaultAsync(r => r.RepositoryId == repositoryId && r.UserId == userId, cancellationToken);

    private static async Task<string?> FindUserAsync(RepoHostDb db, string repositoryId, PersonReference person, CancellationToken cancellationToken)
    {
        if (person.RequestId is { } requestId)
            return await db.AccessRequests.Where(r => r.RepositoryId == repositoryId && r.RequestId == requestId && r.User!.DeletedAt == null).Select(r => r.UserId).FirstOrDefaultAsync(cancellationToken);
        var normalized = person.UserName?.ToUpperInvariant();
        return await db.Users.Where(u => u.DeletedAt == null).Where(u => normalized != null ? u.NormalizedUserName == normalized : u.Id == person.UserId).Select(u => u.Id).FirstOrDefaultAsync(cancellationToken);
    }

    private static AccessEvent Event(string repositoryId, string userId, string actorId, string action, AccessState from, AccessState to, string? reason, DateTimeOffset at) =>
        new() { RepositoryId = repositoryId, UserId = userId, ActorId = actorId, Action = action, From = from, To = to, Reason = reason, At = at };

    private static string? ReasonFor(AccessState to, string? reason) =>
        to is AccessState.Rejected or AccessState.Reset && !string.IsNullOrWhiteSpace(reason) ? reason.Trim() : null;

    private static string ActionOf(AccessState to) => to switch
    {
        AccessState.Accepted => "accept",
        AccessState.Rejected => "reject",
        AccessState.Pending => "cancel",
        AccessState.Reset => "reset",
        _ => throw new ArgumentOutOfRangeException(nameof(to)),
    };

    private static string? Write(IReadOnlyList<KeyValuePair<string, string>> answers)
    {
        if (answers.Count == 0)
            return null;
        var fields = new JsonObject();
        foreach (var (label, answer) in answers)
            fields[label] = answer;
        return fields.ToJsonString(JsonSerializerOptions.Default);
    }
}
