using System.Security.Claims;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// A browser's session whose row was looked for. It stays good, or ended, while the stamp of its person is the one that was read before the row. Ended ones
/// are kept too: their ids come out of cookies that we made, so there can't be many.
/// </summary>
internal sealed class CheckedSession
{
    private long usedAt;

    private CheckedSession(string id, PersonRecord person, long stamp, BrowserSession? row)
    {
        (Id, Person, Stamp) = (id, person, stamp);
        Start = row?.Start ?? SessionStart.Other;
        usedAt = row?.LastUsedAt.UtcTicks ?? 0;
        Caller = person is { Disabled: true } or { IsService: true } ? Caller.Invalid(CredentialKind.Cookie)
            : row is null ? Caller.Anonymous
            : Caller.OfSession(person, id);
    }

    public string Id { get; }
    public PersonRecord Person { get; }
    public long Stamp { get; }
    public SessionStart Start { get; }

    /// <summary>The person; nobody when the session has ended; an invalid credential when the person is disabled or is no person.</summary>
    public Caller Caller { get; }

    public bool IsGood => Caller.Kind == CallerKind.Person;

    /// <param name="row">Null when there is none.</param>
    /// <param name="usedAfter">A session that was not used since then has ended.</param>
    public static CheckedSession From(string id, User user, BrowserSession? row, long stamp, DateTimeOffset usedAfter) =>
        new(id, PersonRecord.From(user), stamp, row is not null && row.LastUsedAt > usedAfter && row.SecurityStamp == user.SecurityStamp ? row : null);

    /// <summary>For what wants to know who somebody is by their claims: antiforgery, and Identity when it renews the session.</summary>
    public ClaimsPrincipal ToPrincipal() => new(new ClaimsIdentity(
        [
            new Claim(ClaimTypes.NameIdentifier, Person.Id),
            new Claim(ClaimTypes.Name, Person.UserName),
            new Claim(ClaimTypes.AuthenticationMethod, Start.ToString()),
        ],
        Schemes.Session));

    /// <summary>True at most once in <see cref="SessionUses.Interval"/>, for one of the requests that use the session in it.</summary>
    public bool IsUseToNote(DateTimeOffset now)
    {
        var last = Interlocked.Read(ref usedAt);
        return now.UtcTicks - last >= SessionUses.Interval.Ticks && Interlocked.CompareExchange(ref usedAt, now.UtcTicks, last) == last;
    }
}
