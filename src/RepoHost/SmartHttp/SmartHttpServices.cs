namespace RepoHost.SmartHttp;

internal static class SmartHttpServices
{
    public static IServiceCollection AddSmartHttp(this IServiceCollection services)
    {
        services.AddOptions<GitHttpOptions>()
            .BindConfiguration(GitHttpOptions.Section)
            .Validate(o => o.Sessions is >= 0 and <= 10_000, "GitHttp:Sessions must be 0 to 10000.")
            .Validate(o => o.SessionMinutes is >= 1 and <= 1440, "GitHttp:SessionMinutes must be 1 to 1440.")
            .Validate(o => o.QueueSeconds is >= 0 and <= 600, "GitHttp:QueueSeconds must be 0 to 600.")
            .ValidateOnStart();
        services.AddSingleton<GitSessions>();
        services.AddSingleton<GitFetch>();
        services.AddSingleton<GitPush>();
        return services;
    }
}
