using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Pages;

/// <summary>The home page: what this server is, and what is new; to whoever is logged in also what is theirs and what waits for them.</summary>
[PageAccess(RouteAccess.Anyone)]
internal sealed class IndexModel(RepositoryLists lists, WaitingReviews reviews, MyAccessRequests requests, PublicUrl publicUrl) : SitePage
{
    private const int MostNew = 6;
    private const int MostOwn = 8;
    private const int MostRequests = 5;

    public string Server => publicUrl.Base;

    /// <summary>A browser's session: a token may not be good for all that is shown to its person.</summary>
    public bool IsPersonal => Caller is { Kind: CallerKind.Person, TokenRole: null };

    /// <summary>The newest of each type that there is something of.</summary>
    public IReadOnlyList<(RepositoryType Type, ListedPage Page)> Newest { get; private set; } = [];

    /// <summary>The caller's and their organizations', last changed first.</summary>
    public IReadOnlyList<ListedRepository> Own { get; private set; } = [];

    public IReadOnlyList<WaitingReview> Reviews { get; private set; } = [];

    public IReadOnlyList<MyAccessRequest> Requests { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var cancellation = HttpContext.RequestAborted;
        var (newest, own) = (new List<(RepositoryType, ListedPage)>(), new List<ListedRepository>());
        foreach (var type in Enum.GetValues<RepositoryType>())
        {
            var ask = RepositoryQuery.By(type, Caller);
            var page = await lists.FindAsync(ask with { Sort = RepositorySort.CreatedAt, Limit = MostNew }, cancellation);
            if (page.Items.Count > 0)
                newest.Add((type, page));
            if (IsPersonal)
                own.AddRange((await lists.FindAsync(ask with { OwnedBy = Caller.UserId, Limit = MostOwn }, cancellation)).Items);
        }

        Newest = newest;
        Own = [.. own.OrderByDescending(r => r.Record.LastModified).Take(MostOwn)];
        if (!IsPersonal)
            return;
        Reviews = await reviews.OfAsync(Caller.UserId!, cancellation);
        (Requests, _) = await requests.PageAsync(Caller.UserId!, MostRequests, null, cancellation);
    }
}
