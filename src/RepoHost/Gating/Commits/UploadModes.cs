using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>Where a file that is about to be uploaded belongs: into the commit itself, or into LFS first (contract 7.2).</summary>
internal sealed class UploadModes(GitAttributes attributes, long largestGitFile, long? inlineBytes)
{
    /// <summary>
    /// A zero byte in the sample says "binary", which alone is no reason: icons and small samples are binary and do no harm in Git. Over this size it is one.
    /// </summary>
    private const long LargestBinary = 1_000_000;

    /// <summary>Files that Git reads itself, which knows nothing of LFS.</summary>
    public static bool IsGitsOwn(TreePath path) => path.Name is GitAttributes.FileName or GitIgnore.FileName or ".gitmodules";

    /// <param name="sample">The first bytes; empty if none came.</param>
    /// <param name="isLfsNow">The file that is there is an LFS object.</param>
    public bool IsLfs(TreePath path, long size, ReadOnlySpan<byte> sample, bool isLfsNow)
    {
        if (size == 0)
            return false;
        // The caller can't upload LFS objects; the commit makes one of the content where it should be one.
        if (inlineBytes is { } most)
            return size > most;
        return !IsGitsOwn(path) && (isLfsNow || size > largestGitFile || (size > LargestBinary && sample.Contains((byte)0)) || attributes.IsLfs(path));
    }
}
