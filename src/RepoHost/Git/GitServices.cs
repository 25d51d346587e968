namespace RepoHost.Git;

internal static class GitServices
{
    /// <summary>The caller configures <see cref="GitOptions"/>; its folders have no defaults.</summary>
    public static IServiceCollection AddGit(this IServiceCollection services)
    {
        services.AddOptions<GitOptions>()
            .Validate(o => Path.IsPathFullyQualified(o.RootFolder) && Path.IsPathFullyQualified(o.SpillFolder) && Path.IsPathFullyQualified(o.SpoolFolder),
                "Git: RootFolder, SpillFolder and SpoolFolder must be full paths.")
            .Validate(o => o.HandlePoolSize > 0 && o.CacheBytes >= 0 && o.SpillBytes >= 0, "Git: sizes must not be negative, and at least one handle is kept.")
            .ValidateOnStart();
        services.AddOptions<GitHttpOptions>()
            .BindConfiguration(GitHttpOptions.Section)
            .Validate(o => o.Sessions is >= 0 and <= 10_000, "GitHttp:Sessions must be 0 to 10000.")
            .Validate(o => o.SessionMinutes is >= 1 and <= 1440, "GitHttp:SessionMinutes must be 1 to 1440.")
            .Validate(o => o.QueueSeconds is >= 0 and <= 600, "GitHttp:QueueSeconds must be 0 to 600.")
            .Validate(o => o.SpoolBytes >= 100_000_000, "GitHttp:SpoolBytes must be 100000000 at least.")
            .ValidateOnStart();
        services.AddSingleton<GitSessions>();
        services.AddSingleton<TransferSpool>();
        services.AddHostedService(provider => provider.GetRequiredService<TransferSpool>());
        services.AddSingleton<GitQuestions>();
        services.AddSingleton<GitRepositories>();
        services.AddSingleton<RepositoryUpkeep>();
        services.AddHostedService(provider => provider.GetRequiredService<RepositoryUpkeep>());
        return services;
    }
}
