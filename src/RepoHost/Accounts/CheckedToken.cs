using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// A token whose signature and row were checked. It stays good, or refused, while the stamp of its person is the one that was read before the row,
/// and until it expires.
/// </summary>
internal sealed class CheckedToken
{
    private readonly Caller bearer;
    private readonly Caller basic;
    private readonly TokenRole role;
    private readonly TokenScopes scopes;
    private readonly long expiresAt;
    private long usedAt;

    private CheckedToken(AccessToken row, PersonRecord person, long stamp, bool refused)
    {
        Id = row.Id;
        Person = person;
        Stamp = stamp;
        Refused = refused;
        // The first use of a new text is always noted: it shows that the text has arrived.
        usedAt = row.LastUsedAt is { } last && last >= row.IssuedAt ? last.UtcTicks : long.MinValue;
        role = row.Role;
        scopes = TokenScopes.Of(row);
        RenewedAt = row.RenewedAt;
        expiresAt = row.ExpiresAt.UtcTicks;
        bearer = refused ? Caller.Invalid(CredentialKind.Bearer) : Caller.OfToken(CredentialKind.Bearer, person, row.Id, row.Role, scopes);
        basic = refused ? Caller.Invalid(CredentialKind.Basic) : Caller.OfToken(CredentialKind.Basic, person, row.Id, row.Role, scopes);
    }

    public string Id { get; }
    public PersonRecord Person { get; }
    public long Stamp { get; }

    /// <summary>When the text was made that is good now; null for a row that only ever had one.</summary>
    public DateTimeOffset? RenewedAt { get; }

    /// <summary>Genuine, but revoked, expired, or of a disabled person.</summary>
    public bool Refused { get; }

    public static CheckedToken From(AccessToken row, User user, long stamp, DateTimeOffset now)
        => new(row, PersonRecord.From(user), stamp, refused: row.RevokedAt is not null || row.ExpiresAt <= now || user.Disabled);

    public bool IsCurrent(ChangeStamps stamps, DateTimeOffset now) => now.UtcTicks < expiresAt && stamps.OfUser(Person.Id) == Stamp;

    public Caller As(CredentialKind envelope) => envelope switch
    {
        CredentialKind.Basic => basic,
        CredentialKind.Address => Refused ? Caller.Invalid(envelope) : Caller.OfToken(envelope, Person, Id, role, scopes),
        _ => bearer,
    };

    /// <summary>True at most once in a minute, for one of the requests that use the token in it.</summary>
    public bool IsUseToNote(DateTimeOffset now)
    {
        var last = Interlocked.Read(ref usedAt);
        return !Refused && (last == long.MinValue || now.UtcTicks - last >= TimeSpan.TicksPerMinute)
            && Interlocked.CompareExchange(ref usedAt, now.UtcTicks, last) == last;
    }
}
