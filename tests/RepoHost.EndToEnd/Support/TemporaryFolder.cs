namespace RepoHost.EndToEnd.Support;

/// <summary>A fresh folder that goes with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string Location { get; } = Directory.CreateTempSubdirectory("repohost-e2e-").FullName;

    public string File(string name) => Path.Combine(Location, name);

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
