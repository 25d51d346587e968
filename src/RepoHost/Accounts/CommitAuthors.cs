using Microsoft.Extensions.Options;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Accounts;

/// <summary>
/// Who stands in the commits that this server makes. Commits are public where the repository is, so a person's mail address never gets into one.
/// </summary>
internal sealed class CommitAuthors(UserAccounts users, IOptions<RepoHostOptions> options)
{
    /// <summary>The author of a repository's first commit, as on the Hub (contract 4.5).</summary>
    public ImportAuthor System { get; } = new("system", "system@localhost");

    private string Host { get; } = Uri.TryCreate(options.Value.PublicUrl, UriKind.Absolute, out var address) ? address.Host : "localhost";

    public async Task<ImportAuthor> OfAsync(string userId, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(userId, cancellationToken) is not { UserName: { Length: > 0 } name } user)
            return System;
        return new(user.FullName is { Length: > 0 } full ? full : name, $"{name}@users.noreply.{Host}");
    }
}
