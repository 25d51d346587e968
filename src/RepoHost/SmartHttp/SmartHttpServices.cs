namespace RepoHost.SmartHttp;

internal static class SmartHttpServices
{
    public static IServiceCollection AddSmartHttp(this IServiceCollection services)
    {
        services.AddSingleton<GitFetch>();
        services.AddSingleton<GitPush>();
        services.AddSingleton<PushedRefs>();
        return services;
    }
}
