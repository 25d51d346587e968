using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>What a program is told that asks for a login (RFC 8628, 3.2).</summary>
internal sealed record DeviceCodeAnswer(
    [property: JsonPropertyName("device_code")] string DeviceCode,
    [property: JsonPropertyName("user_code")] string UserCode,
    [property: JsonPropertyName("verification_uri")] string Page,
    [property: JsonPropertyName("verification_uri_complete")] string PageWithCode,
    [property: JsonPropertyName("expires_in")] int ExpiresIn,
    [property: JsonPropertyName("interval")] int Interval);

/// <summary>RFC 6749, 5.1.</summary>
internal sealed record LoginTokenAnswer(
    [property: JsonPropertyName("access_token")] string AccessToken,
    [property: JsonPropertyName("token_type")] string Type,
    [property: JsonPropertyName("expires_in")] long ExpiresIn,
    [property: JsonPropertyName("refresh_token")] string RefreshToken)
{
    /// <summary>Without the texts, which must not reach a log.</summary>
    public override string ToString() => nameof(LoginTokenAnswer);
}

/// <summary>RFC 6749, 5.2.</summary>
internal sealed record OAuthFault([property: JsonPropertyName("error")] string Error, [property: JsonPropertyName("error_description")] string Description);

/// <summary>
/// <c>hf auth login</c> in a browser: <c>POST /oauth/device</c> gives a program a code, a page lets its person in, and <c>POST /oauth/token</c> hands out the token
/// and renews it (contract 9.4). Errors have OAuth's body and no other.
/// </summary>
internal static class OAuthEndpoints
{
    /// <summary>The Hub's public client, which the Python library has built in.</summary>
    public const string ClientId = "26be6b09-91c5-47da-9861-d2d2bb7a7e36";

    /// <summary>Where people are sent; short, since some have to type it.</summary>
    public const string VerificationPath = "/oauth/device";

    /// <summary>The page itself. Its forms need an address of their own: the one above belongs to programs.</summary>
    public const string PagePath = "/oauth/device/verify";

    private const string DeviceCodeGrant = "urn:ietf:params:oauth:grant-type:device_code";
    private const string GrantTypes = "This server knows the grant types of device codes and of refresh tokens.";
    private const int MaxBody = 8 * 1024;

    public static void MapOAuth(this IEndpointRouteBuilder routes)
    {
        routes.MapPost(VerificationPath, StartAsync).WithAccess(RouteAccess.Anyone).WithMetadata(new RequestSizeLimitAttribute(MaxBody));
        routes.MapMethods(VerificationPath, HubRoutes.GetAndHead, ToPage).WithAccess(RouteAccess.Anyone);
        routes.MapPost("/oauth/token", TokenAsync).WithAccess(RouteAccess.Anyone).WithMetadata(new RequestSizeLimitAttribute(MaxBody));
    }

    private static RedirectHttpResult ToPage(HttpContext context, PublicUrl publicUrl) =>
        TypedResults.Redirect(publicUrl.PathBase.ToUriComponent() + PagePath + context.Request.QueryString.ToUriComponent());

    private static async Task<IResult> StartAsync(HttpContext context, DeviceLogins logins, PublicUrl publicUrl)
    {
        if (await ReadFormAsync(context) is not { } form)
            return Fault(context, "invalid_request", "Send the parameters as a form.");
        if (form["client_id"] != ClientId)
            return Fault(context, "invalid_client", "This client_id is not known here.");

        var address = context.Connection.RemoteIpAddress?.ToString() ?? "";
        if (await logins.StartAsync(ProgramNames.Of(context.Request.Headers.UserAgent), address, context.RequestAborted) is not { } started)
        {
            context.Response.Headers.RetryAfter = "60";
            return Fault(context, "temporarily_unavailable", "Too many logins wait for their people just now. Try again in a few minutes.", StatusCodes.Status429TooManyRequests);
        }

        var page = publicUrl.Of(VerificationPath);
        return Answer(context, new DeviceCodeAnswer(
            started.DeviceCode, started.UserCode, page, $"{page}?user_code={started.UserCode}", (int)DeviceLogins.Lifetime.TotalSeconds, (int)DeviceLogins.Interval.TotalSeconds));
    }

    private static async Task<IResult> TokenAsync(HttpContext context, LoginTokens tokens)
    {
        if (context.Request.HasJsonContentType())
            return await JsonFaultAsync(context);
        if (await ReadFormAsync(context) is not { } form)
            return Fault(context, "invalid_request", "Send the parameters as a form.");
        if (form["client_id"] != ClientId)
            return Fault(context, "invalid_client", "This client_id is not known here.");

        switch (form["grant_type"].ToString())
        {
            case DeviceCodeGrant when form["device_code"] is [{ Length: > 0 } code]:
                return Answer(context, await tokens.CollectAsync(code, context.RequestAborted));
            case "refresh_token" when form["refresh_token"] is [{ Length: > 0 } refresh]:
                return Answer(context, await tokens.RefreshAsync(refresh, context.RequestAborted));
            case DeviceCodeGrant or "refresh_token" or "":
                return Fault(context, "invalid_request", "A parameter is missing: grant_type, and with it device_code or refresh_token.");
            default:
                return Fault(context, "unsupported_grant_type", GrantTypes);
        }
    }

    /// <summary>In JSON, programs ask to exchange another issuer's token for one of ours (trusted publishers of the Hub), which there is not here.</summary>
    private static async Task<IResult> JsonFaultAsync(HttpContext context)
    {
        using var body = await JsonBody.ReadAsync(context, MaxBody);
        return body is not null && new BodyFields(body).Text("grant_type") is { Length: > 0 } grant and not (DeviceCodeGrant or "refresh_token")
            ? Fault(context, "unsupported_grant_type", GrantTypes)
            : Fault(context, "invalid_request", "Send the parameters as a form.");
    }

    private static IResult Answer(HttpContext context, (LoginTokenOutcome Outcome, LoginToken? Token) result) => result switch
    {
        (LoginTokenOutcome.Issued, { } token) => Answer(
            context, new LoginTokenAnswer(token.Access.Text, "bearer", (long)token.Lifetime.TotalSeconds, token.RefreshToken)),
        (LoginTokenOutcome.Pending, _) => Fault(context, "authorization_pending", "Nobody has confirmed the login yet."),
        (LoginTokenOutcome.SlowDown, _) => Fault(context, "slow_down", "Ask less often."),
        (LoginTokenOutcome.Denied, _) => Fault(context, "access_denied", "The login was turned down."),
        (LoginTokenOutcome.Expired, _) => Fault(context, "expired_token", "The code has expired. Start the login again."),
        _ => Fault(context, "invalid_grant", "This code or refresh token is not known, was used before, or its login has been ended. Log in again."),
    };

    private static Ok<T> Answer<T>(HttpContext context, T answer)
    {
        KeepOut(context);
        return TypedResults.Ok(answer);
    }

    private static JsonHttpResult<OAuthFault> Fault(HttpContext context, string error, string description, int status = StatusCodes.Status400BadRequest)
    {
        KeepOut(context);
        return TypedResults.Json(new OAuthFault(error, description), statusCode: status);
    }

    /// <summary>Secrets stay out of every cache (RFC 6749, 5.1).</summary>
    private static void KeepOut(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
    }

    /// <summary>Null when there is none, or when it can't be read.</summary>
    private static async Task<IFormCollection?> ReadFormAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return null;
        try
        {
            return await context.Request.ReadFormAsync(context.RequestAborted);
        }
        catch (InvalidDataException)
        {
            return null;
        }
    }
}
