namespace RepoHost.Lfs;

/// <summary>Section <c>Lfs</c>; see docs/configuration.md.</summary>
internal sealed class LfsOptions
{
    public const string Section = "Lfs";

    /// <summary>Objects larger than this are uploaded in parts by clients that can; a repository may have a size of its own.</summary>
    public long MultipartBytes { get; set; } = 5_000_000_000;

    /// <summary>Size of a part; it grows with the object, so that there are at most 10,000.</summary>
    public long PartBytes { get; set; } = 100_000_000;

    /// <summary>The largest object that is taken.</summary>
    public long LargestObjectBytes { get; set; } = 500_000_000_000;

    /// <summary>How long the addresses of a batch answer hold, 1 to 720; those for uploads have the time that the upload takes on top.</summary>
    public int AddressMinutes { get; set; } = 15;
}
