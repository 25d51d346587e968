using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Pages.Access;

/// <summary>One request as reviewers see it.</summary>
/// <param name="Form">The present form.</param>
/// <param name="Address">Where its decisions are sent.</param>
/// <param name="Decidable">Decisions change nothing while there is no gate.</param>
/// <param name="Ticked">Chosen for a decision on several that was not taken.</param>
internal sealed record ReviewRow(RepositoryRecord Record, AccessRequest Request, GateForm Form, IReadOnlyList<AccessHistoryEntry> History, string Address, bool Decidable, bool Ticked)
{
    public string User => Request.User!.UserName!;

    public string FullName => Request.User!.FullName is { Length: > 0 } name ? name : User;

    /// <summary>Whoever was granted access without asking has not agreed to share the address.</summary>
    public string? Mail => Request.Asked ? Request.User!.Email : null;

    /// <summary>Anybody can have signed up with that address.</summary>
    public bool MailIsUnproved => Mail is not null && !Request.User!.EmailConfirmed;

    public IReadOnlyList<ShownAnswer> Answers => ShownAnswer.Of(Request, Form);

    /// <summary>The decision that led to the present state; null while the first one is awaited.</summary>
    public AccessHistoryEntry? Decision => History is [{ Action: not ("ask" or "withdraw") } latest, ..] && latest.To == Request.State ? latest : null;

    public bool OtherTerms => Request.TermsHash is { } agreed && agreed != Form.TermsHash;

    public static string Words(AccessHistoryEntry entry) => entry.Action switch
    {
        "ask" => entry.To == AccessState.Accepted ? "asked and got access" : "asked for access",
        "withdraw" => "withdrew the request",
        "accept" => "accepted",
        "reject" => "rejected",
        "cancel" => "put it back to pending",
        "reset" => "reset",
        "grant" => "added access",
        _ => entry.Action,
    };
}
