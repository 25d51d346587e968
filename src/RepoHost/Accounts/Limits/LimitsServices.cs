namespace RepoHost.Accounts.Limits;

internal static class LimitsServices
{
    public static IServiceCollection AddStorageLimits(this IServiceCollection services)
    {
        services.AddOptions<LimitsOptions>()
            .BindConfiguration(LimitsOptions.Section)
            .Validate(o => o.UserBytes >= 0, "Limits:UserBytes must not be negative; 0 is no limit.")
            .Validate(o => o.UserRepositories >= 0, "Limits:UserRepositories must not be negative; 0 is no limit.")
            .Validate(o => o.OrganizationBytes >= 0, "Limits:OrganizationBytes must not be negative; 0 is no limit.")
            .Validate(o => o.OrganizationRepositories >= 0, "Limits:OrganizationRepositories must not be negative; 0 is no limit.")
            .Validate(o => o.RepositoryBytes >= 0, "Limits:RepositoryBytes must not be negative; 0 is no limit.")
            .Validate(o => o.ProposalBytes >= 0, "Limits:ProposalBytes must not be negative; 0 is no limit.")
            .Validate(o => o.RepositoryProposalBytes >= 0, "Limits:RepositoryProposalBytes must not be negative; 0 is no limit.")
            .Validate(o => o.Proposals >= 0, "Limits:Proposals must not be negative; 0 is no limit.")
            .ValidateOnStart();
        services.AddSingleton<StorageReservations>();
        services.AddSingleton<StorageLimits>();
        services.AddSingleton<LimitOverrides>();
        services.AddSingleton<StorageRecount>();
        services.AddHostedService<StorageUpkeep>();
        return services;
    }
}
