using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>Entries together with the LFS objects they stand for. Whether a blob is a pointer hangs on its bytes alone, so it is kept by blob id.</summary>
internal sealed class RepositoryFiles
{
    private const int ShortestPointer = 120;
    private const long Budget = 16L << 20;
    private const int Weight = 400;

    private static readonly object NoPointer = new();

    private readonly BoundedCache<GitOid> pointers = new(Budget);

    /// <summary>Null if nothing is at that path.</summary>
    public RepositoryFile? Find(GitRepository repository, GitOid commit, TreePath path) =>
        repository.Find(commit, path) is { } entry ? Describe(repository, entry) : null;

    public RepositoryFile Describe(GitRepository repository, GitEntry entry)
    {
        // A symlink's text may look like a pointer; it still is a symlink.
        if (entry.Kind is not (GitEntryKind.File or GitEntryKind.Executable) || entry.Size is < ShortestPointer or > LfsPointer.MaxBytes)
            return new RepositoryFile(entry, null);
        if (pointers.TryGet<object>(entry.Oid, out var known))
            return new RepositoryFile(entry, known as LfsPointer);
        var pointer = repository.ReadSmallBlob(entry.Oid) is { } text && LfsPointer.TryParse(text.Span, out var parsed) ? parsed : null;
        pointers.Add(entry.Oid, (object?)pointer ?? NoPointer, Weight);
        return new RepositoryFile(entry, pointer);
    }
}
