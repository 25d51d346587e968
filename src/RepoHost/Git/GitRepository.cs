using Microsoft.Win32.SafeHandles;

namespace RepoHost.Git;

/// <summary>One bare repository, read-only. Thread-safe; null means not found, a broken repository throws <see cref="GitCorruptException"/>.</summary>
internal sealed class GitRepository
{
    /// <summary>
    /// How many entries of a <see cref="Walk"/> are worth looking at. Folders that name each other many times over, with no file in them, have no end in practice: whoever
    /// waits for a file must count folders too.
    /// </summary>
    public const int LongestWalk = 200_000;

    private readonly RefStore refs;
    private readonly ObjectReader objects;
    private readonly RevisionResolver revisions;
    private readonly TreeReader trees;
    private readonly CommitHistory history;
    private readonly BlobReader blobs;

    internal GitRepository(string id, string folder, RefStore refs, ObjectReader objects, SpillCache spill)
    {
        Id = id;
        Folder = folder;
        this.refs = refs;
        this.objects = objects;
        revisions = new RevisionResolver(folder, refs, objects);
        trees = new TreeReader(objects);
        history = new CommitHistory(objects);
        blobs = new BlobReader(folder, objects, spill);
    }

    public string Id { get; }

    /// <summary>The bare repository's folder, for the git program.</summary>
    public string Folder { get; }

    /// <summary>Short name, <c>main</c>; <c>HEAD</c> if HEAD is a commit itself.</summary>
    public string DefaultBranch => refs.HeadTarget() is { } name && name.StartsWith(RefName.Heads, StringComparison.Ordinal) ? name[RefName.Heads.Length..] : "HEAD";

    /// <summary>Null while nothing has been committed.</summary>
    public GitOid? DefaultBranchTip() => refs.Head();

    /// <summary>The default branch's full ref (null when HEAD is a commit itself) and its tip, read together.</summary>
    public (string? Branch, GitOid? Tip) DefaultBranchNow() => refs.HeadNow();

    public GitOid? ResolveRevision(RevisionName revision) => revisions.Resolve(revision);

    /// <summary>
    /// What follows <c>resolve</c>, <c>tree</c> and so on in a URL, split at literal slashes and decoded once (contract 1.4). Null: no such revision,
    /// or the rest can't be a path.
    /// </summary>
    public (RevisionName Revision, GitOid Commit, TreePath Path)? SplitRevisionAndPath(IReadOnlyList<string> decodedPieces) => revisions.Split(decodedPieces);

    public GitRefs Refs() =>
        new(RefsUnder(RefName.Heads), RefsUnder(RefName.Tags), RefsUnder(RefName.Converts), RefsUnder(RefName.PullRequests));

    /// <summary>The names of all refs. Nothing is read for it while no ref changes, and no tag is looked into.</summary>
    public RefSnapshot RefNames() => refs.Snapshot();

    /// <summary>How many ref files have been read for lists, for tests.</summary>
    public long LooseRefsRead => refs.LooseRead;

    /// <summary>The refs of one family, such as <c>refs/tags/</c>, that are commits or tags of commits.</summary>
    public IReadOnlyList<GitRef> RefsUnder(string prefix, int most = int.MaxValue) =>
        [.. refs.Snapshot().Under(prefix).Take(most).Select(Peel).OfType<GitRef>()];

    /// <summary>Null when the ref points at no commit.</summary>
    public GitRef? Peel(KeyValuePair<string, GitOid> found) =>
        (found.Key.StartsWith(RefName.Heads, StringComparison.Ordinal) ? found.Value : objects.PeelToCommit(found.Value)) is { } commit
            ? new GitRef(RefName.Short(found.Key), found.Key, commit) : null;

    public GitEntry? Find(GitOid commit, TreePath path) => trees.Find(commit, path);

    /// <summary>Folders first, then the rest, each by ordinal name; null if there is no such folder.</summary>
    public IReadOnlyList<GitEntry>? List(GitOid commit, TreePath folder) => trees.List(commit, folder);

    /// <summary>
    /// Lazy, in the order of <see cref="List"/> with each folder followed by its content; goes on after <paramref name="after"/>. Empty if there is
    /// no such folder.
    /// </summary>
    public IEnumerable<GitEntry> Walk(GitOid commit, TreePath folder, TreePath? after = null, bool recursive = true) =>
        trees.Walk(commit, folder, after, recursive);

    public long BlobSize(GitOid blob) => objects.BlobSize(blob);

    /// <summary>Null if it is larger than 256 KiB.</summary>
    public ReadOnlyMemory<byte>? ReadSmallBlob(GitOid blob) => objects.ReadSmallBlob(blob);

    public BlobContent OpenLargeBlob(GitOid blob) => blobs.Open(blob);

    /// <summary>The blob as a plain file for reads at positions; the handle is the caller's to dispose.</summary>
    public Task<SafeFileHandle> OpenBlobFileAsync(GitOid blob, CancellationToken cancellationToken) => blobs.OpenFileAsync(blob, cancellationToken);

    /// <summary>Whether there is an object of that id, also one that no ref reaches.</summary>
    public bool Holds(GitOid oid) => objects.Holds(oid);

    public bool IsCommit(GitOid oid) => objects.FindCommit(oid) is not null;

    /// <summary>Every ref with the object it points at; annotated tags are not peeled.</summary>
    public IReadOnlyDictionary<string, GitOid> AllRefs() => new Dictionary<string, GitOid>(refs.Snapshot().All);

    /// <summary>What a full ref points at; null when there is no such ref.</summary>
    public GitOid? FindRef(string fullName) => refs.Resolve(fullName);

    public GitCommit ReadCommit(GitOid commit) => objects.Commit(commit).Commit;

    public GitOid TreeOf(GitOid commit) => objects.Commit(commit).Tree;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<GitCommit> Commits(GitOid from, int skip, int take) => history.Commits(from, skip, take);

    public int CountCommits(GitOid from) => history.Count(from);

    /// <summary>Paths that the commit does not hold are left out.</summary>
    public IReadOnlyDictionary<TreePath, GitCommit> LastCommits(GitOid commit, IReadOnlyCollection<TreePath> paths, LookBack? bounds = null) =>
        history.LastCommits(commit, paths, bounds);
}
