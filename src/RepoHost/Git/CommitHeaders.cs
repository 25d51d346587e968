using System.Globalization;
using System.Text;

namespace RepoHost.Git;

/// <summary>Looks through commits for headers that git would not have written.</summary>
internal static class CommitHeaders
{
    private const int MostNamed = 10;
    private const int BufferSize = 64 * 1024;

    /// <summary>A sentence for each of the first, and one for how many more there are. Nothing of it breaks anything here: it is told so that it can be mended where it came from.</summary>
    public static async Task<IReadOnlyList<string>> RemarksAsync(GitRepository repository, IReadOnlyList<GitOid> commits, CancellationToken cancellationToken)
    {
        if (commits.Count == 0)
            return [];
        var (remarks, more) = (new List<string>(), 0);
        await GitProgram.RunAsync(
            GitProgram.Describe(repository.Folder, "cat-file", "--batch", "--buffer"),
            async (input, ct) =>
            {
                await using var lines = new StreamWriter(input, Encoding.ASCII, BufferSize, leaveOpen: true) { NewLine = "\n" };
                foreach (var commit in commits)
                    await lines.WriteLineAsync(commit.ToString().AsMemory(), ct);
            },
            async (output, ct) =>
            {
                await using var answers = new BufferedStream(output, BufferSize);
                foreach (var commit in commits)
                {
                    var faults = new List<string>();
                    CommitText.Read(commit, await ReadAsync(answers, commit, ct), faults);
                    if (faults.Count == 0)
                        continue;
                    if (remarks.Count < MostNamed)
                        remarks.Add($"commit {commit}: {string.Join("; ", faults.Distinct())}. It was taken as it is, and is shown as well as can be.");
                    else
                        more++;
                }
            },
            cancellationToken);
        if (more > 0)
            remarks.Add(string.Create(CultureInfo.InvariantCulture, $"{more} more commits have such headers."));
        return remarks;
    }

    /// <summary>A line <c>{oid} commit {size}</c>, the content and a line feed (git-cat-file, "Batch Output").</summary>
    private static async Task<byte[]> ReadAsync(BufferedStream answers, GitOid commit, CancellationToken cancellationToken)
    {
        var head = new StringBuilder();
        for (var one = new byte[1]; await answers.ReadAsync(one, cancellationToken) == 1 && one[0] != '\n';)
            head.Append((char)one[0]);
        if (head.ToString().Split(' ') is not [_, "commit", var length])
            throw new IOException($"git can't read the commit {commit}.");
        var size = long.Parse(length, CultureInfo.InvariantCulture);
        var content = new byte[Math.Min(size, CommitText.MostBytes)];
        await answers.ReadExactlyAsync(content, cancellationToken);
        var rest = new byte[Math.Min(BufferSize, size + 1 - content.Length)];
        for (var left = size + 1 - content.Length; left > 0;)
        {
            var skipped = (int)Math.Min(left, rest.Length);
            await answers.ReadExactlyAsync(rest.AsMemory(0, skipped), cancellationToken);
            left -= skipped;
        }

        return content;
    }
}
