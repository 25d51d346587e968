using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.Features;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>What the routes for LFS objects have in common.</summary>
internal static class LfsRequests
{
    private const string Lfs = "/info/lfs";

    /// <summary>The LFS root of a remote with <c>.git</c> and of one without (contract 7.8).</summary>
    public static string[] Roots(RepositoryType type) => [HubRoutes.WebId(type) + ".git" + Lfs, HubRoutes.WebId(type) + Lfs];

    /// <summary>The address of an object, before what says the operation.</summary>
    public static string ObjectRoute(RepositoryType type) => $"{Roots(type)[0]}/objects/{{{SignedAddressMetadata.Oid}}}";

    /// <summary>Declares a route whose address is its credential; visibility, role and gate are asked like everywhere.</summary>
    public static RouteHandlerBuilder WithSignedAddress(this RouteHandlerBuilder builder, LinkOperation operation, RepositoryType type) => builder
        .WithAccess(operation == LinkOperation.Download ? RouteAccess.ReadContent : RouteAccess.Contribute, type, format: RefusalFormat.Lfs)
        .WithMetadata(new SignedAddressMetadata(operation));

    public static SignedLink Link(this HttpContext context) =>
        context.Features.Get<SignedLink>() ?? throw new InvalidOperationException("This route's address is not signed.");

    /// <summary>Who is held to the limits of proposals; null for those who may write.</summary>
    public static string? Proposer(this HttpContext context) => WriteStorage.ProposerOf(context.Caller(), context.Repository().Role);

    /// <summary>Told before the first byte is read; null when all is well.</summary>
    public static Refusal? LengthFault(this HttpContext context, long promised)
    {
        var announced = context.Request.ContentLength ?? (context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: false } ? 0 : null);
        return announced is not { } length ? LfsRefusals.LengthRequired : length != promised ? LfsRefusals.WrongLength(promised, length) : null;
    }

    /// <param name="charge">What was asked for room.</param>
    public static IResult Answer(LfsUploadOutcome outcome, StorageCharge charge) => outcome switch
    {
        LfsUploadOutcome.Stored => TypedResults.Ok(),
        LfsUploadOutcome.WrongContent => LfsRefusals.As(LfsRefusals.WrongContent),
        LfsUploadOutcome.TryAgain => LfsRefusals.As(LfsRefusals.Busy),
        LfsUploadOutcome.OverLimit => LfsRefusals.As(charge.Fault is { } fault ? HubErrors.OverLimit(fault.Status, fault.Message) : LfsRefusals.Busy),
        LfsUploadOutcome.RepositoryGone => LfsRefusals.As(HubErrors.RepositoryNotFound),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome)),
    };
}
