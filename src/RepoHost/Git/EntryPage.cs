namespace RepoHost.Git;

/// <summary>One page of a walk: bounded by the number of entries and by the length of their paths, which a list names several times each.</summary>
internal static class EntryPage
{
    /// <summary>An ordinary page of a thousand entries has a tenth of it.</summary>
    public const int MostCharacters = 400_000;

    /// <param name="most">Entries. The page has at least one if there is any.</param>
    /// <returns>The entries, and whether more follow the last of them.</returns>
    public static (List<GitEntry> Entries, bool More) Take(IEnumerable<GitEntry> walk, int most)
    {
        var (entries, characters) = (new List<GitEntry>(), 0);
        foreach (var entry in walk)
        {
            if (entries.Count == most || (characters > 0 && characters + entry.Path.Value.Length > MostCharacters))
                return (entries, true);
            entries.Add(entry);
            characters += entry.Path.Value.Length;
        }

        return (entries, false);
    }
}
