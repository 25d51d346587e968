using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>
/// The content of a file that is being committed: a blob of this run of fast-import (<see cref="Mark"/>), or an object in the store (<see cref="Lfs"/>). It may become
/// both, when only the whole commit tells where it belongs.
/// </summary>
internal sealed class StoredContent(long size)
{
    public long Size { get; } = size;

    /// <summary>While the run goes on that took the content in; afterwards the blob has its id.</summary>
    public int? Mark { get; set; }
    public GitOid? Oid { get; set; }

    /// <summary>How a commit names the blob; null if there is none.</summary>
    public string? Blob => Mark is { } mark ? FormattableString.Invariant($":{mark}") : Oid?.ToString();

    public LfsPointer? Lfs { get; set; }

    /// <summary>The bytes are a pointer themselves, so they stay in Git (as git-lfs's own filter leaves them).</summary>
    public bool IsPointer { get; init; }

    /// <summary>By its beginning.</summary>
    public bool IsBinary { get; init; }

    /// <summary>Kept for <c>.gitattributes</c>, which count for the very commit that brings them.</summary>
    public string? Text { get; init; }
}
