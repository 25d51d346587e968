using System.Buffers;

namespace RepoHost.Git;

internal static class Hex
{
    public static readonly SearchValues<char> LowerDigits = SearchValues.Create("0123456789abcdef");
    public static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdefABCDEF");

    public static bool IsLower(ReadOnlySpan<char> text, int length) => text.Length == length && !text.ContainsAnyExcept(LowerDigits);
}
