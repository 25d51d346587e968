using System.Text;
using RepoHost.Gating;

namespace RepoHost.SmartHttp;

/// <summary>What a push is told: messages for the person, shown as <c>remote:</c>, and the state of each ref for git (gitprotocol-pack, "Report Status").</summary>
internal static class PushReport
{
    private const byte DataBand = 1;
    private const byte MessageBand = 2;

    /// <summary>Says nothing, but keeps proxies from giving up while a large pack is looked at.</summary>
    public static readonly byte[] KeepAlive = Encoding.ASCII.GetBytes("0005\x01");

    /// <param name="unpackFault">One line; null when the pack was taken.</param>
    public static byte[] Write(PushRequest request, string? unpackFault, WriteOutcome outcome)
    {
        using var packets = new MemoryStream();
        if (request.SideBand)
            WriteBand(packets, MessageBand, Encoding.UTF8.GetBytes(Message(unpackFault, outcome)));
        if (request.ReportStatus)
        {
            var report = Report(request, unpackFault, outcome);
            if (request.SideBand)
                WriteBand(packets, DataBand, report);
            else
                packets.Write(report);
        }

        if (request.SideBand)
            PktLine.AppendFlush(packets);
        return packets.ToArray();
    }

    private static byte[] Report(PushRequest request, string? unpackFault, WriteOutcome outcome)
    {
        using var report = new MemoryStream();
        PktLine.Append(report, Encoding.UTF8.GetBytes($"unpack {OneLine(unpackFault) ?? "ok"}\n"));
        foreach (var update in request.Updates)
        {
            var reason = unpackFault is not null ? "the objects were not taken" : ReasonFor(update.FullName, outcome);
            PktLine.Append(report, Encoding.UTF8.GetBytes(reason is null ? $"ok {update.FullName}\n" : $"ng {update.FullName} {reason}\n"));
        }

        PktLine.AppendFlush(report);
        return report.ToArray();
    }

    /// <summary>One line, since git cuts it off there; the whole is in the messages.</summary>
    private static string? ReasonFor(string name, WriteOutcome outcome) => outcome.Result switch
    {
        WriteResult.Done => null,
        WriteResult.Moved => "somebody else was faster: fetch first",
        WriteResult.Gone => "the repository was deleted",
        _ when outcome.Faults.FirstOrDefault(fault => fault.Ref == name) is { } own => OneLine(own.Message),
        _ when outcome.Faults.FirstOrDefault(fault => fault.Ref is null) is { } all => OneLine(all.Message),
        _ => "not changed, because another ref of this push was refused",
    };

    private static string Message(string? unpackFault, WriteOutcome outcome)
    {
        var text = new StringBuilder();
        if (unpackFault is not null)
            text.Append('\n').Append(unpackFault).Append("\n\n");
        foreach (var fault in outcome.Faults)
            text.Append('\n').Append(fault.Ref is null ? "" : $"{fault.Ref}: ").Append(fault.Message).Append("\n\n");
        foreach (var warning in outcome.Warnings)
            text.Append("warning: ").Append(warning).Append('\n');
        return text.ToString();
    }

    private static string? OneLine(string? text) => text?.Split('\n')[0].TrimEnd(':');

    private static void WriteBand(MemoryStream packets, byte band, ReadOnlySpan<byte> data)
    {
        while (!data.IsEmpty)
        {
            var part = data[..Math.Min(data.Length, PktLine.LargestData - 1)];
            PktLine.Append(packets, [band, .. part]);
            data = data[part.Length..];
        }
    }
}
