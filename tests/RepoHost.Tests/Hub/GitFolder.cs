using System.Text;
using RepoHost.Tests.Git;

namespace RepoHost.Tests.Hub;

/// <summary>A bare repository in a folder of its own, made by the real git, to be imported with its history. Later commits can be pushed into the server's copy.</summary>
internal sealed class GitFolder : IDisposable
{
    private int _clock = 1_700_000_000;

    public GitFolder() => TestRepository.RunGit(["init", "-q", "--bare", "-b", "main", Path]);

    public string Path { get; } = Directory.CreateTempSubdirectory("repohost-git-").FullName;

    /// <summary>A commit that replaces everything the branch had.</summary>
    /// <param name="files">Path and text; a path that ends in <c>@</c> is a symbolic link to the text.</param>
    public string Commit(string branch, params (string Path, string Text)[] files) => Commit(branch, onTop: false, files);

    /// <summary>The same with the branch's present tip as its parent.</summary>
    public string GitCommitOnTop(string branch, params (string Path, string Text)[] files) => Commit(branch, onTop: true, files);

    private string Commit(string branch, bool onTop, (string Path, string Text)[] files)
    {
        var parent = onTop ? $"from refs/heads/{branch}^0\n" : "";
        var stream = new StringBuilder($"commit refs/heads/{branch}\ncommitter T <t@example.org> {_clock++} +0000\ndata 1\nc\n{parent}deleteall\n");
        foreach (var (path, text) in files)
            stream.Append(path.EndsWith('@') ? "M 120000" : "M 100644").Append(" inline ").Append(path.TrimEnd('@')).Append('\n')
                .Append("data ").Append(Encoding.UTF8.GetByteCount(text)).Append('\n').Append(text).Append('\n');
        TestRepository.RunGit(["--git-dir=" + Path, "fast-import", "--quiet", "--force"], Encoding.UTF8.GetBytes(stream.ToString()));
        return Git("rev-parse", branch).Trim();
    }

    public string Git(params string[] arguments) => TestRepository.RunGit(["--git-dir=" + Path, .. arguments]);

    /// <summary>What another process does that pushes: the server has no part in it.</summary>
    public void PushTo(string folder, params string[] refspecs) => Git(["push", "-q", "-f", folder, .. refspecs]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
