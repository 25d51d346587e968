namespace RepoHost.Accounts;

/// <summary>The caller of this request, once <see cref="CallerAuthentication"/> has found out.</summary>
internal interface ICallerFeature
{
    Caller Caller { get; }
}
