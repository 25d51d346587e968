using RepoHost.Hosting;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>
/// Answers a batch whose caller was let in, object by object. Only this repository's own rows are asked: what other repositories hold changes nothing in the
/// answer (threat rows 1 to 3).
/// </summary>
internal sealed class LfsBatch(LfsBindings bindings, LfsUploads uploads, LfsAddresses addresses, LfsRoom room, IOptions<LfsOptions> options)
{
    /// <summary>All objects of a batch may be cut into this many parts, a signed address each; otherwise a few names would make an answer of 100 MB.</summary>
    private const int MostParts = 20_000;

    /// <param name="proposerId">Somebody who may not write to the repository; null for those who may.</param>
    public async Task<LfsBatchAnswer> AnswerAsync(
        RepositoryRecord repository, Caller caller, string? proposerId, LfsBatchBody body, CancellationToken cancellationToken)
    {
        var given = await bindings.SizesAsync(repository.Id, body.Objects.Select(o => o.Pointer).OfType<LfsPointer>().Select(p => p.Oid), cancellationToken);
        return body.IsUpload
            ? await UploadAsync(repository, caller, await room.FindAsync(repository.Id, proposerId, cancellationToken), body, given, cancellationToken)
            : await DownloadAsync(repository, caller, body, given, cancellationToken);
    }

    private async Task<LfsBatchAnswer> DownloadAsync(
        RepositoryRecord repository, Caller caller, LfsBatchBody body, IReadOnlyDictionary<LfsOid, long> given, CancellationToken cancellationToken)
    {
        var book = addresses.Open(repository, caller, 0);
        return new("basic", [.. body.Objects.Select(o =>
            o.Pointer is null ? Invalid(o, o.Wrong!)
            : !given.TryGetValue(o.Pointer.Oid, out var size) ? new LfsBatchAnswerObject(o.Oid, o.Size, Error: new(404, LfsRefusals.ObjectNotFound.Message))
            : new(o.Oid, size, true, book.Download(new(o.Pointer.Oid, size))))]);
    }

    /// <summary>
    ///  1 which objects are still wanted, and for which of them there is room
    ///  2 one form of transfer for all of them, as the protocol has it
    ///  3 addresses for the wanted ones; nothing for those that are there; an error for those that can't be
    /// </summary>
    private async Task<LfsBatchAnswer> UploadAsync(
        RepositoryRecord repository, Caller caller, StorageStanding? standing, LfsBatchBody body, IReadOnlyDictionary<LfsOid, long> given, CancellationToken cancellationToken)
    {
        // 1
        var wanted = new HashSet<LfsPointer>();
        var full = new Dictionary<LfsPointer, StorageFault>();
        foreach (var pointer in body.Objects.Where(o => Fault(o, given) is null).Select(o => o.Pointer!))
        {
            // A row whose bytes were lost asks for them again; it counts already.
            var counted = given.ContainsKey(pointer.Oid);
            if ((counted && await uploads.IsThereAsync(pointer, cancellationToken)) || wanted.Contains(pointer))
                continue;
            if (!counted && standing?.Refuse(pointer.Size) is { } fault)
            {
                full[pointer] = fault;
                continue;
            }

            wanted.Add(pointer);
            standing = counted ? standing : standing?.After(pointer.Size);
        }

        // 2
        var multipart = body.Multipart && (!body.Basic || wanted.Any(p => p.Size > (repository.LfsMultipartBytes ?? options.Value.MultipartBytes)));

        // 3
        var bytes = body.Objects.Where(o => o.Pointer is { } pointer && wanted.Contains(pointer)).Sum(o => (double)o.Size);
        var book = addresses.Open(repository, caller, bytes);
        // Larger parts instead of a refusal: clients take the size from the answer, but can't make their batches smaller.
        var partBytes = Math.Max(options.Value.PartBytes, (long)Math.Ceiling(bytes / MostParts));
        return new(multipart ? "multipart" : "basic", [.. body.Objects.Select(o =>
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Fault(o, given) is { } fault ? Invalid(o, fault)
                : full.TryGetValue(o.Pointer!, out var over) ? new LfsBatchAnswerObject(o.Oid, o.Size, Error: new(over.Status, over.Message))
                : !wanted.Contains(o.Pointer!) ? new LfsBatchAnswerObject(o.Oid, o.Size)
                : new(o.Oid, o.Size, true, multipart ? book.UploadInParts(o.Pointer!, partBytes) : book.Upload(o.Pointer!));
        })]);
    }

    private string? Fault(LfsBatchObject asked, IReadOnlyDictionary<LfsOid, long> given) =>
        asked.Pointer is null ? asked.Wrong
        : asked.Size > options.Value.LargestObjectBytes ? $"The object is larger than this server takes ({ByteCount.Of(options.Value.LargestObjectBytes)})."
        : given.TryGetValue(asked.Pointer.Oid, out var size) && size != asked.Size ? $"This repository has that object, and it has {size} bytes."
        : null;

    private static LfsBatchAnswerObject Invalid(LfsBatchObject asked, string why) => new(asked.Oid, asked.Size, Error: new(422, why));
}
