using System.Buffers;
using Microsoft.Extensions.Options;

namespace RepoHost.Accounts;

/// <summary>Who may make an account for themselves, and with which mail addresses.</summary>
internal sealed class JoinRules(IOptions<AccountsOptions> options)
{
    private static readonly SearchValues<char> DomainCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");

    /// <summary>The mail domains that count; empty when any does.</summary>
    public IReadOnlyList<string> Domains { get; } = Parse(options.Value.JoinDomains);

    public bool IsOpen => string.Equals(options.Value.Join, AccountsOptions.Everyone, StringComparison.OrdinalIgnoreCase);

    /// <summary>A limit to domains is worth nothing if anybody may claim an address: there, a mailed link comes before the account.</summary>
    public bool ProvesAddressFirst => Domains.Count > 0;

    /// <summary>Whether people may have this address at all. What stands after the last @ is the domain, and it is compared whole.</summary>
    public bool Allows(string email) =>
        Domains.Count == 0 || Domains.Contains(email[(email.LastIndexOf('@') + 1)..], StringComparer.OrdinalIgnoreCase);

    public string DomainRule => $"The mail address must end in {string.Join(" or ", Domains.Select(d => $"@{d}"))}.";

    /// <summary>Whether the setting can be read; checked at the start.</summary>
    public static bool AreDomains(string? list) => Parse(list).All(d => d.Contains('.', StringComparison.Ordinal) && !d.AsSpan().ContainsAnyExcept(DomainCharacters));

    private static string[] Parse(string? list) => (list ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
