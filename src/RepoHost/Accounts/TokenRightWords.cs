using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>The names of the rights: on pages and in refusals, on the command line, and on the wire.</summary>
internal static class TokenRightWords
{
    public const string ReadGated = "Read gated repositories";

    /// <summary>In the order in which they are shown.</summary>
    public static readonly IReadOnlyList<TokenRights> Each = [TokenRights.Read, TokenRights.Write, TokenRights.Settings, TokenRights.Review];

    public static string Title(this TokenRights right) => right switch
    {
        TokenRights.Read => "Read",
        TokenRights.Write => "Write",
        TokenRights.Settings => "Settings",
        TokenRights.Review => "Review requests",
        _ => throw new ArgumentOutOfRangeException(nameof(right)),
    };

    /// <summary>On the command line and in forms.</summary>
    public static string Word(this TokenRights right) => right switch
    {
        TokenRights.Read => "read",
        TokenRights.Write => "write",
        TokenRights.Settings => "settings",
        TokenRights.Review => "review",
        _ => throw new ArgumentOutOfRangeException(nameof(right)),
    };

    /// <summary>Null when it is none of the words.</summary>
    public static TokenRights? Parse(string? word) => Each.Select(right => (TokenRights?)right).FirstOrDefault(right => right!.Value.Word() == word);

    /// <summary>The single rights in it.</summary>
    public static IEnumerable<TokenRights> Split(this TokenRights rights) => Each.Where(right => rights.Includes(right));

    public static string Words(this TokenRights rights) => string.Join(", ", rights.Split().Select(Word));

    /// <summary>The Hub's names, where it has one. There a right to write includes the settings; here it does not, so that has a name of our own.</summary>
    public static IEnumerable<string> Permissions(this TokenRights rights) => rights.Split().SelectMany(right => right switch
    {
        TokenRights.Read => (string[])["repo.content.read"],
        TokenRights.Write => ["repo.write"],
        TokenRights.Settings => ["repo.settings.write"],
        _ => ["repo.access.read", "repo.access.write"],
    });
}
