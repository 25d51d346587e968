namespace RepoHost.Accounts;

/// <summary>The pieces of two and three characters by which parts of names are found.</summary>
internal static class NameGrams
{
    /// <summary>All pieces of a name key, some of them more than once.</summary>
    public static IEnumerable<string> Of(string nameKey) => Pieces(nameKey, 2).Concat(Pieces(nameKey, 3));

    /// <summary>Pieces that every name with this part has, the longest kind; none for a part of one character.</summary>
    public static IEnumerable<string> OfPart(string key) => Pieces(key, key.Length > 2 ? 3 : 2);

    private static IEnumerable<string> Pieces(string text, int length)
    {
        for (var i = 0; i + length <= text.Length; i++)
            yield return text.Substring(i, length);
    }
}
