using RepoHost.Git;

namespace RepoHost.Lfs;

internal sealed record ImportAuthor(string Name, string Email);

/// <summary>How far an import has come: files and bytes so far, and the path in hand.</summary>
internal sealed record ImportStep(int Files, long Bytes, string Path);

/// <summary>
/// <paramref name="LfsObjects"/> were given to this repository; the caller writes their rows. <paramref name="MissingLfsObjects"/> have pointers in
/// the history, but no bytes.
/// </summary>
internal sealed record ImportSummary(
    GitOid? Tip, IReadOnlyList<LfsPointer> LfsObjects, IReadOnlyList<LfsPointer> MissingLfsObjects, int Files, long Bytes)
{
    /// <summary>What was taken, in words, where the folder alone does not say it.</summary>
    public string? Taken { get; init; }

    /// <summary>Sentences for the operator about what was taken and is not as it should be.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}
