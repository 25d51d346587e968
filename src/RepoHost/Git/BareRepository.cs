using System.Text;
using RepoHost.Storage;

namespace RepoHost.Git;

/// <summary>Writes an empty bare repository by hand (gitrepository-layout): no template, hook or setting of the machine gets into it.</summary>
internal static class BareRepository
{
    // fsync: git's own default leaves refs and loose objects to the operating system; a push that was answered must survive a power loss.
    // bigFileThreshold: larger files are not stored as deltas, so they can be streamed straight from the pack.
    private const string Config = """
        [core]
        	repositoryformatversion = 0
        	filemode = true
        	bare = true
        	logAllRefUpdates = true
        	bigFileThreshold = 8m
        	fsync = committed,reference
        [gc]
        	auto = 0
        [maintenance]
        	auto = false
        [receive]
        	fsckObjects = true
        	autogc = false
        [uploadpack]
        	allowFilter = true

        """;

    public static void Write(string folder)
    {
        foreach (var name in (ReadOnlySpan<string>)["objects/info", "objects/pack", "refs/heads", "refs/tags", "info"])
            DurableFolder.Create(Path.Combine(folder, name));
        WriteFile(folder, "HEAD", "ref: refs/heads/main\n");
        WriteFile(folder, "config", Config.ReplaceLineEndings("\n"));
        DurableFolder.Flush(folder);
    }

    public static void SetDefaultBranch(string folder, string branch)
    {
        if (!RefName.IsValid(branch))
            throw new ArgumentException("Not the name of a branch.", nameof(branch));
        WriteFile(folder, "HEAD.new", $"ref: refs/heads/{branch}\n");
        File.Move(Path.Combine(folder, "HEAD.new"), Path.Combine(folder, "HEAD"), overwrite: true);
        DurableFolder.Flush(folder);
    }

    private static void WriteFile(string folder, string name, string text)
    {
        using var file = File.OpenHandle(Path.Combine(folder, name), FileMode.Create, FileAccess.Write);
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
        RandomAccess.FlushToDisk(file);
    }
}
