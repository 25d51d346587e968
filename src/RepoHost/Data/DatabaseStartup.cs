namespace RepoHost.Data;

internal sealed class DatabaseStartup
{
    public Task MigrateAsync(CancellationToken cancellationToken) => throw new NotImplementedException();
}
