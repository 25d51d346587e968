using GateMiddleware.Decisions;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>Who is asking, whichever envelope the credential came in.</summary>
internal sealed class Caller : ICallerFeature
{
    public static readonly Caller Anonymous = new() { Kind = CallerKind.Anonymous };

    /// <summary>A signed address that has ended, or was made for something or somebody else.</summary>
    public static readonly Caller InvalidAddress = new() { Kind = CallerKind.InvalidAddress, CredentialKind = CredentialKind.Address };

    private static readonly Caller InvalidBearer = new() { Kind = CallerKind.InvalidCredential, CredentialKind = CredentialKind.Bearer };
    private static readonly Caller InvalidBasic = new() { Kind = CallerKind.InvalidCredential, CredentialKind = CredentialKind.Basic };
    private static readonly Caller InvalidCookie = new() { Kind = CallerKind.InvalidCredential, CredentialKind = CredentialKind.Cookie };
    private static readonly Caller InvalidOther = new() { Kind = CallerKind.InvalidCredential };

    private Caller()
    {
    }

    public required CallerKind Kind { get; init; }
    public CredentialKind CredentialKind { get; init; }
    public string? UserId { get; init; }
    public string? UserName { get; init; }
    public string? TokenId { get; init; }

    /// <summary>Null for a browser session, which may do all that its person may.</summary>
    public TokenRole? TokenRole { get; init; }

    /// <summary>Of a browser session (<see cref="CheckedSessions"/>).</summary>
    public string? SessionId { get; init; }

    /// <summary>May manage users. This is not access to gated files (design 2).</summary>
    public bool IsAdministrator { get; init; }

    /// <summary>A machine of an organization: it never asks for access and makes no organizations.</summary>
    public bool IsService { get; init; }

    /// <summary>What the credential itself lets the person do; what the person may do is another question, and the lesser holds.</summary>
    public TokenScopes Scopes { get; init; } = TokenScopes.Nothing;

    /// <summary>The credential takes nothing from what the person may do: a browser session, or a token that may write.</summary>
    public bool IsUnlimited => Kind == CallerKind.Person && ReferenceEquals(Scopes, TokenScopes.Everything);

    /// <summary>For the gate, when the credential takes nothing from what the person may read.</summary>
    public GatePerson Person { get; private init; } = GatePerson.Anonymous;

    /// <summary>For the gate, at gated repositories that the credential does not reach.</summary>
    public GatePerson PersonWithoutGated { get; private init; } = GatePerson.Anonymous;

    // The caller is its own feature, so a warm request allocates neither.
    Caller ICallerFeature.Caller => this;

    public static Caller Invalid(CredentialKind kind) => kind switch
    {
        CredentialKind.Bearer => InvalidBearer,
        CredentialKind.Basic => InvalidBasic,
        CredentialKind.Cookie => InvalidCookie,
        _ => InvalidOther,
    };

    public static Caller OfToken(CredentialKind kind, PersonRecord person, string tokenId, TokenRole role, TokenScopes scopes) => new()
    {
        Kind = CallerKind.Person,
        CredentialKind = kind,
        UserId = person.Id,
        UserName = person.UserName,
        TokenId = tokenId,
        TokenRole = role,
        Scopes = scopes,
        Person = new(person.Id),
        PersonWithoutGated = new(person.Id, MayReadGated: false),
        IsAdministrator = person.IsAdministrator,
        IsService = person.IsService,
    };

    public static Caller OfSession(PersonRecord person, string sessionId, CredentialKind kind = CredentialKind.Cookie) => new()
    {
        Kind = CallerKind.Person,
        CredentialKind = kind,
        UserId = person.Id,
        UserName = person.UserName,
        SessionId = sessionId,
        Scopes = TokenScopes.Everything,
        Person = new(person.Id),
        IsAdministrator = person.IsAdministrator,
        IsService = person.IsService,
    };
}

internal enum CallerKind
{
    Anonymous,
    Person,

    /// <summary>A credential came and is not good; never to be treated as nobody (contract 1.5).</summary>
    InvalidCredential,

    /// <summary>Like <see cref="InvalidCredential"/>, but asking for a password would not help: a new address is needed.</summary>
    InvalidAddress,
}

internal enum CredentialKind
{
    None,
    Bearer,
    Basic,
    Cookie,

    /// <summary>The address itself (<see cref="SignedLink"/>).</summary>
    Address,
}
