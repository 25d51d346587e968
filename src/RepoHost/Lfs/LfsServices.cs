namespace RepoHost.Lfs;

internal static class LfsServices
{
    public static IServiceCollection AddLfs(this IServiceCollection services) =>
        services.AddSingleton<RepositoryFiles>().AddSingleton<RepositoryImport>().AddSingleton<LfsBindings>();
}
