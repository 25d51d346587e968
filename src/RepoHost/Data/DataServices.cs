using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using RepoHost.Hosting;

namespace RepoHost.Data;

internal static class DataServices
{
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<RepoHostOptions>();
        services.AddPooledDbContextFactory<RepoHostDb>((provider, options) =>
            DatabaseFile.Use(options, DatabaseFile.In(DataDirectory(provider))));
        services.TryAddScoped(provider => provider.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContext());
        services.AddSingleton(provider => new DatabaseStartup(
            DataDirectory(provider), Path.Combine(DataDirectory(provider), "repositories"), provider.GetRequiredService<IDbContextFactory<RepoHostDb>>()));
        services.AddSingleton(provider => ChangeStamps.Open(DataDirectory(provider)));
        services.AddSingleton<OutboxBell>();
        return services;
    }

    private static string DataDirectory(IServiceProvider provider)
        => Path.GetFullPath(provider.GetRequiredService<IOptions<RepoHostOptions>>().Value.DataDirectory);
}
