using System.Globalization;
using RepoHost.Hosting;

namespace RepoHost.Accounts;

/// <summary>Finds out who is asking where the address says it.</summary>
internal sealed class LinkAuthentication(SignedLinks links, CallerAuthentication callers, CheckedTokens tokens, CheckedSessions sessions)
{
    /// <summary>
    /// In this order, each "no" leaving early:
    ///  1 an <c>Authorization</c> header beside the address must be good (the Python client sends its own with verify); cookies say nothing here
    ///  2 the address is one of ours, has not ended, and was made for this operation, this object and this part
    ///  3 its person is still let in, by the same token or in the same session
    ///  4 the header, if there is one, is the same person's
    /// </summary>
    public async ValueTask<Caller> AuthenticateAsync(HttpContext context, SignedAddressMetadata address)
    {
        // 1
        var beside = context.Request.Headers.Authorization.Count > 0 ? await callers.AuthenticateAsync(context) : null;
        if (beside?.Kind == CallerKind.InvalidCredential)
            return beside;

        // 2
        if (links.ReadOrNull((string?)context.GetRouteValue(SecretInAddress.RouteValue)) is not { } link || !IsFor(link, address, context))
            return Keep(context, Caller.InvalidAddress);

        // 3
        var caller = await CallerOfAsync(link, context.RequestAborted);

        // 4
        if (beside is not null && caller.Kind != CallerKind.InvalidCredential && beside.UserId != caller.UserId)
            caller = Caller.InvalidAddress;
        context.Features.Set(link);
        return Keep(context, caller);
    }

    private static bool IsFor(SignedLink link, SignedAddressMetadata address, HttpContext context) =>
        link.Operation == address.Operation
        && (string?)context.GetRouteValue(SignedAddressMetadata.Oid) == link.Object.Oid.Value
        && (link.Part == 0) == (address.Operation != LinkOperation.UploadPart)
        && (link.Part == 0 || (string?)context.GetRouteValue(SignedAddressMetadata.Part) == link.Part.ToString(CultureInfo.InvariantCulture));

    private async ValueTask<Caller> CallerOfAsync(SignedLink link, CancellationToken cancellationToken)
    {
        if (link.UserId is null)
            return Caller.Anonymous;
        if (link.TokenId is not null)
            return await tokens.FindAsync(link.TokenId, link.UserId, cancellationToken) is { Refused: false } token ? token.As(CredentialKind.Address) : Caller.Invalid(CredentialKind.Address);
        return link.SessionId is not null && await sessions.FindAsync(link.SessionId, link.UserId, cancellationToken) is { IsGood: true } session
            ? Caller.OfSession(session.Person, session.Id, CredentialKind.Address)
            : Caller.Invalid(CredentialKind.Address);
    }

    private static Caller Keep(HttpContext context, Caller caller)
    {
        context.Features.Set<ICallerFeature>(caller);
        return caller;
    }
}
