using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;
using RepoHost.Data;
using RepoHost.Git;

namespace RepoHost.Tests.Git;

/// <summary>A real bare repository in a temporary folder, filled by the real git. Disposing removes it all.</summary>
internal sealed class TestRepository : IDisposable
{
    private readonly Dictionary<string, string> tips = [];
    private int commits;

    public TestRepository(Action<GitOptions>? configure = null, TimeProvider? time = null)
    {
        Root = Path.Combine(Path.GetTempPath(), "repohost-" + Guid.NewGuid().ToString("N"));
        var options = new GitOptions { RootFolder = Path.Combine(Root, "repositories"), SpillFolder = Path.Combine(Root, "spill") };
        configure?.Invoke(options);
        Repositories = new GitRepositories(Options.Create(options), time ?? TimeProvider.System);
        Id = HubId.New();
        Repository = Repositories.Create(Id);
    }

    public string Root { get; }
    public string Id { get; }
    public GitRepositories Repositories { get; }
    public GitRepository Repository { get; }
    public string Folder => Repository.Folder;

    /// <summary>A commit of text files on top of a branch.</summary>
    public GitOid Commit(string message, params (string Path, string Text)[] files) =>
        CommitFiles(message, [.. files.Select(file => new TestFile(file.Path, Encoding.UTF8.GetBytes(file.Text)))]);

    /// <summary>Content null removes the path. Author and committer are fixed; each commit is a minute later than the one before.</summary>
    public GitOid CommitFiles(string message, IEnumerable<TestFile> files, string branch = "main", params GitOid[] mergeFrom)
    {
        using var stream = new MemoryStream();
        var when = 1_700_000_000 + (60 * commits++);
        Line(stream, $"commit refs/heads/{branch}");
        Line(stream, $"author Ada <ada@example.org> {when} +0100");
        Line(stream, $"committer Ada <ada@example.org> {when} +0100");
        Data(stream, Encoding.UTF8.GetBytes(message));
        if (tips.TryGetValue(branch, out var tip))
            Line(stream, $"from {tip}");
        foreach (var parent in mergeFrom)
            Line(stream, $"merge {parent}");
        foreach (var file in files)
            File(stream, file);
        GitWith(stream.ToArray(), "fast-import", "--quiet", "--force");
        return Adopt(branch);
    }

    /// <summary>Takes the branch as some other process left it, so that the next commit stands on it.</summary>
    public GitOid Adopt(string branch)
    {
        tips[branch] = Git("rev-parse", $"refs/heads/{branch}");
        return GitOid.Parse(tips[branch]);
    }

    public void Branch(string name, GitOid at)
    {
        Git("update-ref", $"refs/heads/{name}", at.ToString());
        tips[name] = at.ToString();
    }

    public void Ref(string fullName, GitOid at) => Git("update-ref", fullName, at.ToString());

    public void Tag(string name, GitOid at, bool annotated = false)
    {
        if (annotated)
            Git("-c", "user.name=Ada", "-c", "user.email=ada@example.org", "tag", "-a", "-m", "a tag", name, at.ToString());
        else
            Git("tag", name, at.ToString());
    }

    public void Repack() => Git("repack", "-a", "-d", "-q");

    /// <summary>Runs git in the bare repository; trimmed standard output.</summary>
    public string Git(params string[] arguments) => GitWith([], arguments);

    public string GitWith(byte[] input, params string[] arguments) => RunGit(["--git-dir=" + Folder, .. arguments], input);

    public static string RunGit(string[] arguments, byte[]? input = null)
    {
        var start = new ProcessStartInfo("git") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var process = Process.Start(start)!;
        var complaint = new StringBuilder();
        process.ErrorDataReceived += (_, e) => complaint.AppendLine(e.Data);
        process.BeginErrorReadLine();
        process.StandardInput.BaseStream.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output.Trim() : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {complaint}");
    }

    public void Dispose()
    {
        Repositories.Dispose();
        Directory.Delete(Root, recursive: true);
    }

    private static void File(Stream stream, TestFile file)
    {
        var path = file.Path.Replace(@"\", @"\\", StringComparison.Ordinal)
            .Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        if (file.Content is null)
        {
            Line(stream, $"D \"{path}\"");
        }
        else if (file.Mode == "160000")
        {
            Line(stream, $"M 160000 {Encoding.ASCII.GetString(file.Content)} \"{path}\"");
        }
        else
        {
            Line(stream, $"M {file.Mode} inline \"{path}\"");
            Data(stream, file.Content);
        }
    }

    private static void Data(Stream stream, byte[] bytes)
    {
        Line(stream, $"data {bytes.Length}");
        stream.Write(bytes);
        Line(stream, $"");
    }

    private static void Line(Stream stream, FormattableString text) => stream.Write(Encoding.UTF8.GetBytes(FormattableString.Invariant(text) + "\n"));
}

internal sealed record TestFile(string Path, byte[]? Content, string Mode = "100644")
{
    public static TestFile Text(string path, string text) => new(path, Encoding.UTF8.GetBytes(text));
}
