namespace RepoHost.Accounts;

/// <summary>Display names of tokens: Python clients store a token under its name as an INI section (contract 4.8).</summary>
internal static class TokenNames
{
    public const string Rule = "A token's name has 1 to 96 characters, no ']' and no control characters, and is not DEFAULT.";

    public static bool IsValid(string? name)
        => name is { Length: >= 1 and <= 96 } && !string.IsNullOrWhiteSpace(name) && name != "DEFAULT"
            && !name.Any(c => c == ']' || char.IsControl(c) || c is '\u2028' or '\u2029');
}
