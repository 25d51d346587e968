using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Access;

/// <summary>The caller's own requests at all repositories, and taking back one that waits.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class MineModel(MyAccessRequests mine, AccessRequests requests, RepositoryCatalog catalog, RepositoryRoles roles) : SitePage
{
    private const int PageSize = 25;

    public IReadOnlyList<MyAccessRequest> Rows { get; private set; } = [];

    public bool IsFirst { get; private set; }

    /// <summary>The cursor of the next page.</summary>
    public string? Next { get; private set; }

    public async Task<IActionResult> OnGetAsync()
    {
        if (NotInBrowser() is { } refused)
            return refused;
        await LoadAsync();
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? repository)
    {
        if (NotInBrowser() is { } refused)
            return refused;

        // What they may not see is not there: the same as on the route of the API.
        if (repository is not { Length: > 0 and <= 64 } || await catalog.FindByIdAsync(repository, HttpContext.RequestAborted) is not { } record
            || !(await roles.FindAsync(record, Caller.UserId, HttpContext.RequestAborted)).MaySee)
            return Refuse(HubErrors.RepositoryNotFound);

        if (await requests.WithdrawAsync(record, Caller.UserId!, HttpContext.RequestAborted))
        {
            Notify($"Your request for {record.FullName} is withdrawn.");
            return SeeOther("/settings/gated-repos");
        }

        ModelState.AddModelError("", $"Your request for {record.FullName} does not wait for a review any more, so it can't be withdrawn.");
        await LoadAsync();
        return Page();
    }

    /// <summary>The list says what a person asked for anywhere, whatever rights a token of theirs has.</summary>
    private IActionResult? NotInBrowser() =>
        Caller.CredentialKind == CredentialKind.Cookie ? null : Refuse(new(StatusCodes.Status403Forbidden, null, "Your access requests are listed in the browser. Log in there.", null));

    private async Task LoadAsync()
    {
        var cursor = Cursor(Request.Query["cursor"]);
        IsFirst = cursor is null;
        (Rows, var next) = await mine.PageAsync(Caller.UserId!, PageSize, cursor, HttpContext.RequestAborted);
        Next = next is null ? null : PageLink.Pack(RequestTime.Write(next.RequestedAt), next.RepositoryId);
    }

    private static MyRequestsCursor? Cursor(string? cursor) =>
        PageLink.Unpack(cursor, 2) is [var time, var repository] && RequestTime.Parse(time) is { } at ? new(at, repository) : null;
}
