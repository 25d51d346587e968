using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Storage;

namespace RepoHost.Hub;

/// <summary>Uploads in parts: each part to an address of its own, then the list of parts to the one that completes (contract 7.3).</summary>
internal static class LfsPartEndpoints
{
    /// <summary>Ten thousand parts with their tags take about a megabyte.</summary>
    private const int ListLimit = 4 * 1024 * 1024;

    public static void MapLfsParts(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var one = LfsRequests.ObjectRoute(type);
        routes.MapPut($"{one}/parts/{{{SignedAddressMetadata.Part}}}/{{{SecretInAddress.RouteValue}}}", StorePartAsync)
            .WithSignedAddress(LinkOperation.UploadPart, type).WithMetadata(new DisableRequestSizeLimitAttribute());
        routes.MapPost($"{one}/complete/{{{SecretInAddress.RouteValue}}}", CompleteAsync).WithSignedAddress(LinkOperation.Complete, type);
    }

    private static async Task<IResult> StorePartAsync(HttpContext context, PartialBlobs parts, LfsRoom room)
    {
        var link = context.Link();
        var length = link.Plan.LengthOf(link.Part);
        if (context.LengthFault(length) is { } fault)
            return LfsRefusals.As(fault);
        // For the whole object: its parts stay on the disk until it is complete, or for a day.
        if (await room.HoldPartsAsync(link.RepositoryId, context.Proposer(), link.Object, link.UploadId!, context.RequestAborted) is { } full)
            return LfsRefusals.As(full);
        if (await parts.WriteAsync(link.UploadId!, link.Part, link.Plan.OffsetOf(link.Part), length, context.Request.Body, context.RequestAborted) is not { } tag)
            return LfsRefusals.As(LfsRefusals.Busy);
        // Clients stop when it is empty.
        context.Response.Headers.ETag = $"\"{tag}\"";
        return TypedResults.Ok();
    }

    private static async Task<IResult> CompleteAsync(HttpContext context, LfsUploads uploads, LfsRoom room)
    {
        var link = context.Link();
        using var body = await JsonBody.ReadAsync(context, ListLimit);
        if (body is null)
            return LfsRefusals.As(LfsRefusals.NotALfsBody);
        var (tags, wrong) = LfsPartList.Read(body.RootElement, link.Object.Oid, link.Plan.Count);
        if (tags is null)
            return LfsRefusals.Bad(wrong);
        var charge = room.ChargeOf(link.RepositoryId, context.Proposer());
        var (outcome, parts) = await uploads.FinishAsync(link.RepositoryId, link.Object, link.UploadId!, tags, charge.AdmitLfsAsync, context.RequestAborted);
        if (outcome is not null || parts.Outcome == PartFinishOutcome.WrongContent)
            room.Release(link.UploadId!);
        return outcome is { } stored ? LfsRequests.Answer(stored, charge) : LfsRefusals.As(parts.Outcome switch
        {
            PartFinishOutcome.PartMissing => LfsRefusals.PartMissing(parts.Part),
            PartFinishOutcome.WrongContent => LfsRefusals.WrongContent,
            _ => LfsRefusals.Busy,
        });
    }
}
