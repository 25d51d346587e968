using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Tests.Pages;

internal static class AccountLookups
{
    public static Task<User?> UsersAsync(this IServiceProvider services, string name) => services.GetRequiredService<UserAccounts>().FindAsync(name, CancellationToken.None);

    public static async Task<string> IssueTokenAsync(this IServiceProvider services, string name) =>
        (await services.GetRequiredService<TokenIssuer>().IssueAsync((await services.UsersAsync(name))!, "test", TokenRole.Read, null, CancellationToken.None)).Text;
}
