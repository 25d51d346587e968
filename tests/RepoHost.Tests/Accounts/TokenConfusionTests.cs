using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

/// <summary>Threat row 33: every way in which a JWT that is not ours, or not good any more, was taken for one elsewhere.</summary>
public sealed class TokenConfusionTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string> Forgeries =>
    [
        "alg none without signature", "alg none, other case", "alg none with our signature", "alg HS384", "alg RS256 over our secret", "alg RS256 with a real RSA key", "alg missing",
        "another secret", "empty secret", "no signature", "cut signature", "another issuer", "no issuer", "another audience", "no audience", "audience as a list with others",
        "expired", "expires now", "no expiry", "expiry as text", "unknown token id", "token id of another person", "subject of another person", "no subject", "no token id",
        "token id with a path", "kid missing", "kid unknown", "kid is a path", "kid is a key file", "kid is SQL", "kid is empty", "kid in other case",
        "key in the header (jwk)", "key address in the header (jku)", "payload is no object", "header is no object",
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_token_that_is_not_ours_is_an_invalid_credential(string forgery)
    {
        await using var rooms = await Rooms.OpenAsync();
        var ada = await rooms.AddUserAsync("ada");
        var eve = await rooms.AddUserAsync("eve");
        var adas = await rooms.Tokens.IssueAsync(ada, "a", TokenRole.Write, null, Cancel);
        var eves = await rooms.Tokens.IssueAsync(eve, "e", TokenRole.Read, null, Cancel);
        var forge = new ForgedTokens(rooms, ada, adas.Id);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {forge.Genuine()}")).Kind);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {forge.Make(payload: forge.ShortPayload())}")).Kind);

        var caller = await rooms.AskAsync($"Bearer {Forge(forgery, forge, rooms, eve, eves.Id)}");

        Assert.Equal(CallerKind.InvalidCredential, caller.Kind);
        Assert.Null(caller.UserId);
        Assert.Same(TokenScopes.Nothing, caller.Scopes);
    }

    [Fact]
    public async Task A_plain_jwt_is_not_a_token_even_when_it_is_signed_by_us()
    {
        await using var rooms = await Rooms.OpenAsync();
        var ada = await rooms.AddUserAsync("ada");
        var token = await rooms.Tokens.IssueAsync(ada, "a", TokenRole.Write, null, Cancel);
        var jwt = TokenSpelling.ReadOrNull(token.Text);

        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync($"Bearer {jwt}")).Kind);
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync($"Bearer hf_{jwt}")).Kind);
    }

    private static string Forge(string forgery, ForgedTokens forge, Rooms rooms, User eve, string evesTokenId)
    {
        var keyId = rooms.Services.GetRequiredService<SigningKeys>().Newest.Id;
        var now = rooms.Time.GetUtcNow().ToUnixTimeSeconds();
        return forgery switch
        {
            "alg none without signature" => forge.Make(algorithm: "none", sign: _ => []),
            "alg none, other case" => forge.Make(algorithm: "nOnE", sign: _ => []),
            "alg none with our signature" => forge.Make(algorithm: "none"),
            "alg HS384" => forge.Make(algorithm: "HS384", payload: forge.ShortPayload(), sign: data => HMACSHA384.HashData(rooms.Services.GetRequiredService<SigningKeys>().Newest.Secret, data)),
            "alg RS256 over our secret" => forge.Make(algorithm: "RS256"),
            "alg RS256 with a real RSA key" => forge.Make(algorithm: "RS256", sign: SignWithRsa),
            "alg missing" => forge.Make(header: $$"""{"kid":"{{keyId}}"}"""),
            "another secret" => forge.Make(secret: RandomNumberGenerator.GetBytes(32)),
            "empty secret" => forge.Make(secret: []),
            "no signature" => forge.Make(sign: _ => []),
            "cut signature" => forge.Make(sign: data => HMACSHA256.HashData(rooms.Services.GetRequiredService<SigningKeys>().Newest.Secret, data)[..16]),
            "another issuer" => forge.Make(issuer: "another"),
            "no issuer" => forge.Make(payload: $$"""{"aud":"hub","sub":"x","jti":"y","exp":{{now + 60}}}"""),
            "another audience" => forge.Make(audience: "web"),
            "no audience" => forge.Make(payload: $$"""{"iss":"repohost","sub":"x","jti":"y","exp":{{now + 60}}}"""),
            "audience as a list with others" => forge.Make(payload: $$"""{"iss":"repohost","aud":["web","x"],"sub":"x","jti":"y","exp":{{now + 60}}}"""),
            "expired" => forge.Make(expires: now - 1),
            "expires now" => forge.Make(expires: now),
            "no expiry" => forge.Make(payload: """{"iss":"repohost","aud":"hub","sub":"x","jti":"y","iat":1}"""),
            "expiry as text" => forge.Make(payload: """{"iss":"repohost","aud":"hub","sub":"x","jti":"y","exp":"never"}"""),
            "unknown token id" => forge.Make(id: ClaimIds.Shorten(HubId.New())),
            "token id of another person" => forge.Make(id: ClaimIds.Shorten(evesTokenId)),
            "subject of another person" => forge.Make(subject: ClaimIds.Shorten(eve.Id)),
            "no subject" => forge.Make(payload: $$"""{"iss":"repohost","aud":"hub","jti":"y","exp":{{now + 60}}}"""),
            "no token id" => forge.Make(payload: $$"""{"iss":"repohost","aud":"hub","sub":"{{ClaimIds.Shorten(eve.Id)}}","exp":{{now + 60}}}"""),
            "token id with a path" => forge.Make(id: "../../etc/passwd"),
            "kid missing" => forge.Make(header: """{"alg":"HS256"}"""),
            "kid unknown" => forge.Make(keyId: "0009beef"),
            "kid is a path" => forge.Make(keyId: "/dev/null", secret: []),
            "kid is a key file" => forge.Make(keyId: $"{keyId}.key"),
            "kid is SQL" => forge.Make(keyId: "' OR 1=1"),
            "kid is empty" => forge.Make(keyId: ""),
            "kid in other case" => forge.Make(keyId: "0001ABCD"),
            "key in the header (jwk)" => forge.Make(header: """{"alg":"HS256","jwk":{"kty":"oct","k":"AA"}}""", payload: forge.ShortPayload(), secret: [0]),
            "key address in the header (jku)" => forge.Make(header: """{"alg":"HS256","jku":"https://e.example"}""", payload: forge.ShortPayload()),
            "payload is no object" => forge.Make(payload: "[1,2,3]"),
            "header is no object" => forge.Make(header: "17"),
            _ => throw new ArgumentOutOfRangeException(nameof(forgery)),
        };
    }

    private static byte[] SignWithRsa(byte[] data)
    {
        using var rsa = RSA.Create(512);
        // The smallest real key: a larger signature would not fit a token at all.
        return rsa.SignData(data, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)[..32];
    }
}
