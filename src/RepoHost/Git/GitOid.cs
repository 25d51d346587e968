using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace RepoHost.Git;

/// <summary>The SHA-1 id of a Git object: 20 bytes, written as 40 lower-case hex digits.</summary>
internal readonly struct GitOid : IEquatable<GitOid>
{
    public const int HexLength = 40;
    public const int ByteLength = 20;

    private readonly ulong first;
    private readonly ulong second;
    private readonly uint third;

    private GitOid(ReadOnlySpan<byte> raw)
    {
        first = BinaryPrimitives.ReadUInt64BigEndian(raw);
        second = BinaryPrimitives.ReadUInt64BigEndian(raw[8..]);
        third = BinaryPrimitives.ReadUInt32BigEndian(raw[16..]);
    }

    public static GitOid FromBytes(ReadOnlySpan<byte> raw) =>
        raw.Length == ByteLength ? new GitOid(raw) : throw new ArgumentException("A Git object id has 20 bytes.", nameof(raw));

    /// <summary>The id that an object of this type and content has.</summary>
    /// <param name="type">blob, tree, commit or tag.</param>
    public static GitOid OfObject(string type, ReadOnlySpan<byte> content)
    {
#pragma warning disable CA5350 // It is git's.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
#pragma warning restore CA5350
        hash.AppendData(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{type} {content.Length}\0")));
        hash.AppendData(content);
        return FromBytes(hash.GetHashAndReset());
    }

    /// <summary>Exactly 40 lower-case hex digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> hex, out GitOid oid)
    {
        oid = default;
        if (hex.Length != HexLength || hex.ContainsAnyExcept(Hex.LowerDigits))
            return false;
        Span<byte> raw = stackalloc byte[ByteLength];
        Convert.FromHexString(hex, raw, out _, out _);
        oid = new GitOid(raw);
        return true;
    }

    public static GitOid Parse(ReadOnlySpan<char> hex) =>
        TryParse(hex, out var oid) ? oid : throw new FormatException("A Git object id has 40 lower-case hex digits.");

    public void CopyTo(Span<byte> raw)
    {
        BinaryPrimitives.WriteUInt64BigEndian(raw, first);
        BinaryPrimitives.WriteUInt64BigEndian(raw[8..], second);
        BinaryPrimitives.WriteUInt32BigEndian(raw[16..], third);
    }

    public byte[] ToByteArray()
    {
        var raw = new byte[ByteLength];
        CopyTo(raw);
        return raw;
    }

    public bool Equals(GitOid other) => first == other.first && second == other.second && third == other.third;
    public override bool Equals(object? obj) => obj is GitOid other && Equals(other);

    // The id is itself a hash; its first bytes spread well enough.
    public override int GetHashCode() => first.GetHashCode();

    public override string ToString()
    {
        Span<byte> raw = stackalloc byte[ByteLength];
        CopyTo(raw);
        return Convert.ToHexStringLower(raw);
    }

    public static bool operator ==(GitOid left, GitOid right) => left.Equals(right);
    public static bool operator !=(GitOid left, GitOid right) => !left.Equals(right);
}
