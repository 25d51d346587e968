using System.Text;
using Xunit;

namespace RepoHost.EndToEnd.Support;

/// <summary>A history of many commits, written by the real git's fast-import into a bare repository that can be imported.</summary>
internal sealed class WrittenHistory
{
    private readonly StringBuilder text = new();
    private readonly List<byte[]> blobs = [];
    private readonly HashSet<string> begun = [];
    private int commits;
    private int mainTip;

    /// <summary>Other branches than main begin at main as it then is.</summary>
    public WrittenHistory Commit(string branch, string title, params (string Path, string Content)[] files)
    {
        Begin(branch, title);
        foreach (var (path, content) in files)
            text.Append($"M 100644 inline {Quote(path)}\ndata {Encoding.UTF8.GetByteCount(content)}\n{content}\n");
        return this;
    }

    public WrittenHistory Commit(string branch, string title, string path, byte[] content)
    {
        Begin(branch, title);
        text.Append($"M 100644 {{blob {blobs.Count}}} {Quote(path)}\n");
        blobs.Add(content);
        return this;
    }

    public async Task ImportAsync(string folder)
    {
        await GitAsync("", "init", "-q", "--bare", "-b", "main", folder);
        var commands = text.ToString();
        foreach (var (number, content) in blobs.Index())
        {
            var file = Path.Combine(folder, "content");
            await File.WriteAllBytesAsync(file, content);
            commands = commands.Replace($"{{blob {number}}}", await GitAsync("", "--git-dir=" + folder, "hash-object", "-w", file), StringComparison.Ordinal);
        }

        await GitAsync(commands, "--git-dir=" + folder, "fast-import", "--quiet");
    }

    private void Begin(string branch, string title)
    {
        commits++;
        text.Append($"commit refs/heads/{branch}\nmark :{commits}\ncommitter Ada <ada@example.org> {1_700_000_000 + commits} +0000\ndata {Encoding.UTF8.GetByteCount(title)}\n{title}\n");
        if (begun.Add(branch) && branch != "main")
            text.Append($"from :{mainTip}\n");
        if (branch == "main")
            mainTip = commits;
    }

    private static string Quote(string path) => $"\"{path.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static async Task<string> GitAsync(string input, params string[] arguments)
    {
        var done = await ChildProgram.RunAsync("git", arguments, input: input);
        Assert.True(done.ExitCode == 0, done.ToString());
        return done.Output.Trim();
    }
}
