using GateMiddleware.Rejection;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>Routes of the Hub that clients ask for and that this server does not have: 404 with a sentence that says so, and what to do instead.</summary>
internal static class NotHereEndpoints
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head, HttpMethods.Post, HttpMethods.Put, HttpMethods.Patch, HttpMethods.Delete];

    /// <summary>Below a repository's address.</summary>
    private static readonly (string Pattern, string Sentence)[] OfRepositories =
    [
        ("lfs-files/duplicate", "This server does not copy files between repositories. Download them and upload them, or duplicate the whole repository."),
        ("resource-group", "This server has no resource groups. Use an organization of its own, or a private repository."),
        ("{verb:regex(^(runtime|secrets|variables|hardware|storage|volumes|sleeptime|pause|restart|dev-mode|logs|events|metrics)$)}/{**rest}",
            "This server keeps the files of Spaces and does not run them."),
    ];

    private static readonly (string Pattern, string Sentence)[] Others =
    [
        ("/api/collections/{**rest}", "This server has no collections."),
        ("/api/papers/{**rest}", "This server has no papers."),
        ("/api/daily_papers/{**rest}", "This server has no papers."),
        ("/api/jobs/{**rest}", "This server runs no jobs."),
        ("/api/scheduled-jobs/{**rest}", "This server runs no jobs."),
        ("/api/buckets/{**rest}", "This server has no buckets. Keep the files in a dataset repository."),
        ("/api/kernels/{**rest}", "This server has no kernel repositories. Keep the files in a model repository."),
        ("/api/settings/webhooks/{**rest}", "This server has no webhooks."),
    ];

    public static void MapNotHere(this IEndpointRouteBuilder routes)
    {
        foreach (var (pattern, sentence) in Others)
            Map(routes, pattern, sentence);
        foreach (var type in Enum.GetValues<RepositoryType>())
        {
            foreach (var (pattern, sentence) in OfRepositories)
                Map(routes, $"{HubRoutes.ApiId(type)}/{pattern}", sentence);
        }
    }

    /// <summary>The answer is the same for every name: nobody learns from it what there is.</summary>
    private static void Map(IEndpointRouteBuilder routes, string pattern, string sentence)
    {
        var refusal = new Refusal(404, null, sentence, null);
        routes.MapMethods(pattern, Methods, () => new Refused(refusal)).WithAccess(RouteAccess.Anyone);
    }
}
