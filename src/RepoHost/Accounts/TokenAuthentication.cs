using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.JwtBearer;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace RepoHost.Accounts;

/// <summary>
/// The scheme of <c>hf_</c> tokens: the framework's JwtBearer, which is handed the JWT that the token spells, and then asks for the token's row.
/// </summary>
internal static class TokenAuthentication
{
    public static IServiceCollection AddTokenAuthentication(this IServiceCollection services)
    {
        services.AddSingleton<CheckedTokens>();
        services.AddSingleton<IConfigureOptions<JwtBearerOptions>, Configuration>();
        services.AddAuthentication().AddJwtBearer(Schemes.Token);
        return services;
    }

    private sealed class Configuration(SigningKeys keys, CheckedTokens tokens, TimeProvider time) : IConfigureNamedOptions<JwtBearerOptions>
    {
        public void Configure(JwtBearerOptions options)
        {
        }

        public void Configure(string? name, JwtBearerOptions options)
        {
            if (name != Schemes.Token)
                return;

            options.MapInboundClaims = false;
            options.IncludeErrorDetails = false;
            options.SaveToken = false;
            options.TokenValidationParameters = new TokenValidationParameters
            {
                ValidIssuer = TokenIssuer.Issuer,
                ValidAudience = TokenIssuer.Audience,
                ValidAlgorithms = [SecurityAlgorithms.HmacSha256],
                RequireSignedTokens = true,
                RequireExpirationTime = true,
                ValidateIssuerSigningKey = true,
                IssuerSigningKeyResolver = (_, _, keyId, _) => keys.Resolve(keyId),
                TryAllIssuerSigningKeys = false,
                // Our own clock wrote the time and reads it, so there is no skew to forgive.
                LifetimeValidator = (_, expires, _, _) => expires is { } end && end > time.GetUtcNow().UtcDateTime,
            };
            options.Events = new JwtBearerEvents { OnMessageReceived = ReadMessage, OnTokenValidated = CheckRowAsync };
        }

        private static Task ReadMessage(MessageReceivedContext context)
        {
            Span<char> token = stackalloc char[TokenSpelling.MaxLength];
            var header = context.Request.Headers.Authorization;
            if (header.Count == 0)
            {
                context.NoResult();
                return Task.CompletedTask;
            }

            // Without a token here JwtBearer would read the header itself, and take a plain JWT out of it.
            if (CredentialHeader.TryRead(header, token, out var length, out _) && TokenSpelling.ReadOrNull(token[..length]) is { } jwt)
                context.Token = jwt;
            else
                context.Fail("The credential is not an access token.");
            return Task.CompletedTask;
        }

        private async Task CheckRowAsync(TokenValidatedContext context)
        {
            if (context.SecurityToken is not JsonWebToken jwt
                || ClaimIds.ExpandOrNull(jwt.Id) is not { } tokenId
                || ClaimIds.ExpandOrNull(jwt.Subject) is not { } userId
                || await tokens.ReadAsync(tokenId, userId, context.HttpContext.RequestAborted) is not { } token)
            {
                context.Fail("The token is not known.");
                return;
            }

            if (token.RenewedAt is { } renewed && jwt.IssuedAt != renewed.UtcDateTime)
            {
                // Not remembered either: the row, and so the answer, is about the newer text.
                context.Fail("The token was renewed; this is its former text.");
                return;
            }

            context.HttpContext.Features.Set(token);
            if (token.Refused)
            {
                context.Fail("The token has ended.");
                return;
            }

            context.Principal = new ClaimsPrincipal(new ClaimsIdentity(
                [new Claim(ClaimTypes.NameIdentifier, userId), new Claim(ClaimTypes.Name, token.Person.UserName)], Schemes.Token));
        }
    }
}
