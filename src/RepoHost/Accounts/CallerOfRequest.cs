namespace RepoHost.Accounts;

internal static class CallerOfRequest
{
    /// <summary>Who is asking, on every route once its access was decided.</summary>
    public static Caller Caller(this HttpContext context) =>
        context.Features.Get<ICallerFeature>()?.Caller ?? throw new InvalidOperationException("Nobody has asked yet who is calling.");
}
