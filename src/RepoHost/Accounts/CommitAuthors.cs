using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using RepoHost.Data;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Accounts;

/// <summary>
/// Who stands in the commits that this server makes. Commits are public where the repository is, so a person's mail address never gets into one.
/// </summary>
internal sealed class CommitAuthors(UserAccounts users, IDbContextFactory<RepoHostDb> databases, IOptions<RepoHostOptions> options)
{
    /// <summary>The author of what was made for nobody who is still here.</summary>
    public ImportAuthor System { get; } = new("system", "system@localhost");

    private string Suffix { get; } = $"@users.noreply.{(Uri.TryCreate(options.Value.PublicUrl, UriKind.Absolute, out var address) ? address.Host : "localhost")}";

    public async Task<ImportAuthor> OfAsync(string userId, CancellationToken cancellationToken)
    {
        if (await users.FindByIdAsync(userId, cancellationToken) is not { UserName: { Length: > 0 } name } user)
            return System;
        return new(user.FullName is { Length: > 0 } full ? full : name, name + Suffix);
    }

    /// <summary>
    /// Names of the accounts to which the addresses of authors belong, by address; only those that this server gives out say whose they are. Whoever pushes can
    /// write any author into a commit, so this leads to a person's page and proves nothing.
    /// </summary>
    public async Task<IReadOnlyDictionary<string, string>> AccountsAsync(IEnumerable<string> emails, CancellationToken cancellationToken)
    {
        var keys = emails.Where(email => email.EndsWith(Suffix, StringComparison.OrdinalIgnoreCase) && email.Length > Suffix.Length)
            .Select(email => AccountNames.Key(email[..^Suffix.Length])).Distinct().ToArray();
        if (keys.Length == 0)
            return new Dictionary<string, string>();
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var names = await db.Namespaces.Where(n => keys.Contains(n.Key) && n.UserId != null).Select(n => n.Name).ToListAsync(cancellationToken);
        return names.ToDictionary(name => name + Suffix, StringComparer.OrdinalIgnoreCase);
    }
}
