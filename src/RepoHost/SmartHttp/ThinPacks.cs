using GateMiddleware;

namespace RepoHost.SmartHttp;

/// <summary>
/// Thin packs hold objects as differences from objects that the repository has. Such a difference may say "all of it", so a pusher who may not read a file could
/// build a copy of it under an id of their own. Only callers who pass the gate may send thin packs; the others are told <c>no-thin</c> (gitprotocol-capabilities,
/// "no-thin"), which git obeys by itself.
/// </summary>
internal static class ThinPacks
{
    public const string Sentence =
        "The pack holds objects as differences from objects of this repository, which only someone who passes its gate may send. Push again with: git push --no-thin";

    /// <summary>Whether the caller of a route with a gate passes it. No decision counts as no.</summary>
    public static bool MayBeSent(HttpContext context) => context.Features.Get<IGateFeature>() is { Decision.IsAllowed: true };

    /// <summary>What <c>git index-pack</c> says of a pack whose bases are not in it.</summary>
    public static bool IsThin(string complaint) => complaint.Contains("unresolved delta", StringComparison.Ordinal);

    /// <summary>Reads an advertisement up to and including the line with the capabilities, and adds this one.</summary>
    /// <returns>What was read, with the capability; the rest of the advertisement is still to be read.</returns>
    /// <exception cref="InvalidDataException">There is no such line.</exception>
    public static async Task<byte[]> AnnounceAsync(Stream advertisement, CancellationToken cancellationToken)
    {
        using var packets = new MemoryStream();
        while (await PktLine.ReadAsync(advertisement, cancellationToken) is { } line)
        {
            var capable = line.AsSpan().Contains((byte)0);
            PktLine.Append(packets, capable ? [.. line.AsSpan().TrimEnd((byte)'\n'), .. " no-thin\n"u8] : line);
            if (capable)
                return packets.ToArray();
        }

        throw new InvalidDataException("git wrote an advertisement without capabilities.");
    }
}
