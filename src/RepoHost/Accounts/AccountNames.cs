using System.Buffers;
using System.Collections.Frozen;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Accounts;

/// <summary>
/// Which names people and organizations may have: what every client accepts (contract 1.2), less the words that begin our own routes.
/// </summary>
internal static class AccountNames
{
    public const string NamespaceRule =
        "A name has 2 to 42 letters, digits, '-', '_' or '.', begins and ends with a letter or digit, has no '--' or '..', does not end in '.git',"
        + " and is not a reserved word.";

    public static readonly string FullNameRule = $"A full name has at most {Lengths.FullName} characters and no line breaks.";

    private static readonly SearchValues<char> Allowed = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly FrozenSet<string> Reserved = FrozenSet.ToFrozenSet(
    [
        "admin", "api", "ask-access", "assets", "auth", "blog", "buckets", "chat", "collections", "css", "datasets", "docs", "download", "downloads",
        "enterprise", "error", "favicon.ico", "health", "healthz", "hub", "images", "index.html", "inference", "info", "join", "js", "kernels",
        "lfs", "lib", "live", "login", "logout", "metrics", "models", "new", "notifications", "null", "oauth", "organizations", "papers", "password-reset", "posts",
        "pricing", "privacy", "ready", "register", "repos", "resolve-cache", "robots.txt", "search", "settings", "setup", "signup", "sitemap.xml", "spaces",
        "static", "status", "storage", "tasks", "teams", "terms", "undefined", "users", "v2", "welcome", "www",
    ], StringComparer.OrdinalIgnoreCase);

    /// <summary>Behind a one-part id these words begin a route of that repository.</summary>
    private static readonly FrozenSet<string> ReservedRepositories = FrozenSet.ToFrozenSet(
        ["blob", "commit", "commits", "info", "raw", "refs", "resolve", "revision", "settings", "tree"], StringComparer.OrdinalIgnoreCase);

    public static bool IsNamespace(string? name)
        => name is { Length: >= 2 and <= 42 } && IsPart(name) && char.IsAsciiLetterOrDigit(name[0]) && char.IsAsciiLetterOrDigit(name[^1])
            && !IsReserved(name);

    /// <summary>A word that begins our own routes, so that nobody has it as a name.</summary>
    public static bool IsReserved(string name) => Reserved.Contains(name) || ReservedNames.Namespaces.Contains(name);

    /// <summary>Null is none, which is allowed.</summary>
    public static bool IsFullName(string? name) => name is null || (name.Length <= Lengths.FullName && !name.Any(char.IsControl));

    /// <summary>How names are compared: the column of unique indexes.</summary>
    public static string Key(string name) => name.ToLowerInvariant();

    public static string Key(string @namespace, string name) => $"{Key(@namespace)}/{Key(name)}";

    private static bool IsPart(string name)
        => !name.AsSpan().ContainsAnyExcept(Allowed)
            && !name.Contains("--", StringComparison.Ordinal)
            && !name.Contains("..", StringComparison.Ordinal)
            && !name.EndsWith(".git", StringComparison.OrdinalIgnoreCase);

    private static bool IsEdge(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
}
