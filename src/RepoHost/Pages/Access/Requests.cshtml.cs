using System.Globalization;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages.Access;

/// <summary>
/// The review of a repository's access requests: lists by state, decisions about one or several, and adding access. Every decision says which version of the
/// request it is about, so that of two reviewers the slower one sees what the other did and overrules nothing by accident.
/// </summary>
[PageAccess(RouteAccess.Review)]
internal sealed class RequestsModel(AccessRequestList list, AccessHistory history, AccessRequests requests, Organizations organizations) : RepositorySitePage
{
    public static readonly IReadOnlyList<AccessState> States = [AccessState.Pending, AccessState.Accepted, AccessState.Rejected, AccessState.Reset];

    private const int PageSize = 25;
    private const int MostPeople = 100;

    public bool IsGated => Policy.Mode != GateMode.Open;

    public AccessState State { get; private set; }

    public string? Search { get; private set; }

    public IReadOnlyDictionary<AccessState, int> Counts { get; private set; } = new Dictionary<AccessState, int>();

    public IReadOnlyList<ReviewRow> Rows { get; private set; } = [];

    /// <summary>Requests that somebody else decided on while this reviewer did.</summary>
    public IReadOnlyList<ReviewRow> Changed { get; private set; } = [];

    /// <summary>What was done to the others of several.</summary>
    public string? Done { get; private set; }

    public bool GrantFailed { get; private set; }

    /// <summary>The requests that were ticked when nothing was done with them, because the reason was too long.</summary>
    private HashSet<string> Ticked { get; } = new(StringComparer.Ordinal);

    public bool IsFirst { get; private set; }

    public string? Previous { get; private set; }

    public string? Next { get; private set; }

    /// <summary>This page of this list: where its forms are sent, so that they lead back here.</summary>
    public string Address => Links.Path(HttpContext.Request.Path.ToUriComponent()) + HttpContext.Request.QueryString.ToUriComponent();

    private CancellationToken Cancelled => HttpContext.RequestAborted;

    public Task OnGetAsync() => LoadAsync();

    public Task<IActionResult> OnPostAsync() => !IsGated ? Task.FromResult(Refuse(HubErrors.NotGated(Record.Type.Singular(), Record.FullName))) : Sent("handler") switch
    {
        "decide" => DecideAsync(),
        "batch" => DecideManyAsync(),
        "grant" => GrantAsync(),
        _ => Task.FromResult(Refuse(HubErrors.BadRequest("The form does not say what to do. Load the page again and send it once more."))),
    };

    public string ListOf(AccessState state) => $"{Links.AccessRequests(Record)}?status={StateBadge.Of(state).Word}";

    private async Task<IActionResult> DecideAsync()
    {
        if (Person($"{Sent("user")}:{Sent("seen")}") is not { } person || StateBadge.Parse(Sent("to")) is not { } to)
            return Incomplete();
        if (!ReadReason(to, person.UserId!, out var reason))
            return await AgainAsync([]);

        var outcome = await requests.ReviewAsync(Record, Caller.UserId!, person, to, reason, Cancelled);
        if (outcome == ReviewOutcome.UserNotFound)
            return Refuse(HubErrors.UserNotFound);
        var name = (await list.OfPeopleAsync(Record.Id, [person.UserId!], Cancelled)).Select(r => r.User!.UserName!).FirstOrDefault();
        if (outcome != ReviewOutcome.Done)
            return await ChangedAsync([person.UserId!]);
        Notify(to switch
        {
            AccessState.Accepted => $"{name} has access now.",
            AccessState.Rejected => $"The request of {name} is rejected.",
            AccessState.Reset => $"The request of {name} is reset: they may ask again.",
            _ => $"The request of {name} is back among the pending ones.",
        });
        return new SeeOtherResult(Address);
    }

    private async Task<IActionResult> DecideManyAsync()
    {
        var sent = HttpContext.Request.Form["person"];
        if (StateBadge.Parse(Sent("to")) is not { } to || sent.Count > MostPeople || sent.Select(Person).ToList() is not { } people || people.Contains(null))
            return Incomplete();
        if (people.Count == 0)
            ModelState.AddModelError("", "Tick the requests first that you want to decide on.");
        if (!ReadReason(to, "batch", out var reason) || people.Count == 0)
        {
            Ticked.UnionWith(people.Select(p => p!.Value.UserId!));
            return await AgainAsync([]);
        }

        var references = people.Select(p => p!.Value).ToList();
        var outcomes = await requests.ReviewManyAsync(Record, Caller.UserId!, references, to, reason);
        var changed = references.Where((_, i) => outcomes[i] != ReviewOutcome.Done).Select(p => p.UserId!).ToList();
        var done = references.Count - changed.Count;
        var sentence = $"{done} {(done == 1 ? "request is" : "requests are")} {StateBadge.Of(to).Word} now.";
        if (changed.Count > 0)
            return await ChangedAsync(changed, done == 0 ? null : sentence);
        Notify(sentence);
        return new SeeOtherResult(Address);
    }

    private async Task<IActionResult> GrantAsync()
    {
        var name = Sent("grantee").Trim();
        var outcome = name.Length is 0 or > Lengths.Name
            ? ReviewOutcome.UserNotFound
            : await requests.GrantAsync(Record, Caller.UserId!, new(name, null), Cancelled);
        if (outcome == ReviewOutcome.Done)
        {
            Notify($"{name} has access now.");
            return new SeeOtherResult(ListOf(AccessState.Accepted));
        }

        GrantFailed = true;
        ModelState.SetModelValue("grantee", name, name);
        ModelState.AddModelError("grantee", outcome == ReviewOutcome.AlreadyHasAccess
            ? $"{name} has access already."
            : name.Length <= Lengths.Name && await organizations.FindAsync(name, Cancelled) is { } organization
                ? $"{organization.Name} is an organization. Access is people's: add those who need it by their own names."
                : "There is no user of this name. Write the user name, not the full name.");
        return await AgainAsync([]);
    }

    /// <summary>The loser of two reviewers sees what the winner did.</summary>
    private async Task<IActionResult> ChangedAsync(IReadOnlyCollection<string> userIds, string? done = null)
    {
        var now = await list.OfPeopleAsync(Record.Id, userIds, Cancelled);
        var told = await history.OfAsync(Record.Id, userIds, Cancelled);
        foreach (var id in userIds)
        {
            var latest = told[id].Count > 0 ? told[id][0] : null;
            var name = now.FirstOrDefault(r => r.UserId == id)?.User!.UserName;
            ModelState.AddModelError(name is null ? "" : $"request-{id}", (name, latest) switch
            {
                (not null, not null) => $"{latest.Actor ?? "Somebody"} {ReviewRow.Words(latest)} meanwhile: the request of {name} is {StateBadge.Of(latest.To).Word}. Your decision changed nothing; decide again below if you still want to.",
                (not null, null) => $"The request of {name} was changed meanwhile. Your decision changed nothing; decide again below if you still want to.",
                _ => "This request was withdrawn, or never made here. Nothing was changed.",
            });
        }

        Done = done;
        return await AgainAsync(now);
    }

    private async Task<IActionResult> AgainAsync(IReadOnlyList<AccessRequest> changed)
    {
        await LoadAsync(changed);
        return Page();
    }

    private static IActionResult Incomplete() => Refuse(HubErrors.BadRequest("The form is not complete. Load the page again and send it once more."));

    private async Task LoadAsync(IReadOnlyList<AccessRequest>? changed = null)
    {
        var query = HttpContext.Request.Query;
        State = StateBadge.Parse(query["status"]) ?? AccessState.Pending;
        Search = query["q"].ToString().Trim() is { Length: > 0 and <= Lengths.Name } search ? search : null;
        var (after, before) = (Cursor(query["after"]), Cursor(query["before"]));
        IsFirst = after is null && before is null;
        Counts = await list.CountAsync(Record.Id, Cancelled);
        var (page, more) = await list.PageAsync(
            Record.Id,
            // The queue is worked off from its front; what was decided lately is looked for at the top.
            new(State, PageSize, null, null, null, before ?? after) { Name = Search, NewestFirst = State != AccessState.Pending, Backwards = before is not null },
            Cancelled);

        Previous = (before is null ? after is not null : more is not null) && page.Count > 0 ? PageAt("before", page[0]) : null;
        Next = (before is null ? more is not null : true) && page.Count > 0 ? PageAt("after", page[^1]) : null;
        var told = await history.OfAsync(Record.Id, page.Concat(changed ?? []).Select(r => r.UserId).Distinct(), Cancelled);
        ReviewRow Row(AccessRequest request) => new(Record, request, Policy.Form, told[request.UserId], Address, IsGated, Ticked.Contains(request.UserId));
        Changed = [.. (changed ?? []).Select(Row)];
        Rows = [.. page.ExceptBy(Changed.Select(c => c.Request.UserId), r => r.UserId).Select(Row)];
    }

    private string PageAt(string parameter, AccessRequest edge) =>
        $"{ListOf(State)}{(Search is null ? "" : $"&q={Uri.EscapeDataString(Search)}")}&{parameter}={PageLink.Pack(RequestTime.Write(edge.RequestedAt), edge.UserId)}";

    private static AccessRequestCursor? Cursor(string? cursor) =>
        PageLink.Unpack(cursor, 2) is [var time, var user] && RequestTime.Parse(time) is { } at ? new(at, user) : null;

    /// <summary>A person and the version of their request, as the page's forms write them.</summary>
    private static PersonReference? Person(string? text) =>
        text?.Split(':') is [{ Length: > 0 and <= Lengths.Id } id, var seen] && long.TryParse(seen, NumberStyles.None, CultureInfo.InvariantCulture, out var version)
            ? new(null, id, version)
            : null;

    /// <summary>False for one that is too long; it is kept in the form then.</summary>
    private bool ReadReason(AccessState to, string key, out string? reason)
    {
        var (field, state) = to == AccessState.Rejected ? ("rejectionReason", $"reject-{key}") : ("resetReason", $"reset-{key}");
        // A browser counts a line break as one character and sends two.
        reason = to is AccessState.Rejected or AccessState.Reset ? Sent(field).ReplaceLineEndings("\n").Replace("\0", "", StringComparison.Ordinal).Trim() : null;
        if (reason is not { Length: > Lengths.Reason })
            return true;
        ModelState.SetModelValue(state, reason, reason);
        ModelState.AddModelError(state, $"A reason has at most {Lengths.Reason} characters; this one has {reason.Length}.");
        return false;
    }

    private string Sent(string field) => HttpContext.Request.HasFormContentType ? HttpContext.Request.Form[field].ToString() : "";
}
