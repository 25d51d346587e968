namespace RepoHost.Data;

internal sealed class ChangeStamps
{
    public long OfUser(string userId) => throw new NotImplementedException();
    public long OfRepository(string repositoryId) => throw new NotImplementedException();
    public void BumpUser(string userId) => throw new NotImplementedException();
    public void BumpRepository(string repositoryId) => throw new NotImplementedException();
}
