using System.Security.Cryptography;
using System.Text;

namespace RepoHost.Accounts;

/// <summary>The secrets of browser logins; only their hashes are stored.</summary>
internal static class LoginCodes
{
    /// <summary>Consonants alone: no word can come of them, and none looks like a digit or like another.</summary>
    private const string UserLetters = "BCDFGHJKLMNPQRSTVWXZ";
    private const int UserLength = 8;
    private const string Letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /// <summary>For the program. 256 bits and more.</summary>
    public static string NewSecret() => RandomNumberGenerator.GetString(Letters, 48);

    /// <summary>For the person, who may have to type it: two groups of four letters.</summary>
    public static string NewUserCode() => Group(RandomNumberGenerator.GetString(UserLetters, UserLength));

    /// <summary>As it was shown, whatever letter case, blanks and dashes it was typed with; null when it can't be one of ours.</summary>
    public static string? ReadUserCode(string? typed)
    {
        if (typed is null || typed.Length > 32)
            return null;
        var letters = string.Concat(typed.ToUpperInvariant().Where(c => c != '-' && !char.IsWhiteSpace(c)));
        return letters.Length == UserLength && letters.All(UserLetters.Contains) ? Group(letters) : null;
    }

    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    private static string Group(string letters) => $"{letters[..(UserLength / 2)]}-{letters[(UserLength / 2)..]}";
}
