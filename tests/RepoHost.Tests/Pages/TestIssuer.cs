using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace RepoHost.Tests.Pages;

/// <summary>
/// An OpenID Connect issuer on a port of its own: discovery, authorize, token, keys. It keeps its side of the protocol as strictly as real ones do, and lies where a test
/// tells it to. Whoever comes to /authorize is <see cref="Person"/>.
/// </summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    public const string ClientId = "repohost-tests";
    public const string ClientSecret = "a secret of both";

    private readonly RSA key = RSA.Create(2048);
    private readonly ConcurrentDictionary<string, Grant> grants = new();
    private readonly WebApplication app;

    private TestIssuer(WebApplication app) => this.app = app;

    public string Address { get; private set; } = "";

    /// <summary>Claims of the person at the issuer's login form.</summary>
    public Dictionary<string, object> Person { get; set; } = [];

    /// <summary>They press "no".</summary>
    public bool Denies { get; set; }

    /// <summary>What a lying or broken issuer puts into the id token.</summary>
    public Dictionary<string, object> Lies { get; } = [];

    /// <summary>Signs with a key that is not among the published ones.</summary>
    public bool SignsWithAnother { get; set; }

    /// <summary>Honest again, and nobody's.</summary>
    public void Reset()
    {
        Person = [];
        Denies = SignsWithAnother = false;
        Lies.Clear();
    }

    public string? LastRedirectUri { get; private set; }

    public int TokenRequests { get; private set; }

    public static async Task<TestIssuer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var issuer = new TestIssuer(app);
        app.MapGet("/.well-known/openid-configuration", issuer.Discovery);
        app.MapGet("/jwks", issuer.Keys);
        app.MapGet("/authorize", issuer.Authorize);
        app.MapPost("/token", issuer.TokenAsync);
        await app.StartAsync();
        issuer.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return issuer;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        key.Dispose();
    }

    private IResult Discovery() => Results.Json(new
    {
        issuer = Address,
        authorization_endpoint = $"{Address}/authorize",
        token_endpoint = $"{Address}/token",
        jwks_uri = $"{Address}/jwks",
        response_types_supported = (string[])["code"],
        subject_types_supported = (string[])["public"],
        id_token_signing_alg_values_supported = (string[])["RS256"],
        code_challenge_methods_supported = (string[])["S256"],
    });

    private IResult Keys()
    {
        var parameters = key.ExportParameters(includePrivateParameters: false);
        return Results.Json(new { keys = new[] { new { kty = "RSA", use = "sig", alg = "RS256", kid = "one", n = WebEncoders.Base64UrlEncode(parameters.Modulus!), e = WebEncoders.Base64UrlEncode(parameters.Exponent!) } } });
    }

    private IResult Authorize(HttpRequest request)
    {
        string Of(string name) => request.Query[name].ToString();
        if (Of("client_id") != ClientId || Of("response_type") != "code" || !Of("scope").Split(' ').Contains("openid") || Of("code_challenge_method") != "S256" || Of("code_challenge").Length < 43 || Of("nonce").Length < 16)
            return Results.BadRequest("invalid_request");
        LastRedirectUri = Of("redirect_uri");
        if (Denies)
            return Results.Redirect(QueryHelpers.AddQueryString(LastRedirectUri, new Dictionary<string, string?> { ["error"] = "access_denied", ["state"] = Of("state") }));
        var code = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        grants[code] = new(LastRedirectUri, Of("code_challenge"), Of("nonce"), Person);
        return Results.Redirect(QueryHelpers.AddQueryString(LastRedirectUri, new Dictionary<string, string?> { ["code"] = code, ["state"] = Of("state") }));
    }

    private async Task<IResult> TokenAsync(HttpRequest request)
    {
        TokenRequests++;
        var form = await request.ReadFormAsync();
        var challenge = WebEncoders.Base64UrlEncode(SHA256.HashData(Encoding.ASCII.GetBytes(form["code_verifier"].ToString())));
        // A code is used once, by the client that it was made for, with the secret behind its challenge.
        if (form["grant_type"] != "authorization_code" || !grants.TryRemove(form["code"].ToString(), out var grant) || grant.Challenge != challenge || grant.RedirectUri != form["redirect_uri"])
            return Results.Json(new { error = "invalid_grant" }, statusCode: 400);
        if (form["client_id"] != ClientId || form["client_secret"] != ClientSecret)
            return Results.Json(new { error = "invalid_client" }, statusCode: 401);
        return Results.Json(new { access_token = "opaque", token_type = "Bearer", expires_in = 300, id_token = Sign(grant) });
    }

    private string Sign(Grant grant)
    {
        var now = TimeProvider.System.GetUtcNow();
        var claims = new Dictionary<string, object>(grant.Person)
        {
            ["iss"] = Address,
            ["aud"] = ClientId,
            ["nonce"] = grant.Nonce,
            ["iat"] = now.ToUnixTimeSeconds(),
            ["exp"] = now.AddMinutes(5).ToUnixTimeSeconds(),
        };
        foreach (var (name, value) in Lies)
            claims[name] = value;
        using var another = RSA.Create(2048);
        var signed = $"{Part(new { alg = "RS256", typ = "JWT", kid = SignsWithAnother ? "two" : "one" })}.{Part(claims)}";
        var signature = (SignsWithAnother ? another : key).SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        return $"{signed}.{WebEncoders.Base64UrlEncode(signature)}";
    }

    private static string Part<T>(T part) => WebEncoders.Base64UrlEncode(JsonSerializer.SerializeToUtf8Bytes(part));

    private sealed record Grant(string RedirectUri, string Challenge, string Nonce, Dictionary<string, object> Person);
}
