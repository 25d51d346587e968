using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>The SHA-256 of an LFS object's content: 64 lower-case hex digits. Nothing else ever becomes part of a file name (threat 8).</summary>
internal readonly struct LfsOid : IEquatable<LfsOid>
{
    public const int HexLength = 64;

    private static readonly string Zeros = new('0', HexLength);
    private readonly string? value;

    private LfsOid(string value) => this.value = value;

    public string Value => value ?? Zeros;

    public static bool TryParse(string? text, out LfsOid oid)
    {
        oid = default;
        if (!Hex.IsLower(text, HexLength))
            return false;
        oid = new LfsOid(text!);
        return true;
    }

    public static LfsOid Parse(string text) => TryParse(text, out var oid) ? oid : throw new FormatException("An LFS object id has 64 lower-case hex digits.");

    public bool Equals(LfsOid other) => string.Equals(Value, other.Value, StringComparison.Ordinal);
    public override bool Equals(object? obj) => obj is LfsOid other && Equals(other);
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);
    public override string ToString() => Value;

    public static bool operator ==(LfsOid left, LfsOid right) => left.Equals(right);
    public static bool operator !=(LfsOid left, LfsOid right) => !left.Equals(right);
}
