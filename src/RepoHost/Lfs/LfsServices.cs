namespace RepoHost.Lfs;

internal static class LfsServices
{
    public static IServiceCollection AddLfs(this IServiceCollection services)
    {
        services.AddOptions<LfsOptions>()
            .BindConfiguration(LfsOptions.Section)
            .Validate(o => o.MultipartBytes >= 0, "Lfs:MultipartBytes must not be negative.")
            .Validate(o => o.PartBytes is >= 1 and <= 5_000_000_000, "Lfs:PartBytes must be 1 to 5000000000.")
            .Validate(o => o.LargestObjectBytes is >= 1 and <= 1_000_000_000_000_000, "Lfs:LargestObjectBytes must be 1 to 1000000000000000.")
            .Validate(o => o.AddressMinutes is >= 1 and <= 720, "Lfs:AddressMinutes must be 1 to 720.")
            .ValidateOnStart();
        services.AddSingleton<RepositoryFiles>();
        services.AddSingleton<FileTotals>();
        services.AddSingleton<RepositoryImport>();
        services.AddSingleton<LfsBindings>();
        services.AddSingleton<LfsUploads>();
        services.AddSingleton<ContentBlobIds>();
        services.AddSingleton<LfsCollector>();
        return services;
    }
}
