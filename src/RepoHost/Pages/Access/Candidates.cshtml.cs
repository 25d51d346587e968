using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;

namespace RepoHost.Pages.Access;

/// <summary>People for the field of "Add access", as JSON for its script: whose user name begins with <c>q</c>. No mail addresses.</summary>
[PageAccess(RouteAccess.Review)]
internal sealed class CandidatesModel(AccessCandidates candidates) : RepositorySitePage
{
    public async Task<IActionResult> OnGetAsync(string? q)
    {
        if (!candidates.TryTake(Caller.UserId!))
            return Refuse(new(StatusCodes.Status429TooManyRequests, null, "You are searching faster than this server answers. Wait a minute.", null));
        var found = await candidates.FindAsync(Record.Id, q?.Trim() ?? "", HttpContext.RequestAborted);
        return new JsonResult(found.Select(c => new { user = c.User, fullname = c.FullName, state = StateBadge.Of(c.State).Word }));
    }
}
