namespace RepoHost.EndToEnd.Support;

/// <summary>Where the checkout's pieces lie, found upwards from the test's own folder.</summary>
internal static class Paths
{
    public static string Root { get; } = FindRoot();

    public static string SampleRepos => Path.Combine(Root, "sample-repos");

    public static string Clients => Path.Combine(Root, "tests", "clients");

    /// <summary>The published program (test.sh names it), as operators run it; else <see cref="BuiltProgram"/>.</summary>
    public static string ServerProgram { get; } = Environment.GetEnvironmentVariable("REPOHOST_PUBLISHED") is { Length: > 0 } published ? Path.GetFullPath(published, Root) : BuiltProgram;

    /// <summary>The program as it was built, in the configuration in which the tests were built, with the sample repositories beside it.</summary>
    public static string BuiltProgram
    {
        get
        {
            var framework = new DirectoryInfo(AppContext.BaseDirectory);
            return Path.Combine(Root, "src", "RepoHost", "bin", framework.Parent!.Name, framework.Name, "RepoHost.dll");
        }
    }

    public static string Sample(string folder, string file = "") => Path.Combine(SampleRepos, folder, file);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RepoHost.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException($"No RepoHost.sln in or above {AppContext.BaseDirectory}");
    }
}
