using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>A path as patterns are held against it: its bytes, since git's '?' is one byte, and where each of its pieces ends.</summary>
internal readonly struct GlobPath
{
    private readonly byte[] bytes;
    private readonly int[] ends;

    private GlobPath(byte[] bytes, int[] ends) => (this.bytes, this.ends) = (bytes, ends);

    /// <summary>How many pieces it has; the last is the file.</summary>
    public int Levels => ends.Length;

    public static GlobPath Of(TreePath path)
    {
        var bytes = PathSpelling.Write(path.Value);
        var ends = new int[path.IsRoot ? 0 : bytes.AsSpan().Count((byte)'/') + 1];
        for (var (level, at) = (0, 0); level < ends.Length; level++)
        {
            var slash = bytes.AsSpan(at).IndexOf((byte)'/');
            ends[level] = slash < 0 ? bytes.Length : at + slash;
            at = ends[level] + 1;
        }

        return new(bytes, ends);
    }

    public ReadOnlySpan<byte> Name(int level) => bytes.AsSpan(Start(level), ends[level] - Start(level));

    /// <summary>The path as the folder sees it that has <paramref name="level"/> pieces above: 0 is the root, which sees all of it.</summary>
    public ReadOnlySpan<byte> From(int level) => bytes.AsSpan(Start(level));

    /// <summary>The level whose piece ends at this many bytes of <see cref="From"/>; negative if none does.</summary>
    public int LevelEndingAt(int fromLevel, int length) => Array.BinarySearch(ends, Start(fromLevel) + length);

    private int Start(int level) => level == 0 ? 0 : ends[level - 1] + 1;
}
