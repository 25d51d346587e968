namespace RepoHost.Accounts;

internal static class AccountsServices
{
    public static IServiceCollection AddAccounts(this IServiceCollection services) => throw new NotImplementedException();
}
