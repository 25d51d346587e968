namespace RepoHost.Git;

internal enum FileChangeKind
{
    Added,
    Deleted,
    Modified,
    Renamed,

    /// <summary>A file became a link, or the other way round.</summary>
    TypeChanged,
}

/// <summary>What one commit changed, as far as a page shows it.</summary>
/// <param name="Parent">What it is compared with; null for a first commit.</param>
/// <param name="Files">The first of them.</param>
/// <param name="FileCount">How many there are.</param>
/// <param name="Complete">Every line of every file is here.</param>
internal sealed record CommitDiff(GitOid? Parent, IReadOnlyList<FileChange> Files, int FileCount, bool Complete);

/// <summary>One changed file.</summary>
/// <param name="Old">What was there; null for an added file.</param>
/// <param name="New">What is there now; null for a deleted one.</param>
internal sealed record FileChange(FileChangeKind Kind, FileSide? Old, FileSide? New)
{
    /// <summary>Where it is, or was.</summary>
    public string Path => (New ?? Old)!.Path;

    /// <summary>Empty when no text differs, and when git takes it for binary.</summary>
    public List<DiffLine> Lines { get; } = [];

    public int Added { get; set; }

    public int Removed { get; set; }

    public bool Binary { get; set; }

    /// <summary>There are more lines than are here.</summary>
    public bool Cut { get; set; }
}

internal sealed record FileSide(GitEntryKind Kind, GitOid Oid, string Path);

internal enum DiffLineKind
{
    /// <summary>Where the lines that follow begin, as git writes it.</summary>
    Place,
    Same,
    Added,
    Removed,

    /// <summary>About the line before: it has no line break.</summary>
    Note,
}

/// <param name="Old">Its number in the old file.</param>
/// <param name="New">Its number in the new file.</param>
internal sealed record DiffLine(DiffLineKind Kind, int? Old, int? New, string Text);
