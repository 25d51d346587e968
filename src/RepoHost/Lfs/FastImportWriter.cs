using System.Globalization;
using System.Text;
using RepoHost.Git;

namespace RepoHost.Lfs;

/// <summary>Writes the stream that <c>git fast-import</c> reads: blobs and a commit, no file held in memory.</summary>
/// <param name="answers">What git answers to questions; null where none are asked.</param>
internal sealed class FastImportWriter(Stream output, Stream? answers = null)
{
    private int lastMark;

    public Task BeginCommitAsync(string branch, ImportAuthor author, DateTimeOffset when, string message, CancellationToken cancellationToken) =>
        BeginCommitAsync(branch, null, author, when, message, null, cancellationToken);

    /// <summary>A commit on top of another one. The mark names it.</summary>
    public async Task<int> BeginCommitAsync(
        string branch, ImportAuthor author, DateTimeOffset when, string message, GitOid? parent, CancellationToken cancellationToken)
    {
        var mark = ++lastMark;
        await BeginCommitAsync(branch, mark, author, when, message, parent, cancellationToken);
        return mark;
    }

    public async Task FileAsync(string mode, string path, byte[] content, CancellationToken cancellationToken)
    {
        await LineAsync($"M {mode} inline {QuotedText.Write(path)}", cancellationToken);
        await DataAsync(content, cancellationToken);
    }

    public async Task FileAsync(string mode, string path, Stream content, long length, CancellationToken cancellationToken)
    {
        await LineAsync($"M {mode} inline {QuotedText.Write(path)}", cancellationToken);
        await DataAsync(content, length, path, cancellationToken);
    }

    /// <param name="blob">An object id, or a mark with its colon.</param>
    public Task FileAsync(string mode, string path, string blob, CancellationToken cancellationToken) =>
        LineAsync($"M {mode} {blob} {QuotedText.Write(path)}", cancellationToken);

    /// <summary>A file, or a folder with all that is in it.</summary>
    public Task DeleteAsync(string path, CancellationToken cancellationToken) => LineAsync($"D {QuotedText.Write(path)}", cancellationToken);

    /// <summary>A blob that no commit names yet; the mark does.</summary>
    public async Task<int> BlobAsync(Stream content, long length, string path, CancellationToken cancellationToken)
    {
        await LineAsync(string.Create(CultureInfo.InvariantCulture, $"blob\nmark :{++lastMark}"), cancellationToken);
        await DataAsync(content, length, path, cancellationToken);
        return lastMark;
    }

    /// <summary>The commit holds exactly this tree, which must be there already.</summary>
    public Task TreeAsync(GitOid root, CancellationToken cancellationToken) => LineAsync($"M 040000 {root} \"\"", cancellationToken);

    /// <summary>The ids of blobs of this run, in the order of their marks here.</summary>
    public async Task<IReadOnlyList<GitOid>> IdsAsync(IReadOnlyList<int> marks, CancellationToken cancellationToken)
    {
        // As many as fit into the pipe of the answers, whoever is slower.
        const int AtOnce = 1000, LineLength = GitOid.HexLength + 1;
        List<GitOid> ids = [];
        foreach (var some in marks.Chunk(AtOnce))
        {
            await LineAsync(string.Join('\n', some.Select(mark => string.Create(CultureInfo.InvariantCulture, $"get-mark :{mark}"))), cancellationToken);
            await output.FlushAsync(cancellationToken);
            var lines = new byte[some.Length * LineLength];
            // The line feed behind a content that was read back before may still be there.
            await answers!.ReadExactlyAsync(lines.AsMemory(0, 1), cancellationToken);
            await answers!.ReadExactlyAsync(lines.AsMemory(lines[0] == '\n' ? 0 : 1), cancellationToken);
            for (var at = 0; at < lines.Length; at += LineLength)
                ids.Add(GitOid.Parse(Encoding.ASCII.GetString(lines.AsSpan(at, GitOid.HexLength))));
        }

        return ids;
    }

    /// <summary>Reads a blob of this run back. The stream is to be read to its end before anything else is written, and not to be disposed.</summary>
    public async Task<Stream> ReadBackAsync(int mark, CancellationToken cancellationToken)
    {
        await LineAsync(string.Create(CultureInfo.InvariantCulture, $"cat-blob :{mark}"), cancellationToken);
        await output.FlushAsync(cancellationToken);
        // "<id> SP blob SP <size> LF <content> LF"
        // The line feed behind a content that was read back before is still there.
        var line = await AnswerAsync(cancellationToken) is { Length: > 0 } first ? first : await AnswerAsync(cancellationToken);
        return line.Split(' ') is [_, "blob", var size]
            ? new ExactLengthStream(answers!, long.Parse(size, CultureInfo.InvariantCulture))
            : throw new IOException("git fast-import did not answer.");
    }

    // "done" makes a stream that broke off a failure instead of a shorter commit.
    public Task EndAsync(CancellationToken cancellationToken) => LineAsync("done", cancellationToken);

    private async Task BeginCommitAsync(
        string branch, int? mark, ImportAuthor author, DateTimeOffset when, string message, GitOid? parent, CancellationToken cancellationToken)
    {
        var signature = string.Create(CultureInfo.InvariantCulture, $"{Clean(author.Name)} <{Clean(author.Email)}> {when.ToUnixTimeSeconds()} +0000");
        var named = mark is null ? "" : string.Create(CultureInfo.InvariantCulture, $"mark :{mark}\n");
        await LineAsync($"commit refs/heads/{branch}\n{named}author {signature}\ncommitter {signature}", cancellationToken);
        await DataAsync(Encoding.UTF8.GetBytes(message), cancellationToken);
        if (parent is { } from)
            await LineAsync($"from {from}", cancellationToken);
    }

    private async Task DataAsync(byte[] content, CancellationToken cancellationToken)
    {
        await LineAsync(string.Create(CultureInfo.InvariantCulture, $"data {content.Length}"), cancellationToken);
        await output.WriteAsync(content, cancellationToken);
        await LineAsync("", cancellationToken);
    }

    private async Task DataAsync(Stream content, long length, string path, CancellationToken cancellationToken)
    {
        await LineAsync(string.Create(CultureInfo.InvariantCulture, $"data {length}"), cancellationToken);
        var buffer = new byte[(int)Math.Clamp(length, 1, 64 * 1024)];
        for (var left = length; left > 0;)
        {
            var count = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(buffer.Length, left)), cancellationToken);
            if (count == 0)
                throw new ImportException($"{path} became shorter while it was read.");
            await output.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            left -= count;
        }

        await LineAsync("", cancellationToken);
    }

    private async Task<string> AnswerAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        for (var one = new byte[1]; await answers!.ReadAsync(one, cancellationToken) == 1 && one[0] != '\n';)
            line.Append((char)one[0]);
        return line.ToString();
    }

    private async Task LineAsync(string text, CancellationToken cancellationToken) =>
        await output.WriteAsync(Encoding.UTF8.GetBytes(text + "\n"), cancellationToken);

    private static string Clean(string text) => string.Concat(text.Where(c => c is not ('<' or '>') && !char.IsControl(c))).Trim();
}
