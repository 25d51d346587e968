namespace RepoHost.Lfs;

/// <summary>How an object is cut into parts: all of <see cref="PartBytes"/>, the last one of what is left.</summary>
internal readonly record struct PartPlan(long Size, long PartBytes)
{
    /// <summary>Clients number parts with five digits (contract 7.3).</summary>
    public const int MaxParts = 10_000;

    public int Count => (int)((Size + PartBytes - 1) / PartBytes);

    public static PartPlan For(long size, long partBytes) => new(size, Math.Max(partBytes, (size + MaxParts - 1) / MaxParts));

    public long OffsetOf(int number) => (number - 1) * PartBytes;

    public long LengthOf(int number) => Math.Min(PartBytes, Size - OffsetOf(number));
}
