namespace RepoHost.Git;

/// <summary>The files in which a repository keeps its objects.</summary>
internal static class ObjectFiles
{
    /// <summary>
    /// The bytes of all of them: packs with what belongs to them, and loose objects. What others remove meanwhile is passed over. 0 when there is no such
    /// repository.
    /// </summary>
    /// <param name="folder">The bare repository's.</param>
    public static long SizeOf(string folder)
    {
        var objects = new DirectoryInfo(Path.Combine(folder, "objects"));
        var everywhere = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 };
        return objects.Exists ? objects.EnumerateFiles("*", everywhere).Sum(LengthOf) : 0;
    }

    private static long LengthOf(FileInfo file)
    {
        try
        {
            return file.Length;
        }
        catch (FileNotFoundException)
        {
            return 0;
        }
    }
}
