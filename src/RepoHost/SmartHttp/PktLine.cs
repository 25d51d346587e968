using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace RepoHost.SmartHttp;

/// <summary>Git's packets: four hex digits of length, then that much less four (gitprotocol-common, "pkt-line Format").</summary>
internal static class PktLine
{
    public const int LargestData = 65516;

    private const int LengthDigits = 4;

    /// <summary>Null at a flush packet. Throws <see cref="InvalidDataException"/> at anything that is no packet, and at an end inside one.</summary>
    public static async Task<byte[]?> ReadAsync(Stream input, CancellationToken cancellationToken)
    {
        var digits = new byte[LengthDigits];
        if (await input.ReadAtLeastAsync(digits, LengthDigits, throwOnEndOfStream: false, cancellationToken) < LengthDigits)
            throw new InvalidDataException("The request ends inside a packet.");
        if (!Utf8Parser.TryParse(digits, out int length, out var used, 'x') || used != LengthDigits || length is (> 0 and < LengthDigits) or > LargestData + LengthDigits)
            throw new InvalidDataException("The request holds something that is no packet.");
        if (length == 0)
            return null;
        var data = new byte[length - LengthDigits];
        if (await input.ReadAtLeastAsync(data, data.Length, throwOnEndOfStream: false, cancellationToken) < data.Length)
            throw new InvalidDataException("The request ends inside a packet.");
        return data;
    }

    public static byte[] Text(string text, bool flush)
    {
        using var packets = new MemoryStream();
        Append(packets, Encoding.UTF8.GetBytes(text));
        if (flush)
            AppendFlush(packets);
        return packets.ToArray();
    }

    public static void Append(MemoryStream packets, ReadOnlySpan<byte> data)
    {
        packets.Write(Encoding.ASCII.GetBytes((data.Length + LengthDigits).ToString("x4", CultureInfo.InvariantCulture)));
        packets.Write(data);
    }

    public static void AppendFlush(MemoryStream packets) => packets.Write("0000"u8);
}
