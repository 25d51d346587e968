using GateMiddleware.Rejection;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>One line of a commit, read and found to be well-formed; or the reason why it is not, which ends the reading.</summary>
internal abstract record CommitLine;

internal sealed record CommitFault(Refusal Refusal) : CommitLine;

/// <param name="Parent">The commit that the author believes to be the branch's tip; null if that is all the same.</param>
internal sealed record CommitHeader(string Summary, string Description, string? Parent) : CommitLine
{
    public string Message => string.IsNullOrWhiteSpace(Description) ? Summary : $"{Summary}\n\n{Description}";
}

internal abstract record CommitOperation(TreePath Path) : CommitLine;

/// <param name="Open">The bytes from the beginning, as often as it is called, until the next line is read.</param>
internal sealed record PutFile(TreePath Path, long Length, Func<Stream> Open) : CommitOperation(Path);

/// <param name="Size">Null: the object's own.</param>
internal sealed record PutLfsFile(TreePath Path, LfsOid Oid, long? Size) : CommitOperation(Path);

internal sealed record DeleteFile(TreePath Path) : CommitOperation(Path);

internal sealed record DeleteFolder(TreePath Path) : CommitOperation(Path);
