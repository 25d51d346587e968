namespace RepoHost.Git;

internal static class GitServices
{
    /// <summary>The caller configures <see cref="GitOptions"/>; its folders have no defaults.</summary>
    public static IServiceCollection AddGit(this IServiceCollection services)
    {
        services.AddOptions<GitOptions>()
            .Validate(o => Path.IsPathFullyQualified(o.RootFolder) && Path.IsPathFullyQualified(o.SpillFolder),
                "Git: RootFolder and SpillFolder must be full paths.")
            .Validate(o => o.HandlePoolSize > 0 && o.CacheBytes >= 0 && o.SpillBytes >= 0, "Git: sizes must not be negative, and at least one handle is kept.")
            .ValidateOnStart();
        services.AddSingleton<GitRepositories>();
        services.AddSingleton<RepositoryUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<RepositoryUpkeep>());
        return services;
    }
}
