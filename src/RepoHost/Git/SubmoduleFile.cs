using System.Text;

namespace RepoHost.Git;

/// <summary>
/// <c>.gitmodules</c>, whose names and addresses git hands to programs when somebody clones. A push is checked by <c>git index-pack --strict</c>; this is the
/// same check (fsck.c) for a single file.
/// </summary>
internal static class SubmoduleFile
{
    private const string Folder = "submodules";

    /// <summary>Whether some file system could take the name for <c>.gitmodules</c>; git itself decides. Too many names cost a check, too few let one pass.</summary>
    public static bool IsNamedSo(string name)
    {
        // HFS+ passes over some characters, none of them ASCII; NTFS knows short names like GITMOD~1 and GI7EBA~1 (path.c).
        var ascii = string.Concat(name.Where(char.IsAscii));
        return ascii.Contains("gitmod", StringComparison.OrdinalIgnoreCase)
            || (ascii.StartsWith("g", StringComparison.OrdinalIgnoreCase) && ascii.Contains('~', StringComparison.Ordinal));
    }

    /// <summary>In a repository of its own: the objects of the other are neither read again nor added to.</summary>
    /// <param name="scratch">An existing folder; whoever owns it removes what is left there.</param>
    /// <returns>What git complains of; null if nothing.</returns>
    public static async Task<string?> FindFaultAsync(string scratch, string name, Stream content, CancellationToken cancellationToken)
    {
        var folder = Path.Combine(scratch, Folder);
        Directory.CreateDirectory(Path.Combine(folder, "objects"));
        Directory.CreateDirectory(Path.Combine(folder, "refs"));
        await File.WriteAllTextAsync(Path.Combine(folder, "HEAD"), "ref: refs/heads/main\n", cancellationToken);
        var blob = await WriteAsync(folder, content.CopyToAsync, ["hash-object", "-w", "--stdin"], cancellationToken);
        byte[] entry = [.. Encoding.ASCII.GetBytes($"100644 blob {blob}\t"), .. PathSpelling.Write(name), 0];
        var tree = await WriteAsync(folder, async (input, ct) => await input.WriteAsync(entry, ct), ["mktree", "-z"], cancellationToken);
        try
        {
            await GitProgram.RunAsync(GitProgram.Describe(folder, "fsck", "--strict", "--no-dangling", tree), null, null, cancellationToken);
            return null;
        }
        catch (GitProgramException e) when (e.Message.Contains("error in ", StringComparison.Ordinal))
        {
            // "error in blob <id>: <what>: <why>"; other lines speak of the scratch repository.
            return e.Message.Split('\n').First(line => line.Contains("error in ", StringComparison.Ordinal));
        }
    }

    private static async Task<string> WriteAsync(string folder, Func<Stream, CancellationToken, Task> feed, string[] arguments, CancellationToken cancellationToken)
    {
        var id = "";
        await GitProgram.RunAsync(
            GitProgram.Describe(folder, arguments), feed, async (output, ct) => id = (await new StreamReader(output).ReadToEndAsync(ct)).Trim(), cancellationToken);
        return id;
    }
}
