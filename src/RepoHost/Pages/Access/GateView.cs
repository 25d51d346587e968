using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Pages.Markup;

namespace RepoHost.Pages.Access;

/// <summary>What the gate of a repository has to say to somebody.</summary>
internal enum GateShown
{
    /// <summary>There is no gate.</summary>
    Nothing,

    /// <summary>The terms, to somebody who is not logged in.</summary>
    LogIn,

    /// <summary>The form: never asked.</summary>
    Form,

    /// <summary>The form again: the request was reset.</summary>
    FormAgain,

    /// <summary>The terms, and in place of the form how to confirm one's mail address first.</summary>
    Confirm,
    Pending,
    Accepted,
    Rejected,

    /// <summary>The gate never holds for whoever manages the repository.</summary>
    Manages,

    /// <summary>It does not hold for members of the owning organization.</summary>
    Member,

    /// <summary>Another refusal, in the words of the gate.</summary>
    Refused,
}

/// <summary>The gate of a repository as one person sees it: what <c>Access/_Gate</c> shows.</summary>
internal sealed class GateView(GateShown shown, RepositoryRecord record, GatePolicy policy)
{
    public GateShown Shown { get; } = shown;

    public RepositoryRecord Record { get; } = record;

    public GatePolicy Policy { get; } = policy;

    public GateForm Form => Policy.Form;

    /// <summary>The person's own request, as it was read for this page.</summary>
    public AccessRequest? Request { get; init; }

    /// <summary>The card's Markdown under the heading, and what is to be agreed to; only where they are shown.</summary>
    public RenderedText? Description { get; init; }

    public RenderedText? Prompt { get; init; }

    /// <summary>What <see cref="GateShown.Refused"/> says.</summary>
    public string? Sentence { get; init; }

    /// <summary>With <see cref="GateShown.Confirm"/>: the address that is not confirmed yet.</summary>
    public string? Unconfirmed { get; init; }

    /// <summary>May review requests here.</summary>
    public bool Reviews { get; init; }

    /// <summary>How many requests wait for a review, to those who may give it.</summary>
    public int Waiting { get; init; }

    /// <summary>Somebody who may ask again finds what they wrote the first time. Boxes stay empty: to agree is to tick them.</summary>
    public IReadOnlyList<GateFormField> Fields
    {
        get
        {
            var fields = GateFormFields.Of(Form);
            if (Shown != GateShown.FormAgain || Request is null)
                return fields;
            var given = StoredAnswers.Read(Request.Fields);
            return [.. fields.Select(asked => asked.Field.Type == GateFieldType.Checkbox
                ? asked
                : asked with { Given = given.FirstOrDefault(answer => answer.Key == asked.Field.Label).Value })];
        }
    }

    public IReadOnlyList<ShownAnswer> Answers => Request is null ? [] : ShownAnswer.Of(Request, Form);

    /// <summary>The authors have other terms by now than those that the person agreed to.</summary>
    public bool TermsChanged => Request?.TermsHash is { } agreed && agreed != Form.TermsHash;
}
