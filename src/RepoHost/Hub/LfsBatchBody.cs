using System.Text.Json;
using GateMiddleware.Rejection;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>What a batch request asks for.</summary>
/// <param name="Basic">The client can send objects whole.</param>
/// <param name="Multipart">The client can upload in parts.</param>
internal sealed record LfsBatchBody(bool IsUpload, bool Basic, bool Multipart, IReadOnlyList<LfsBatchObject> Objects)
{
    public const int SizeLimit = 8 * 1024 * 1024;
    private const int MaxObjects = 10_000;

    public static (LfsBatchBody? Body, Refusal? Wrong) Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return (null, LfsRefusals.NotALfsBody);
        // A sub-verb that is not known must not end at the weaker of two checks (threat row 9).
        if (Property(root, "operation") is not { } operation || JsonBody.Text(operation) is not ("download" or "upload"))
            return (null, HubErrors.BadRequest("The operation must be \"download\" or \"upload\"."));
        // JavaScript spells it sha_256 (contract 7.3).
        if (Property(root, "hash_algo") is { ValueKind: not JsonValueKind.Null } algorithm && JsonBody.Text(algorithm) is not ("sha256" or "sha_256"))
            return (null, new(409, null, "Objects are named by their SHA-256 here: the hash_algo must be \"sha256\".", null));
        if (Property(root, "objects") is not { ValueKind: JsonValueKind.Array } objects)
            return (null, HubErrors.BadRequest("The body has no list of objects."));
        if (objects.GetArrayLength() > MaxObjects)
            return (null, new(422, null, $"A batch may name {MaxObjects} objects at most; this one names {objects.GetArrayLength()}. Send several.", null));

        var (isUpload, transfers) = (JsonBody.Text(operation) == "upload", Transfers(root));
        var (basic, multipart) = (transfers.Contains("basic"), isUpload && transfers.Contains("multipart"));
        if (!basic && !multipart)
            return (null, new(422, null, $"The batch names no transfer that this server {(isUpload ? "takes objects by: \"basic\" or \"multipart\"" : "sends objects by: \"basic\"")}.", null));
        return (new(isUpload, basic, multipart, [.. objects.EnumerateArray().Select(LfsBatchObject.Read)]), null);
    }

    /// <summary>To name none means basic, says the protocol. An answer by one that the client did not name would be lost on it.</summary>
    private static HashSet<string> Transfers(JsonElement root) =>
        Property(root, "transfers") is { ValueKind: JsonValueKind.Array } named && named.GetArrayLength() > 0
            ? [.. named.EnumerateArray().Select(JsonBody.Text).OfType<string>()]
            : ["basic"];

    private static JsonElement? Property(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value : null;
}

/// <param name="Oid">As it was sent, to be sent back.</param>
/// <param name="Size">0 when it is no size.</param>
/// <param name="Pointer">Null when the object can't be one; then <paramref name="Wrong"/> says why.</param>
internal sealed record LfsBatchObject(string Oid, long Size, LfsPointer? Pointer, string? Wrong)
{
    public static LfsBatchObject Read(JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.Object)
            return new("", 0, null, "An object needs an oid and a size.");
        var text = element.TryGetProperty("oid", out var named) ? JsonBody.Text(named) ?? "" : "";
        var valid = element.TryGetProperty("size", out var sent) && sent.ValueKind == JsonValueKind.Number && sent.TryGetInt64(out _);
        var size = valid ? sent.GetInt64() : -1;
        // Nothing else ever becomes part of a file's name (threat row 8).
        if (!LfsOid.TryParse(text, out var oid))
            return new(text, Math.Max(0, size), null, "The oid must be a SHA-256 of 64 lower-case hex digits.");
        return size < 0 ? new(text, 0, null, "The size must be a whole number of bytes, 0 or more.") : new(text, size, new(oid, size), null);
    }
}
