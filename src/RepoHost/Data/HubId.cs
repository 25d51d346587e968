using System.Security.Cryptography;

namespace RepoHost.Data;

/// <summary>Ids of rows as the Hub writes them: 24 hex digits (contract 4.1), random so that none can be guessed (threat row 18).</summary>
internal static class HubId
{
    public static string New() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(12));
}
