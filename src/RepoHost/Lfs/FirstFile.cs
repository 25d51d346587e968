using System.Text;

namespace RepoHost.Lfs;

/// <summary>A file of a repository's first commit.</summary>
internal sealed record FirstFile(string Path, byte[] Content)
{
    /// <summary>What a repository begins with when nothing else is asked for.</summary>
    public static readonly IReadOnlyList<FirstFile> Defaults = [Attributes()];

    public static FirstFile Attributes() => new(GitAttributes.FileName, Encoding.UTF8.GetBytes(GitAttributes.DefaultText.ReplaceLineEndings("\n")));
}
