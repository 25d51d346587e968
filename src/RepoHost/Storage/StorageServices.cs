using Microsoft.Extensions.Options;

namespace RepoHost.Storage;

internal static class StorageServices
{
    /// <summary>The caller configures <see cref="StorageOptions"/>; its folder has no default.</summary>
    public static IServiceCollection AddStorage(this IServiceCollection services)
    {
        services.AddOptions<StorageOptions>()
            .Validate(o => Path.IsPathFullyQualified(o.RootFolder), "Storage: RootFolder must be a full path.")
            .Validate(o => o.OpenFiles > 0, "Storage: OpenFiles must be at least 1.")
            .ValidateOnStart();
        services.AddSingleton(p => new FileHandleCache(p.GetRequiredService<IOptions<StorageOptions>>().Value.OpenFiles));
        services.AddSingleton<IBlobStore, DiskBlobStore>();
        services.AddSingleton<PartialBlobs>();
        services.AddHostedService<PartialBlobsSweep>();
        return services;
    }
}
