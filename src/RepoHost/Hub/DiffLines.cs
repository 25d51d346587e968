using System.Globalization;
using System.Text;
using RepoHost.Git;

namespace RepoHost.Hub;

/// <summary>
/// Changed files as <c>raw=true</c> lists them: T for text or B for bytes, the size of the new file, a tab, and then what <c>git diff --raw</c> writes with whole
/// ids: <c>T 12\t:100644 100644 id... id... M\tpath</c>.
/// </summary>
internal static class DiffLines
{
    private const string NoFile = "000000";
    private const string Submodule = "160000";

    /// <param name="diff">What <c>git diff-tree -z --raw --numstat</c> wrote: both lists have the same files in the same order.</param>
    /// <param name="sizeOf">The size of a file by its blob.</param>
    public static byte[] Write(ReadOnlySpan<byte> diff, Func<GitOid, long> sizeOf)
    {
        // Latin-1 keeps the bytes of names as they are.
        var pieces = Encoding.Latin1.GetString(diff).Split('\0');
        var (entries, at) = Entries(pieces);
        var text = new StringBuilder();
        foreach (var (head, paths) in entries)
        {
            // A renamed file is counted as "added, removed, nothing", with both names in pieces of their own.
            var binary = at < pieces.Length && pieces[at].StartsWith("-\t", StringComparison.Ordinal);
            at += at < pieces.Length && pieces[at].EndsWith('\t') ? 3 : 1;

            // ":old-mode new-mode old-id new-id status", where the status of a rename has its likeness behind it.
            if (head.Split(' ') is not [var oldMode, var newMode, var oldId, var newId, var status])
                continue;
            var (mode, id) = newMode == NoFile ? (oldMode[1..], oldId) : (newMode, newId);
            var size = mode != Submodule && GitOid.TryParse(id, out var blob) ? sizeOf(blob) : 0;
            text.Append(CultureInfo.InvariantCulture, $"{(binary ? 'B' : 'T')} {size}\t{oldMode} {newMode} {oldId}... {newId}... {status[0]}");
            foreach (var path in paths)
                text.Append('\t').Append(Quote(path));
            text.Append('\n');
        }

        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static (List<(string Head, string[] Paths)> Entries, int End) Entries(string[] pieces)
    {
        var entries = new List<(string, string[])>();
        var at = 0;
        while (at + 1 < pieces.Length && pieces[at].StartsWith(':'))
        {
            var status = pieces[at][(pieces[at].LastIndexOf(' ') + 1)..];
            var names = status.StartsWith('R') || status.StartsWith('C') ? 2 : 1;
            entries.Add((pieces[at], pieces[(at + 1)..Math.Min(at + 1 + names, pieces.Length)]));
            at += 1 + names;
        }

        return (entries, at);
    }

    /// <summary>As git quotes a name that would break the line.</summary>
    private static string Quote(string path)
    {
        if (!path.AsSpan().ContainsAny("\t\n\r\"\\"))
            return path;
        var quoted = new StringBuilder("\"");
        foreach (var c in path)
            quoted.Append(c switch { '\t' => "\\t", '\n' => "\\n", '\r' => "\\r", '"' => "\\\"", '\\' => "\\\\", _ => c.ToString() });
        return quoted.Append('"').ToString();
    }
}
