using System.Text.Json;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Storage;

namespace RepoHost.Hub;

/// <summary>The addresses that a batch answer names: the bytes of one object up or down, and the question whether they arrived (contract 7.3).</summary>
internal static class LfsObjectEndpoints
{
    public static void MapLfsObjects(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var one = LfsRequests.ObjectRoute(type);
        // Without the framework's limit of 30 MB (trap T29); the promised size is the limit.
        routes.MapPut($"{one}/{{{SecretInAddress.RouteValue}}}", StoreAsync).WithSignedAddress(LinkOperation.Upload, type).WithMetadata(new DisableRequestSizeLimitAttribute());
        routes.MapMethods($"{one}/{{{SecretInAddress.RouteValue}}}", HubRoutes.GetAndHead, SendAsync).WithSignedAddress(LinkOperation.Download, type);
        routes.MapPost($"{one}/verify/{{{SecretInAddress.RouteValue}}}", VerifyAsync).WithSignedAddress(LinkOperation.Verify, type);
    }

    /// <summary>The object is complete with this answer: some clients never verify (trap T28).</summary>
    private static async Task<IResult> StoreAsync(HttpContext context, LfsUploads uploads, LfsRoom room)
    {
        var link = context.Link();
        if (context.LengthFault(link.Object.Size) is { } fault)
            return LfsRefusals.As(fault);
        var upload = Guid.NewGuid().ToString("N");
        try
        {
            if (await room.HoldAsync(link.RepositoryId, context.Proposer(), link.Object, upload, context.RequestAborted) is { } full)
                return LfsRefusals.As(full);
            var charge = room.ChargeOf(link.RepositoryId, context.Proposer());
            return LfsRequests.Answer(await uploads.StoreAsync(link.RepositoryId, link.Object, context.Request.Body, charge.AdmitLfsAsync, context.RequestAborted), charge);
        }
        finally
        {
            room.Release(upload);
        }
    }

    private static async Task SendAsync(HttpContext context, LfsBindings bindings, IBlobStore blobs)
    {
        var (repository, pointer) = (context.Repository(), context.Link().Object);
        var oid = pointer.Oid.ToString();
        if (!await bindings.IsBoundAsync(repository.Record.Id, pointer.Oid, context.RequestAborted))
        {
            await LfsRefusals.As(LfsRefusals.ObjectNotFound).ExecuteAsync(context);
            return;
        }

        using var lease = await blobs.TryOpenAsync(oid, context.RequestAborted);
        if (lease is null || lease.Length != pointer.Size)
            throw new GitCorruptException(repository.Record.Id, $"LFS object {oid} of {pointer.Size} bytes is {(lease is null ? "not there" : $"{lease.Length} bytes long")}");
        var content = new ContentDescription(oid, pointer.Size, $"\"{oid}\"", Commit: null, LinkedETag: $"\"{oid}\"");
        await ContentAnswer.WriteAsync(context, content, repository.IsGuarded, lease.File);
    }

    private static async Task<IResult> VerifyAsync(HttpContext context, LfsUploads uploads)
    {
        var link = context.Link();
        using var body = await JsonBody.ReadAsync(context);
        if (body?.RootElement is not { ValueKind: JsonValueKind.Object } root)
            return LfsRefusals.As(LfsRefusals.NotALfsBody);
        if (!root.TryGetProperty("oid", out var oid) || JsonBody.Text(oid) != link.Object.Oid.Value
            || !root.TryGetProperty("size", out var sent) || sent.ValueKind != JsonValueKind.Number || !sent.TryGetInt64(out var size) || size != link.Object.Size)
            return LfsRefusals.Bad("The body names another object, or another size, than this address was made for.");
        return await uploads.HasAsync(link.RepositoryId, link.Object, context.RequestAborted) ? TypedResults.Ok() : LfsRefusals.As(LfsRefusals.ObjectNotFound);
    }
}
