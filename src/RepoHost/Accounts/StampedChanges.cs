using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>Tells this machine's processes, which is all there is to tell where no gate keeps decisions elsewhere.</summary>
internal sealed class StampedChanges(ChangeStamps stamps) : IStandingChanges
{
    public Task PublishAsync(string? repositoryId, string? userId, long version)
    {
        if (userId is not null)
            stamps.BumpUser(userId);
        if (repositoryId is not null)
            stamps.BumpRepository(repositoryId);
        return Task.CompletedTask;
    }
}
