using GateMiddleware.Rejection;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>What goes wrong with objects, in sentences; written with both <c>error</c> and <c>message</c>, for the Hub's clients and for git-lfs (contract 7.3).</summary>
internal static class LfsRefusals
{
    public const string MediaType = "application/vnd.git-lfs+json";

    public static readonly Refusal ObjectNotFound = new(404, null, "Object does not exist", null);
    public static readonly Refusal LengthRequired = new(411, null, "The request does not say how long it is. Send the bytes with a Content-Length header.", null);
    public static readonly Refusal NotALfsBody = new(400, null, "The body is not a JSON object, or is too long.", null);
    public static readonly Refusal Busy = new(503, null, "The object is being written just now. Send the request again in a moment.", null);

    public static readonly Refusal WrongContent = new(
        422, null, "The bytes that came do not have the SHA-256 that was promised. Nothing was stored; send the file again with a new batch request.", null);

    public static Refused As(Refusal refusal) => new(refusal, RefusalFormat.Lfs);

    public static Refused Bad(string sentence) => As(HubErrors.BadRequest(sentence));

    public static Refusal WrongLength(long promised, long announced) => new(400, null, $"This address takes {promised} bytes, but the request has {announced}.", null);

    public static Refusal PartMissing(int part) => new(400, null, $"Part {part} is not there, or is not the one that was listed. Send it again, then complete the upload.", null);
}
