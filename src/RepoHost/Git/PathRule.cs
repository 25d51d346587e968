using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>How long and how deep the path of a new file may be. Pages, programs and file systems all pay for each folder above a file; honest repositories have a dozen.</summary>
/// <param name="deepest">How many folders may stand above a file.</param>
internal sealed class PathRule(int deepest)
{
    /// <summary>Of a path in sentences.</summary>
    private const int LongestShown = 100;

    /// <summary>Null, or a sentence about the path.</summary>
    public string? FaultOf(ReadOnlySpan<byte> path)
    {
        if (path.Length > TreePath.MaxBytes)
            return string.Create(CultureInfo.InvariantCulture, $"The path {Shorten(path)} is longer than {TreePath.MaxBytes} bytes, which git can check out nowhere. Use shorter names.");
        return path.Count((byte)'/') > deepest
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The path {Shorten(path)} has more than {deepest} folders, the most that a file may lie in here. Put the files into fewer folders, or into an archive.")
            : null;
    }

    public string? FaultOf(TreePath path) => FaultOf(PathSpelling.Write(path.Value));

    /// <summary>
    /// Passes on the lines of <c>git rev-list --objects</c>, an id and a path each. Throws <see cref="InvalidDataException"/> with a sentence at the first path that is
    /// refused: whoever sends 20,000 nested folders makes git write the squares of them.
    /// </summary>
    public async Task CopyAsync(Stream objects, Stream to, CancellationToken cancellationToken)
    {
        var longest = GitOid.HexLength + 1 + TreePath.MaxBytes + 1;
        var buffer = new byte[64 * 1024];
        for (var kept = 0; ;)
        {
            var read = await objects.ReadAsync(buffer.AsMemory(kept), cancellationToken);
            if (read == 0 && kept == 0)
                return;
            var filled = kept + read;
            var whole = read == 0 ? filled : buffer.AsSpan(0, filled).LastIndexOf((byte)'\n') + 1;
            Check(buffer.AsSpan(0, whole));
            await to.WriteAsync(buffer.AsMemory(0, whole), cancellationToken);
            kept = filled - whole;
            if (kept > longest)
                Check(buffer.AsSpan(whole, kept));
            buffer.AsSpan(whole, kept).CopyTo(buffer);
        }
    }

    private void Check(ReadOnlySpan<byte> lines)
    {
        foreach (var range in lines.Split((byte)'\n'))
        {
            if (lines[range] is { Length: > GitOid.HexLength } line && FaultOf(line[(GitOid.HexLength + 1)..]) is { } fault)
                throw new InvalidDataException(fault);
        }
    }

    private static string Shorten(ReadOnlySpan<byte> path) =>
        path.Length <= LongestShown ? Encoding.UTF8.GetString(path) : Encoding.UTF8.GetString(path[..LongestShown]).TrimEnd('\ufffd') + "…";
}
