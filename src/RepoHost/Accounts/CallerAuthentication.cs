namespace RepoHost.Accounts;

internal sealed class CallerAuthentication
{
    public ValueTask<Caller> AuthenticateAsync(HttpContext context) => throw new NotImplementedException();
}
