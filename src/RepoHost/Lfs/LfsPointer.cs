using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace RepoHost.Lfs;

/// <summary>The text that stands in Git for an LFS object (git-lfs docs/spec.md, "The Pointer").</summary>
internal sealed record LfsPointer(LfsOid Oid, long Size)
{
    /// <summary>"Pointer files must be less than 1024 bytes in size": larger blobs need not be read.</summary>
    public const int MaxBytes = 1023;

    private static readonly SearchValues<byte> KeyCharacters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789.-"u8);

    private static ReadOnlySpan<byte> VersionLine => "version https://git-lfs.github.com/spec/v1\n"u8;
    private static ReadOnlySpan<byte> OidPrefix => "sha256:"u8;

    public static bool TryParse(ReadOnlySpan<byte> text, [NotNullWhen(true)] out LfsPointer? pointer)
    {
        pointer = null;
        if (text.Length > MaxBytes || !text.StartsWith(VersionLine) || text[^1] != (byte)'\n')
            return false;
        LfsOid? oid = null;
        long? size = null;
        ReadOnlySpan<byte> lastKey = [];
        for (var rest = text[VersionLine.Length..]; !rest.IsEmpty;)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = rest[..end];
            rest = rest[(end + 1)..];
            var space = line.IndexOf((byte)' ');
            if (space <= 0 || !IsKey(line[..space]) || line[..space].SequenceCompareTo(lastKey) <= 0)
                return false;
            lastKey = line[..space];
            var value = line[(space + 1)..];
            if (lastKey.SequenceEqual("oid"u8))
                oid = ParseOid(value);
            else if (lastKey.SequenceEqual("size"u8))
                size = ParseSize(value);
        }

        if (oid is null || size is null)
            return false;
        pointer = new LfsPointer(oid.Value, size.Value);
        return true;
    }

    public byte[] ToBytes() => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"version https://git-lfs.github.com/spec/v1\noid sha256:{Oid}\nsize {Size}\n"));

    private static bool IsKey(ReadOnlySpan<byte> key) => !key.ContainsAnyExcept(KeyCharacters);

    private static LfsOid? ParseOid(ReadOnlySpan<byte> value) =>
        value.StartsWith(OidPrefix) && LfsOid.TryParse(Encoding.Latin1.GetString(value[OidPrefix.Length..]), out var oid) ? oid : null;

    private static long? ParseSize(ReadOnlySpan<byte> value) =>
        !value.IsEmpty && !value.ContainsAnyExceptInRange((byte)'0', (byte)'9')
        && Utf8Parser.TryParse(value, out long size, out var used) && used == value.Length ? size : null;
}
