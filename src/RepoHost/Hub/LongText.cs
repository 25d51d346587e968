using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace RepoHost.Hub;

/// <summary>The inside of a JSON text that lies in a file, made into the bytes that it stands for: escapes first, then base64 or the text itself (RFC 8259, 7).</summary>
internal static class LongText
{
    private const int Chunk = 128 * 1024;

    private static readonly SearchValues<byte> Special = SearchValues.Create([(byte)'\\', .. Enumerable.Range(0, 0x20).Select(c => (byte)c)]);

    /// <summary>Null if it is no JSON text, no base64, or no UTF-8.</summary>
    public static async Task<long?> DecodeAsync(string source, string target, bool base64, CancellationToken cancellationToken)
    {
        using var from = File.OpenHandle(source, options: FileOptions.Asynchronous | FileOptions.SequentialScan);
        using var to = File.OpenHandle(target, FileMode.Create, FileAccess.Write, FileShare.Read, FileOptions.Asynchronous);
        var decoder = new ChunkDecoder(base64);
        var (read, written, length) = (0L, 0L, RandomAccess.GetLength(from));
        while (read < length)
        {
            var count = await RandomAccess.ReadAsync(from, decoder.Free, read, cancellationToken);
            read += count;
            if (count == 0 || decoder.Take(count, last: read == length) is not { } plain)
                return null;
            await RandomAccess.WriteAsync(to, plain, written, cancellationToken);
            written += plain.Length;
        }

        return written;
    }

    /// <summary>Undoes escapes. What is cut off at the end of a chunk is not used. Minus one if it is no JSON text.</summary>
    private static int Unescape(ReadOnlySpan<byte> from, Span<byte> to, out int used)
    {
        (used, var written) = (0, 0);
        while (used < from.Length)
        {
            var rest = from[used..];
            var run = rest.IndexOfAny(Special) is >= 0 and var found ? found : rest.Length;
            rest[..run].CopyTo(to[written..]);
            (used, written) = (used + run, written + run);
            if (run == rest.Length)
                break;
            if (ReadEscape(rest[run..], out var length) is not { } rune)
                return -1;
            if (length == 0)
                break;
            written += rune.EncodeToUtf8(to[written..]);
            used += length;
        }

        return written;
    }

    /// <summary>Length 0: the rest of it is in the next chunk. Null: no escape.</summary>
    private static Rune? ReadEscape(ReadOnlySpan<byte> text, out int length)
    {
        length = 0;
        if (text[0] != '\\')
            return null;
        if (text.Length < 2)
            return default(Rune);
        if (text[1] != 'u')
        {
            length = 2;
            var at = "\"\\/bfnrt"u8.IndexOf(text[1]);
            return at < 0 ? null : new Rune("\"\\/\b\f\n\r\t"[at]);
        }

        if (text.Length < 6)
            return default(Rune);
        if (ReadUnit(text) is not { } unit)
            return null;
        if (!char.IsHighSurrogate(unit))
        {
            length = 6;
            return Rune.TryCreate(unit, out var single) ? single : null;
        }

        if (text.Length < 12)
            return default(Rune);
        length = 12;
        return ReadUnit(text[6..]) is { } low && Rune.TryCreate(unit, low, out var pair) ? pair : null;
    }

    private static char? ReadUnit(ReadOnlySpan<byte> text) =>
        text[0] == '\\' && text[1] == 'u' && ushort.TryParse(text[2..6], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit : null;

    /// <summary>Between chunks it keeps what a border has cut: an escape, a group of base64, a character.</summary>
    private sealed class ChunkDecoder(bool base64)
    {
        private readonly byte[] raw = new byte[Chunk];
        private readonly byte[] plain = new byte[Chunk + 16];
        private readonly byte[] decoded = new byte[Chunk + 16];
        private readonly char[] characters = new char[Chunk + 16];
        private readonly Decoder utf8 = new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder();
        private int rawKept;
        private int plainKept;

        public Memory<byte> Free => raw.AsMemory(rawKept);

        public ReadOnlyMemory<byte>? Take(int count, bool last)
        {
            var all = raw.AsSpan(0, rawKept + count);
            var written = Unescape(all, plain.AsSpan(plainKept), out var used);
            if (written < 0 || (last && used < all.Length))
                return null;
            rawKept = all.Length - used;
            all[used..].CopyTo(raw);
            return base64 ? TakeBase64(plainKept + written, last) : TakeText(written, last);
        }

        private ReadOnlyMemory<byte>? TakeBase64(int length, bool last)
        {
            var status = Base64.DecodeFromUtf8(plain.AsSpan(0, length), decoded, out var used, out var written, isFinalBlock: last);
            if (status != OperationStatus.Done && (last || status != OperationStatus.NeedMoreData))
                return null;
            plainKept = length - used;
            plain.AsSpan(used, plainKept).CopyTo(plain);
            return decoded.AsMemory(0, written);
        }

        private ReadOnlyMemory<byte>? TakeText(int length, bool last)
        {
            try
            {
                utf8.GetChars(plain.AsSpan(0, length), characters, flush: last);
                return plain.AsMemory(0, length);
            }
            catch (DecoderFallbackException)
            {
                return null;
            }
        }
    }
}
