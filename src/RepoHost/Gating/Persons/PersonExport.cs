using System.IO.Pipelines;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Gating.Persons;

/// <summary>All that is stored about one person, as JSON, written row by row. Nothing of other people is in it, and no secret: of tokens there is none to tell, of the password none is. What went to a mail address is theirs once they have shown that the address is.</summary>
internal sealed class PersonExport(IDbContextFactory<RepoHostDb> databases)
{
    private const int FlushEvery = 32 * 1024;

    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <returns>False when there is no such person; nothing is written then.</returns>
    public async Task<bool> WriteAsync(string userId, PipeWriter output, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        if (await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId && u.DeletedAt == null, cancellationToken) is not { } user)
            return false;

        await using var json = new Utf8JsonWriter(output, Options);
        json.WriteStartObject();
        WriteAccount(json, user);
        await WriteListAsync(json, output, "organizations", Organizations(db, userId), cancellationToken);
        await WriteListAsync(json, output, "invitations", Invitations(db, user), cancellationToken);
        await WriteListAsync(json, output, "externalLogins", Logins(db, userId), cancellationToken);
        await WriteListAsync(json, output, "sessions", Sessions(db, userId), cancellationToken);
        await WriteListAsync(json, output, "tokens", Tokens(db, userId), cancellationToken);
        await WriteListAsync(json, output, "tokenRights", TokenRights(db, userId), cancellationToken);
        await WriteListAsync(json, output, "repositories", Repositories(db, userId), cancellationToken);
        await WriteListAsync(json, output, "accessRequests", Requests(db, userId), cancellationToken);
        await WriteListAsync(json, output, "events", Events(db, userId), cancellationToken);
        await WriteListAsync(json, output, "reviews", Reviews(db, userId), cancellationToken);
        await WriteListAsync(json, output, "pullRequests", PullRequests(db, userId), cancellationToken);
        await WriteListAsync(json, output, "mails", Mails(db, user), cancellationToken);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
        await output.FlushAsync(cancellationToken);
        return true;
    }

    private static void WriteAccount(Utf8JsonWriter json, User user)
    {
        json.WriteStartObject("account");
        json.WriteString("id", user.Id);
        json.WriteString("name", user.UserName);
        json.WriteString("fullName", user.FullName);
        json.WriteString("email", user.Email);
        json.WriteBoolean("emailConfirmed", user.EmailConfirmed);
        json.WriteString("createdAt", HubTime.Write(user.CreatedAt));
        json.WriteBoolean("administrator", user.IsAdministrator);
        json.WriteBoolean("disabled", user.Disabled);
        json.WriteBoolean("hasPassword", user.PasswordHash is not null);
        if (user.TimeZone is not null)
            json.WriteString("timeZone", user.TimeZone);
        json.WriteBoolean("requestMails", !user.RequestMailsOff);
        json.WriteBoolean("decisionMails", !user.DecisionMailsOff);
        json.WriteEndObject();
    }

    private static IAsyncEnumerable<Item> Organizations(RepoHostDb db, string userId) =>
        db.Memberships.AsNoTracking().Where(m => m.UserId == userId).OrderBy(m => m.Organization!.Name)
            .Select(m => new { m.Organization!.Name, m.Role, m.CreatedAt }).AsAsyncEnumerable()
            .Select(m => new Item(("name", m.Name), ("role", m.Role), ("since", m.CreatedAt)));

    private static IAsyncEnumerable<Item> Invitations(RepoHostDb db, User user) =>
        db.Invitations.AsNoTracking().Where(i => i.UserId == user.Id || (user.EmailConfirmed && i.NormalizedEmail == user.NormalizedEmail)).OrderBy(i => i.CreatedAt)
            .Select(i => new { i.Organization!.Name, i.Role, i.CreatedAt, i.ExpiresAt }).AsAsyncEnumerable()
            .Select(i => new Item(("organization", i.Name), ("role", i.Role), ("createdAt", i.CreatedAt), ("expiresAt", i.ExpiresAt)));

    private static IAsyncEnumerable<Item> Logins(RepoHostDb db, string userId) =>
        db.UserLogins.AsNoTracking().Where(l => l.UserId == userId).OrderBy(l => l.LoginProvider).AsAsyncEnumerable()
            .Select(l => new Item(("issuer", l.LoginProvider), ("subject", l.ProviderKey)));

    private static IAsyncEnumerable<Item> Sessions(RepoHostDb db, string userId) =>
        db.Sessions.AsNoTracking().Where(s => s.UserId == userId).OrderBy(s => s.CreatedAt).ThenBy(s => s.Id).AsAsyncEnumerable()
            .Select(s => new Item(
                ("createdAt", s.CreatedAt), ("lastUsedAt", s.LastUsedAt), ("loggedInBy", s.Start), ("address", s.Address), ("browser", s.Agent)));

    /// <summary>That there was one; a mail's text is not kept once it is sent.</summary>
    private static IAsyncEnumerable<Item> Mails(RepoHostDb db, User user) =>
        db.OutboxMails.AsNoTracking().Where(m => m.Recipient == user.Id || (user.EmailConfirmed && m.Recipient == user.Email)).OrderBy(m => m.Id).AsAsyncEnumerable()
            .Select(m => new Item(("about", m.Kind), ("state", m.State), ("createdAt", m.CreatedAt), ("endedAt", m.EndedAt)));

    private static IAsyncEnumerable<Item> Tokens(RepoHostDb db, string userId) =>
        db.AccessTokens.AsNoTracking().Where(t => t.UserId == userId).OrderBy(t => t.CreatedAt).ThenBy(t => t.Id).AsAsyncEnumerable()
            .Select(t => new Item(
                ("id", t.Id), ("name", t.Name), ("role", t.Role), ("readsGated", t.CanReadGatedRepos), ("createdAt", t.CreatedAt), ("expiresAt", t.ExpiresAt), ("lastUsedAt", t.LastUsedAt), ("revokedAt", t.RevokedAt)));

    /// <summary>Of fine-grained tokens.</summary>
    private static IAsyncEnumerable<Item> TokenRights(RepoHostDb db, string userId) =>
        (from scope in db.AccessTokenScopes.AsNoTracking()
         where db.AccessTokens.Any(t => t.Id == scope.TokenId && t.UserId == userId)
         orderby scope.Id
         select new
         {
             scope.TokenId,
             scope.Rights,
             Repository = Named(db, userId).Where(r => r.Id == scope.RepositoryId).Select(r => r.Name).FirstOrDefault(),
             Namespace = db.Namespaces.Where(n => (scope.UserId != null && n.UserId == scope.UserId) || (scope.OrganizationId != null && n.OrganizationId == scope.OrganizationId)).Select(n => n.Name).FirstOrDefault(),
         }).AsAsyncEnumerable()
            .Select(s => new Item(("token", s.TokenId), ("repository", s.Repository), ("namespace", s.Namespace), ("rights", s.Rights.ToString().ToLowerInvariant())));

    private static IAsyncEnumerable<Item> Repositories(RepoHostDb db, string userId) =>
        (from repository in db.Repositories.AsNoTracking()
         where repository.OwnerUserId == userId || repository.CreatedById == userId
         join named in Named(db, userId) on repository.Id equals named.Id
         orderby repository.NameKey, repository.Type
         select new { named, Owned = repository.OwnerUserId == userId, repository.Private, repository.CreatedAt, repository.LastModified }).AsAsyncEnumerable()
            .Select(r => new Item(
                ("type", r.named.Type.Singular()), ("repository", r.named.Name), ("owned", r.Owned), ("private", r.Private), ("createdAt", r.CreatedAt), ("lastModified", r.LastModified)));

    private static IAsyncEnumerable<Item> Requests(RepoHostDb db, string userId) =>
        (from request in db.AccessRequests.AsNoTracking()
         where request.UserId == userId
         join named in Named(db, userId) on request.RepositoryId equals named.Id
         orderby request.RequestedAt
         select new { request, named }).AsAsyncEnumerable()
            .Select(r => new Item(
                ("type", r.named.Type.Singular()), ("repository", r.named.Name), ("status", r.request.State), ("asked", r.request.Asked), ("requestedAt", r.request.RequestedAt),
                ("reviewedAt", r.request.ReviewedAt), ("reason", r.request.Reason), ("termsHash", r.request.TermsHash), ("cardCommit", r.request.CardCommit))
            {
                Answers = r.request.Fields,
            });

    private static IAsyncEnumerable<Item> Events(RepoHostDb db, string userId) =>
        (from happened in db.AccessEvents.AsNoTracking()
         where happened.UserId == userId
         join named in Named(db, userId) on happened.RepositoryId equals named.Id
         orderby happened.Id
         select new { happened, named }).AsAsyncEnumerable()
            .Select(e => new Item(
                ("at", e.happened.At), ("type", e.named.Type.Singular()), ("repository", e.named.Name), ("action", e.happened.Action), ("from", e.happened.From), ("to", e.happened.To),
                ("byYou", e.happened.ActorId == userId), ("reason", e.happened.Reason)));

    /// <summary>What they decided about others; of those, nothing.</summary>
    private static IAsyncEnumerable<Item> Reviews(RepoHostDb db, string userId) =>
        (from happened in db.AccessEvents.AsNoTracking()
         where happened.ActorId == userId && happened.UserId != userId
         join named in Named(db, userId) on happened.RepositoryId equals named.Id
         orderby happened.Id
         select new { happened.At, happened.Action, named }).AsAsyncEnumerable()
            .Select(e => new Item(("at", e.At), ("type", e.named.Type.Singular()), ("repository", e.named.Name), ("action", e.Action)));

    private static IAsyncEnumerable<Item> PullRequests(RepoHostDb db, string userId) =>
        (from pull in db.PullRequests.AsNoTracking()
         where pull.AuthorId == userId
         join named in Named(db, userId) on pull.RepositoryId equals named.Id
         orderby pull.CreatedAt, pull.Number
         select new { pull, named }).AsAsyncEnumerable()
            .Select(p => new Item(
                ("type", p.named.Type.Singular()), ("repository", p.named.Name), ("number", (long)p.pull.Number), ("title", p.pull.Title), ("createdAt", p.pull.CreatedAt)));

    /// <summary>Repositories with the names that the person may know: of one that was hidden from them since they asked, they have nothing but that they did.</summary>
    private static IQueryable<NamedRepository> Named(RepoHostDb db, string userId) =>
        db.Repositories.Select(r => new NamedRepository
        {
            Id = r.Id,
            Type = r.Type,
            Name = !r.Private || r.OwnerUserId == userId || db.Memberships.Any(m => m.UserId == userId && m.OrganizationId == r.OwnerOrganizationId) ? r.Namespace + "/" + r.Name : null,
        });

    private static async Task WriteListAsync(Utf8JsonWriter json, PipeWriter output, string name, IAsyncEnumerable<Item> items, CancellationToken cancellationToken)
    {
        json.WriteStartArray(name);
        await foreach (var item in items.WithCancellation(cancellationToken))
        {
            item.WriteTo(json);
            if (json.BytesPending < FlushEvery)
                continue;
            await json.FlushAsync(cancellationToken);
            await output.FlushAsync(cancellationToken);
        }

        json.WriteEndArray();
    }

    private sealed class NamedRepository
    {
        public required string Id { get; init; }
        public RepositoryType Type { get; init; }
        public string? Name { get; init; }
    }

    private sealed record Item(params IReadOnlyList<(string Name, object? Value)> Values)
    {
        /// <summary>A JSON object of its own.</summary>
        public string? Answers { get; init; }

        /// <summary>What is null is left out.</summary>
        public void WriteTo(Utf8JsonWriter json)
        {
            json.WriteStartObject();
            foreach (var (name, value) in Values)
            {
                switch (value)
                {
                    case null:
                        break;
                    case bool flag:
                        json.WriteBoolean(name, flag);
                        break;
                    case long number:
                        json.WriteNumber(name, number);
                        break;
                    case DateTimeOffset time:
                        json.WriteString(name, HubTime.Write(time));
                        break;
                    case Enum word:
                        json.WriteString(name, JsonNamingPolicy.CamelCase.ConvertName(word.ToString()));
                        break;
                    default:
                        json.WriteString(name, value.ToString());
                        break;
                }
            }

            if (Answers is not null)
            {
                json.WritePropertyName("answers");
                json.WriteRawValue(Answers);
            }

            json.WriteEndObject();
        }
    }
}
