using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Access;

/// <summary>The gate of a repository by itself. The form on the repository's page is sent here, and shown here again if something is wrong with it.</summary>
[PageAccess(RouteAccess.SeeRepository, Post = RouteAccess.OwnRequest, ShowsKeptForm = true)]
internal sealed class AskModel(AskingForAccess asking) : RepositorySitePage
{
    public bool IsOpen => Policy.Mode == GateMode.Open;

    public void OnGet()
    {
    }

    public async Task<IActionResult> OnPostAsync()
    {
        if (asking.FindObstacle(HttpContext) is { } obstacle)
            return Refuse(obstacle);

        var form = Policy.Form;
        var sent = Request.HasFormContentType ? await Request.ReadFormAsync(HttpContext.RequestAborted) : FormCollection.Empty;
        var answers = GateFormFields.Read(form, sent, fromPage: true);
        if (HttpContext.Features.Get<KeptForm>() is not null)
        {
            ModelState.AddModelError("", $"You have logged in again, as {Caller.UserName}. Your answers are still here: look through them, and send them if all is right.");
            return Again(answers);
        }

        // What somebody agrees to is what they saw.
        if (!IsOpen && sent.TryGetValue(GateFormFields.Terms, out var terms) && terms != form.TermsHash)
        {
            ModelState.AddModelError("", "The authors have changed the conditions while this page was open. Please read them again, and agree if you still want to.");
            return Again(answers);
        }

        var attempt = await asking.AskAsync(HttpContext, answers);
        if (attempt.Problems.Count > 0)
        {
            ModelState.MaxAllowedErrors = attempt.Problems.Count + 1;
            foreach (var problem in attempt.Problems)
                ModelState.AddModelError(GateFormFields.Of(form).First(f => f.Field.Label == problem.Label).Key, $"{GateFormField.Shortened(problem.Label)}: {problem.Message}");
            return Again(answers);
        }

        // The page says what to do in place of the form.
        if (attempt.Outcome is { NotConfirmed: true })
            return new PageResult { StatusCode = StatusCodes.Status403Forbidden };

        if (attempt.Outcome is { TooOften: true })
        {
            ModelState.AddModelError("", HubErrors.AskedTooOften.Message);
            return Again(answers);
        }

        Notify(attempt.Outcome switch
        {
            { Changed: true, State: AccessState.Accepted } => "You have access now.",
            { Changed: true } => "Your request was sent to the authors.",
            { Changed: false } => "You had asked before; nothing was changed.",
            null => "This repository has no gate any more: you can download its files.",
        });
        return new SeeOtherResult(Links.Repository(Record));
    }

    private PageResult Again(Dictionary<string, string> answers)
    {
        foreach (var (field, _, key) in GateFormFields.Of(Policy.Form))
        {
            if (answers.TryGetValue(field.Label, out var answer))
                ModelState.SetModelValue(key, answer, answer);
        }

        return Page();
    }
}
