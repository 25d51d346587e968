using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>Names that nobody can take: those in use, and those of deleted accounts (docs/decisions/0005-deleted-people.md).</summary>
internal static class RetiredNames
{
    public static async Task<bool> IsTakenAsync(RepoHostDb db, string name, CancellationToken cancellationToken)
    {
        var key = AccountNames.Key(name);
        if (await db.Namespaces.AnyAsync(n => n.Key == key, cancellationToken))
            return true;
        var hash = HashOf(key);
        return await db.RetiredNames.AnyAsync(n => n.KeyHash == hash, cancellationToken);
    }

    public static void Retire(RepoHostDb db, string name, DateTimeOffset now) => db.RetiredNames.Add(new RetiredName { KeyHash = HashOf(AccountNames.Key(name)), RetiredAt = now });

    /// <summary>Lets anybody take the name of somebody who was deleted.</summary>
    /// <returns>False when it was not kept.</returns>
    public static async Task<bool> FreeAsync(RepoHostDb db, string name, CancellationToken cancellationToken)
    {
        var hash = HashOf(AccountNames.Key(name));
        return await db.RetiredNames.Where(n => n.KeyHash == hash).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    private static string HashOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
