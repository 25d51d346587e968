using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>
/// Where a file belongs: into Git itself, or into LFS. Asked before an upload, which then goes the one way or the other, and by the commit, for what came inside it:
/// one rule, or a file would be kept by the way that it took.
/// </summary>
internal sealed class UploadModes(GitAttributes attributes, long largestGitFile, long? inlineBytes)
{
    /// <summary>How much of a file's beginning tells whether it is binary; clients send as much.</summary>
    public const int SampleBytes = 512;

    /// <summary>
    /// A zero byte in the sample says "binary", which alone is no reason: icons and small samples are binary and do no harm in Git. Over this size it is one.
    /// </summary>
    private const long LargestBinary = 1_000_000;

    /// <summary>Files that Git reads itself, which knows nothing of LFS.</summary>
    public static bool IsGitsOwn(TreePath path) => path.Name is GitAttributes.FileName or GitIgnore.FileName or ".gitmodules";

    /// <summary>Whether a sample of a file's beginning says that it is binary; an empty one says nothing.</summary>
    public static bool IsBinary(ReadOnlySpan<byte> sample) => sample.Contains((byte)0);

    /// <summary>Binary, and too large for that.</summary>
    public static bool IsLargeBinary(long size, bool isBinary) => size > LargestBinary && isBinary;

    /// <summary>How a file is to be sent.</summary>
    /// <param name="isLfsNow">The file that is there is an LFS object.</param>
    public bool IsSentToLfs(TreePath path, long size, bool isBinary, bool isLfsNow) =>
        // The caller can't upload LFS objects; the commit makes one of the content where it should be one.
        inlineBytes is { } most ? size > most : IsKeptInLfs(path, size, isBinary, isLfsNow);

    /// <summary>How a file is to be kept. One without bytes has nothing to keep elsewhere (git-lfs does the same).</summary>
    /// <param name="isLfsNow">The file that is there is an LFS object.</param>
    public bool IsKeptInLfs(TreePath path, long size, bool isBinary, bool isLfsNow) =>
        size > 0 && !IsGitsOwn(path) && (isLfsNow || size > largestGitFile || IsLargeBinary(size, isBinary) || attributes.IsLfs(path));
}
