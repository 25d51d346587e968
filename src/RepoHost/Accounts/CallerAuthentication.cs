using Microsoft.AspNetCore.Authentication;

namespace RepoHost.Accounts;

/// <summary>
/// Finds out who is asking, for every door: Bearer, Basic and the session cookie all go through here, so no envelope can be checked less than another.
/// <list type="number">
/// <item>asked before in this request: the same answer</item>
/// <item>an <c>Authorization</c> header decides alone, even beside a cookie; if it is not good the caller is <see cref="CallerKind.InvalidCredential"/>, never nobody</item>
/// <item>a token that was checked before is recognized by one hash</item>
/// <item>otherwise JwtBearer checks it, and its row is read</item>
/// <item>without the header, the session cookie; one that has ended is like none, one of a disabled person is an invalid credential</item>
/// </list>
/// </summary>
internal sealed class CallerAuthentication(CheckedTokens tokens, TokenUses uses, SessionUses sessionUses)
{
    public ValueTask<Caller> AuthenticateAsync(HttpContext context)
    {
        // 1
        if (context.Features.Get<ICallerFeature>() is { } known)
            return new ValueTask<Caller>(known.Caller);

        // 2
        var header = context.Request.Headers.Authorization;
        if (header.Count > 0)
        {
            Span<char> token = stackalloc char[TokenSpelling.MaxLength];
            if (!CredentialHeader.TryRead(header, token, out var length, out var envelope))
                return new ValueTask<Caller>(Keep(context, Caller.Invalid(envelope)));

            // 3
            var hash = TokenHash.Of(token[..length]);
            return tokens.FindOrNull(hash) is { } warm
                ? new ValueTask<Caller>(Keep(context, Use(warm, envelope)))
                : new ValueTask<Caller>(CheckTokenAsync(context, hash, envelope));
        }

        // 5
        return context.Request.Headers.Cookie.Count > 0 && context.Request.Cookies.ContainsKey(SessionAuthentication.CookieName)
            ? new ValueTask<Caller>(CheckSessionAsync(context))
            : new ValueTask<Caller>(Keep(context, Caller.Anonymous));
    }

    /// <summary>Step 4.</summary>
    private async Task<Caller> CheckTokenAsync(HttpContext context, TokenHash hash, CredentialKind envelope)
    {
        var result = await context.AuthenticateAsync(Schemes.Token);
        if (context.Features.Get<CheckedToken>() is not { } token)
            return Keep(context, Caller.Invalid(envelope));

        // Also a refused one is remembered: it is genuine, so there can't be many, and its stamp tells when to look again.
        if (result.Succeeded != token.Refused)
            tokens.Remember(hash, token);
        return Keep(context, result.Succeeded ? Use(token, envelope) : Caller.Invalid(envelope));
    }

    private async Task<Caller> CheckSessionAsync(HttpContext context)
    {
        var result = await context.AuthenticateAsync(Schemes.Session);
        if (context.Features.Get<ICallerFeature>() is { } refused)
            return refused.Caller;
        if (!result.Succeeded || context.Features.Get<CheckedSession>() is not { } session)
            return Keep(context, Caller.Anonymous);

        // Forms are bound to whoever they were shown to, and antiforgery looks for them here.
        context.User = result.Principal;
        sessionUses.Note(session, context);
        return Keep(context, session.Caller);
    }

    private Caller Use(CheckedToken token, CredentialKind envelope)
    {
        uses.Note(token);
        return token.As(envelope);
    }

    private static Caller Keep(HttpContext context, Caller caller)
    {
        context.Features.Set<ICallerFeature>(caller);
        return caller;
    }
}
