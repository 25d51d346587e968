using System.Security.Cryptography;
using System.Text;
using GateMiddleware;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Pages.Markup;

namespace RepoHost.Pages.Access;

/// <summary>Finds out what the gate says to whoever looks at a repository's page. The decision is the gate's own; the request only adds what it is about.</summary>
internal sealed class GateViews(AccessRequestList requests, ConfirmedAddresses addresses, TextRenderer renderer)
{
    public async Task<GateView> OfAsync(RepositorySitePage page)
    {
        var (record, policy, cancellation) = (page.Record, page.Policy, page.HttpContext.RequestAborted);
        if (policy.Mode == GateMode.Open)
            return new(GateShown.Nothing, record, policy);

        var request = page.Caller is { Kind: CallerKind.Person, UserId: { } userId } ? await requests.FindAsync(record.Id, userId, cancellation) : null;
        var shown = page.Decision.Verdict switch
        {
            AccessVerdict.Allowed => ShownToThoseInside(page.Repository),
            AccessVerdict.AuthenticationRequired => GateShown.LogIn,
            AccessVerdict.NeverAsked or AccessVerdict.Pending or AccessVerdict.Rejected or AccessVerdict.Reset => request?.State switch
            {
                // The row was read after the gate had decided; if the two differ, it is the newer one.
                null or AccessState.None => GateShown.Form,
                AccessState.Reset => GateShown.FormAgain,
                AccessState.Pending => GateShown.Pending,
                AccessState.Rejected => GateShown.Rejected,
                AccessState.Accepted => GateShown.Accepted,
                _ => GateShown.Refused,
            },
            _ => GateShown.Refused,
        };
        var unconfirmed = shown is GateShown.Form or GateShown.FormAgain ? await addresses.FindMissingAsync(page.Caller.UserId!, cancellation) : null;
        if (unconfirmed is not null)
            shown = GateShown.Confirm;
        var terms = shown is GateShown.LogIn or GateShown.Form or GateShown.FormAgain or GateShown.Confirm;
        return new(shown, record, policy)
        {
            Request = request,
            Unconfirmed = unconfirmed,
            Description = terms ? await RenderAsync(policy.Form.Description, "gate-description-", page) : null,
            Prompt = terms ? await RenderAsync(policy.Form.Prompt, "gate-prompt-", page) : null,
            Sentence = shown == GateShown.Refused ? SentenceOf(page) : null,
            Reviews = page.MayReview,
            Waiting = page.MayReview ? (await requests.CountAsync(record.Id, cancellation)).GetValueOrDefault(AccessState.Pending) : 0,
        };
    }

    /// <summary>Readers of the terms do not pass the gate yet, so of the repository's pictures only those are shown in them that everybody may read.</summary>
    private async Task<RenderedText?> RenderAsync(string? markdown, string idPrefix, RepositorySitePage page) => markdown is null ? null : await renderer.RenderAsync(
        idPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(markdown))),
        new MarkupPlace(page.Record, page.DefaultBranch, ShowsPictures: false) { AtDefaultTip = true },
        () => Task.FromResult(markdown),
        page.HttpContext.RequestAborted,
        idPrefix);

    private static GateShown ShownToThoseInside(IRepositoryFeature repository) => repository switch
    {
        { Role.Relation: AccessRelation.Steward } => GateShown.Manages,
        { Role.Relation: AccessRelation.Member, Policy.MembersGated: false } => GateShown.Member,
        _ => GateShown.Accepted,
    };

    private static string SentenceOf(RepositorySitePage page) =>
        page.HttpContext.Features.Get<IGateFeature>() is { Decision.IsAllowed: false } gate ? Refusals.For(gate.Repository, gate.Decision).Message : Refusals.Unavailable.Message;
}
