using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Tests.Accounts;

/// <summary>Spells tokens that the issuer would never make, with the server's real key or another one.</summary>
internal sealed class ForgedTokens(Rooms rooms, User user, string tokenId)
{
    private readonly SigningKey key = rooms.Services.GetRequiredService<SigningKeys>().Newest;

    private long Now => rooms.Time.GetUtcNow().ToUnixTimeSeconds();

    public string Genuine() => Make();

    public string Make(
        string? algorithm = null, string? keyId = null, string? issuer = null, string? audience = null, string? subject = null, string? id = null,
        long? expires = null, byte[]? secret = null, Func<byte[], byte[]>? sign = null, string? header = null, string? payload = null)
    {
        header ??= $$"""{"alg":"{{algorithm ?? "HS256"}}","kid":"{{keyId ?? key.Id}}"}""";
        payload ??= $$"""
            {"iss":"{{issuer ?? "repohost"}}","aud":"{{audience ?? "hub"}}","sub":"{{subject ?? ClaimIds.Shorten(user.Id)}}","jti":"{{id ?? ClaimIds.Shorten(tokenId)}}","iat":{{Now}},"exp":{{expires ?? Now + 3600}}}
            """;
        var signed = $"{Encode(header)}.{Encode(payload)}";
        var signature = (sign ?? (data => HMACSHA256.HashData(secret ?? key.Secret, data)))(Encoding.UTF8.GetBytes(signed));
        return TokenSpelling.Spell($"{signed}.{Base64Url.EncodeToString(signature)}");
    }

    /// <summary>All that is checked and nothing else, to leave room for a longer header or signature.</summary>
    public string ShortPayload()
        => $$"""{"iss":"repohost","aud":"hub","sub":"{{ClaimIds.Shorten(user.Id)}}","jti":"{{ClaimIds.Shorten(tokenId)}}","exp":{{Now + 3600}}}""";

    private static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
