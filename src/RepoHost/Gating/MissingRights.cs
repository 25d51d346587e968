using GateMiddleware;
using GateMiddleware.Decisions;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>
/// The one place that says no because of what a credential is, and not because of who its person is: whichever route asks, and whichever envelope the token came in.
/// What a credential leaves of a person's rights is <see cref="RepositoryRole.With"/>; this names what it takes.
/// </summary>
internal sealed class MissingRights(PublicUrl publicUrl)
{
    private const string TokenPage = "/settings/tokens";

    /// <summary>Why the caller may not do this here: a right that the token lacks is named if the person has it, else it is the person who may not.</summary>
    public Refusal Of(Caller caller, RepositoryRecord record, RepositoryRole? role, TokenRights right) =>
        caller.TokenRole == TokenRole.FineGrained && role is not null && role.Withheld.Includes(right) ? Named(caller, right.Title(), record.FullName) : HubErrors.NotPermitted;

    /// <summary>The same for what everybody may who can see the repository, such as a pull request: then it is always the token.</summary>
    public Refusal OfToken(Caller caller, string at, TokenRights right) => caller.TokenRole == TokenRole.FineGrained ? Named(caller, right.Title(), at) : HubErrors.NotPermitted;

    /// <summary>Null when the credential lets its person act on their own request: what is asked for must be something that it could read then.</summary>
    public Refusal? AtOwnRequest(Caller caller, RepositoryRecord record) =>
        caller.TokenRole != TokenRole.FineGrained || caller.Scopes.At(record).Includes(TokenRights.Read) ? null
        : record.Private ? Named(caller, TokenRights.Read.Title(), record.FullName)
        : caller.Scopes.ReadsGated ? null
        : Named(caller, TokenRightWords.ReadGated, record.FullName);

    /// <summary>Who asks the gate for this repository's contents: nobody, or a person by a credential that reaches them or does not.</summary>
    public GatePerson Person(Caller caller, RepositoryRecord record)
    {
        if (caller is not { Kind: CallerKind.Person, UserId: not null })
            return GatePerson.Anonymous;
        if (caller.Scopes.At(record).Includes(TokenRights.Read))
            return caller.Person;
        if (record.Private)
            return caller.Person with { MissingRight = Named(caller, TokenRights.Read.Title(), record.FullName).Message };
        return caller.Scopes.ReadsGated ? caller.Person : caller.PersonWithoutGated;
    }

    private Refusal Named(Caller caller, string right, string at) =>
        caller.IsService ? HubErrors.MachineTokenLacksRight(right, at, caller.UserName!) : HubErrors.TokenLacksRight(right, at, publicUrl.Of(TokenPage));
}
