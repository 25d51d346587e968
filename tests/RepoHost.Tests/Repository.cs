namespace RepoHost.Tests;

/// <summary>The project's own folder, found upwards from the test's build.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "RepoHost.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("RepoHost.sln was not found above the tests.");
        return folder;
    }
}
