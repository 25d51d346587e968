namespace RepoHost.Data;

internal static class DataServices
{
    public static IServiceCollection AddData(this IServiceCollection services) => throw new NotImplementedException();
}
