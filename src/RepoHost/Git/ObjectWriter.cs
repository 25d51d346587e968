using System.Text;

namespace RepoHost.Git;

/// <summary>Writes single objects through <c>git hash-object</c>, which refuses malformed ones. Into a <see cref="Quarantine"/>, unless the repository is nobody's yet.</summary>
internal static class ObjectWriter
{
    public static Task<GitOid> EmptyTreeAsync(string folder, CancellationToken cancellationToken) => WriteAsync(folder, "tree", [], cancellationToken);

    public static Task<GitOid> CommitAsync(
        string folder, GitOid tree, IEnumerable<GitOid> parents, GitSignature author, string message, CancellationToken cancellationToken)
    {
        var text = new StringBuilder($"tree {tree}\n");
        foreach (var parent in parents)
            text.Append("parent ").Append(parent).Append('\n');
        text.Append("author ").Append(author.Line).Append("\ncommitter ").Append(author.Line).Append("\n\n").Append(Lines(message));
        return WriteAsync(folder, "commit", Encoding.UTF8.GetBytes(text.ToString()), cancellationToken);
    }

    /// <summary>An annotated tag; a ref must point at it as well.</summary>
    public static Task<GitOid> TagAsync(string folder, string name, GitOid commit, GitSignature tagger, string message, CancellationToken cancellationToken) =>
        WriteAsync(folder, "tag", Encoding.UTF8.GetBytes($"object {commit}\ntype commit\ntag {name}\ntagger {tagger.Line}\n\n{Lines(message)}"), cancellationToken);

    private static async Task<GitOid> WriteAsync(string folder, string type, byte[] content, CancellationToken cancellationToken)
    {
        var name = "";
        await GitProgram.RunAsync(
            GitProgram.Describe(folder, "hash-object", "-t", type, "-w", "--stdin"),
            async (input, ct) => await input.WriteAsync(content, ct),
            async (output, ct) => name = await new StreamReader(output).ReadToEndAsync(ct),
            cancellationToken);
        return GitOid.Parse(name.TrimEnd());
    }

    private static string Lines(string message) => message.ReplaceLineEndings("\n").TrimEnd() + "\n";
}
