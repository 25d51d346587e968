namespace RepoHost.Hosting;

/// <summary>Addresses that authorise themselves: the route value <c>link</c> is the credential, and a log must not keep it (threat row 29).</summary>
internal static class SecretInAddress
{
    public const string RouteValue = "link";

    /// <summary>The path for a log line.</summary>
    public static string PathForLog(HttpContext context)
    {
        var path = context.Request.Path.Value ?? "";
        return context.GetRouteValue(RouteValue) is string { Length: > 0 } link ? path.Replace(link, "…", StringComparison.Ordinal) : path;
    }
}
