using System.Globalization;
using GateMiddleware.Policy;

namespace RepoHost.Data;

/// <summary>How <see cref="CatalogTerm.Term"/> is spelled: a letter for the kind of word, so that a tag can't be taken for a task.</summary>
internal static class CatalogTerms
{
    /// <summary>Longer words are shown, but no list is narrowed by them.</summary>
    public const int LongestWord = 256;

    public const int Longest = LongestWord + 2;

    public static string Tag(string tag) => "t:" + tag;

    public static string Task(string task) => "p:" + task;

    /// <summary>Only of a library that is not among the tags as well.</summary>
    public static string Library(string library) => "l:" + library;

    /// <summary>How many parameters a model has, in so many digits that the order of the words is that of the numbers.</summary>
    public static string Parameters(long count) => "n:" + count.ToString("D19", CultureInfo.InvariantCulture);

    public static string Gated(bool gated) => gated ? "g:1" : "g:0";

    public static string Gate(GateMode mode) => Gated(mode != GateMode.Open);
}
