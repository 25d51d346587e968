using System.Collections.Frozen;

namespace RepoHost.Git;

/// <summary>Words that a new namespace or repository may not take, because a route of ours or of the Hub starts with them (contract 1.1).</summary>
internal static class ReservedNames
{
    public static readonly FrozenSet<string> Namespaces = FrozenSet.ToFrozenSet(
        ["api", "datasets", "spaces", "models", "kernels", "buckets", "oauth", "settings", "login", "logout", "join", "new", "organizations",
            "collections", "docs", "search", "v2", ".well-known", "admin", "health", "healthz", "metrics", "static",
            "password-reset", "setup", "css", "js", "favicon.ico", "robots.txt", "error"],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>After a one-part repository id these words begin a route of that repository, so <c>ns/resolve</c> would be two things at once.</summary>
    public static readonly FrozenSet<string> Repositories = FrozenSet.ToFrozenSet(
        ["resolve", "raw", "blob", "tree", "commit", "commits", "refs", "revision", "settings", "info"],
        StringComparer.OrdinalIgnoreCase);
}
