using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>Reads whole objects one after the other from a running <c>git cat-file --batch</c>, without keeping any.</summary>
internal sealed class ObjectDialog
{
    /// <summary>The rules let no larger tree, commit or tag pass; an import may have brought one.</summary>
    private const int Largest = 64 << 20;

    private readonly Stream questions;
    private readonly Stream read;

    private ObjectDialog(Stream questions, Stream answers) => (this.questions, read) = (questions, answers);

    public static Task RunAsync(string folder, Func<ObjectDialog, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var start = GitProgram.Describe(folder, "cat-file", "--batch");
        PushedData.Limit(start);
        return GitDialog.RunAsync(
            start,
            async (input, output, ct) =>
            {
                // The program's own stream is the other side's to close.
                var answers = new BufferedStream(output, 64 * 1024);
                await work(new ObjectDialog(input, answers), ct);
            },
            cancellationToken);
    }

    /// <returns>The type as git calls it, and the content.</returns>
    public async Task<(string Type, byte[] Content)> ReadAsync(GitOid oid, CancellationToken cancellationToken)
    {
        await questions.WriteAsync(Encoding.ASCII.GetBytes($"{oid}\n"), cancellationToken);
        await questions.FlushAsync(cancellationToken);
        // git-cat-file, "Batch Output": "<oid> SP <type> SP <size> LF <content> LF"
        if ((await LineAsync(cancellationToken)).Split(' ') is not [var name, var type, var length] || name != oid.ToString())
            throw new InvalidDataException($"the object {oid} can't be read.");
        var size = long.Parse(length, CultureInfo.InvariantCulture);
        if (size > Largest)
            throw new InvalidDataException($"the object {oid} has {size} bytes, too many to be read.");
        var content = new byte[size + 1];
        await read.ReadExactlyAsync(content, cancellationToken);
        return (type, content[..^1]);
    }

    private async Task<string> LineAsync(CancellationToken cancellationToken)
    {
        var line = new StringBuilder();
        for (var one = new byte[1]; await read.ReadAsync(one, cancellationToken) == 1 && one[0] != '\n';)
            line.Append((char)one[0]);
        return line.ToString();
    }
}
