using System.Text;
using RepoHost.Git;

namespace RepoHost.SmartHttp;

/// <summary>What stands before the pack in a push: which refs shall go where, and what the client understands (gitprotocol-pack, "Reference Update Request").</summary>
/// <param name="Updates">Empty for the probe that git sends before a large push, to be asked for a password early.</param>
internal sealed record PushRequest(IReadOnlyList<RefUpdate> Updates, bool SideBand, bool ReportStatus)
{
    private const int MostCommands = 10_000;
    /// <summary>Of all commands together.</summary>
    public const int MostBytes = 4_000_000;
    private const int LongestName = 1024;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Deletions alone bring no pack.</summary>
    public bool HasPack => Updates.Any(update => update.New is not null);

    /// <summary>Reads up to the pack. Throws <see cref="InvalidDataException"/> with a sentence when it can't be understood.</summary>
    public static async Task<PushRequest> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        List<RefUpdate> updates = [];
        var capabilities = Array.Empty<string>();
        var bytes = 0;
        for (var first = true; await PktLine.ReadAsync(body, cancellationToken) is { } packet;)
        {
            if ((bytes += packet.Length) > MostBytes)
                throw new InvalidDataException("The commands of a push may have 4 MB. Push fewer refs at once.");
            // A shallow clone says where its history ends; whether all is there is seen from the objects.
            if (packet.AsSpan().StartsWith("shallow "u8))
                continue;
            var text = Text(packet);
            if (first && text.IndexOf('\0', StringComparison.Ordinal) is >= 0 and var nul)
                (text, capabilities) = (text[..nul], text[(nul + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
            first = false;
            updates.Add(Parse(text.TrimEnd('\n')));
            if (updates.Count > MostCommands)
                throw new InvalidDataException($"A push may touch at most {MostCommands} refs.");
        }

        if (updates.DistinctBy(update => update.FullName).Count() != updates.Count)
            throw new InvalidDataException("The push names a ref twice.");
        if (capabilities.FirstOrDefault(word => word.StartsWith("object-format=", StringComparison.Ordinal)) is { } format && format != "object-format=sha1")
            throw new InvalidDataException("This repository's object format is sha1.");
        return new(updates, capabilities.Contains("side-band-64k"), capabilities.Contains("report-status") || capabilities.Contains("report-status-v2"));
    }

    private static string Text(byte[] packet)
    {
        try
        {
            return StrictUtf8.GetString(packet);
        }
        catch (DecoderFallbackException)
        {
            throw new InvalidDataException("The name of a ref must be UTF-8.");
        }
    }

    /// <summary><c>old new name</c>; forty zeros are "none".</summary>
    private static RefUpdate Parse(string command)
    {
        if (command.Split(' ', 3) is not [var old, var next, { Length: > 0 } name] || !GitOid.TryParse(old, out var from) || !GitOid.TryParse(next, out var to))
            throw new InvalidDataException("The push holds a command that can't be understood.");
        if (name.Length > LongestName)
            throw new InvalidDataException($"The name of a ref may have {LongestName} characters at most.");
        return new(name, from == default ? null : from, to == default ? null : to);
    }
}
