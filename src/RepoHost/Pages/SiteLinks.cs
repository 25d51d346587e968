using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Pages;

/// <summary>The addresses of the site's pages, escaped, as links of pages carry them: with the path that a proxy puts before ours, without host.</summary>
internal sealed class SiteLinks(PublicUrl publicUrl)
{
    /// <param name="path">Escaped path with a leading slash, as our routes know it.</param>
    public string Path(string path) => publicUrl.PathBase.ToUriComponent() + path;

    public string Home => Path("/");

    public string Login(string? next = null) => Path(next is null ? "/login" : $"/login?next={Uri.EscapeDataString(next)}");

    /// <summary>The page of a person or an organization.</summary>
    public string Account(string name) => Path($"/{Uri.EscapeDataString(name)}");

    /// <summary>All repositories of a type.</summary>
    public string Listing(RepositoryType type) => Path($"/{type.Plural()}");

    public string Repository(RepositoryRecord record) => Path($"/{record.Type.Prefix()}{record.FullName}");

    public string Repository(RepositoryType type, string fullName) => Path($"/{type.Prefix()}{fullName}");

    /// <summary>The folder <paramref name="path"/> at a revision; the root without a path.</summary>
    public string Tree(RepositoryRecord record, string revision, string path = "") => File(record, "tree", revision, path);

    public string Blob(RepositoryRecord record, string revision, string path) => File(record, "blob", revision, path);

    /// <summary>The file itself, to be saved.</summary>
    public string Download(RepositoryRecord record, string revision, string path) => File(record, "resolve", revision, path) + "?download=true";

    /// <summary>The file itself, for an image of a page.</summary>
    public string Resolve(RepositoryRecord record, string revision, string path) => File(record, "resolve", revision, path);

    public string Raw(RepositoryRecord record, string revision, string path) => File(record, "raw", revision, path);

    public string Commits(RepositoryRecord record, string revision, string path = "") => File(record, "commits", revision, path);

    public string Commit(RepositoryRecord record, string commit) => $"{Repository(record)}/commit/{commit}";

    /// <summary>All branches and tags.</summary>
    public string Refs(RepositoryRecord record) => $"{Repository(record)}/refs";

    /// <summary>Where files are put into a folder of a branch.</summary>
    public string Upload(RepositoryRecord record, string branch, string folder = "") => File(record, "upload", branch, folder);

    /// <summary>Where a file of a branch is changed; without a path, where a new one is written.</summary>
    public string Edit(RepositoryRecord record, string branch, string path = "") => File(record, "edit", branch, path);

    public string Delete(RepositoryRecord record, string branch, string path) => File(record, "delete", branch, path);

    public string Settings(RepositoryRecord record) => $"{Repository(record)}/settings";

    public string AccessRequests(RepositoryRecord record) => $"{Repository(record)}/settings/access-requests";

    /// <summary>The gate of a repository by itself; its form is sent there.</summary>
    public string Gate(RepositoryRecord record) => $"{Repository(record)}/access";

    public string AccessReport(RepositoryRecord record) => $"{Repository(record)}/user-access-report";

    public string MyRequests => Path("/settings/gated-repos");

    /// <summary>Everybody with an account, for administrators.</summary>
    public string People(string? search = null, string? after = null)
    {
        string[] query = [.. search is { Length: > 0 } ? (string[])[$"search={Uri.EscapeDataString(search)}"] : [], .. after is null ? [] : (string[])[$"after={Uri.EscapeDataString(after)}"]];
        return Path(query.Length == 0 ? "/admin" : $"/admin?{string.Join('&', query)}");
    }

    /// <summary>One person, for administrators.</summary>
    public string Person(string name) => Path($"/admin/people/{Uri.EscapeDataString(name)}");

    public string Join(string next) => Path($"/join?next={Uri.EscapeDataString(next)}");

    /// <summary>A path on this site that <c>next=</c> may lead to; anything else is the home page (threat row 47: open redirects).</summary>
    public string Next(string? next) => IsOwnPath(next) ? next! : Home;

    private static bool IsOwnPath(string? next) =>
        next is { Length: > 0 and <= 2000 } && next[0] == '/' && (next.Length == 1 || next[1] is not ('/' or '\\')) && !next.Any(c => char.IsControl(c) || c == '\\');

    /// <summary>A revision is one piece of an address, slashes and all (contract 1.3); of a path each piece is escaped by itself.</summary>
    private string File(RepositoryRecord record, string word, string revision, string path)
    {
        var tail = path.Length == 0 ? "" : "/" + string.Join('/', path.Split('/').Select(Uri.EscapeDataString));
        return $"{Repository(record)}/{word}/{Uri.EscapeDataString(revision)}{tail}";
    }
}
