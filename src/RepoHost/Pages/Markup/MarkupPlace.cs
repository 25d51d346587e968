using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Git;

namespace RepoHost.Pages.Markup;

/// <summary>Where a text lies, which is what its relative links start from.</summary>
/// <param name="Revision">The branch, tag or commit that links lead to.</param>
/// <param name="Folder">The folder of the text's file; empty for the root.</param>
/// <param name="ShowsPictures">Whether the reader passes the gate: pictures are files of the repository. To others only those are shown that everybody may
/// read.</param>
internal sealed record MarkupPlace(RepositoryRecord Record, string Revision, string Folder = "", bool ShowsPictures = true)
{
    /// <summary>The text lies at the tip of the default branch, where the repository's open files are.</summary>
    public bool AtDefaultTip { get; init; }

    /// <summary>Other repositories whose pictures everybody may read.</summary>
    public IReadOnlySet<PictureSource> OpenSources { get; init; } = new HashSet<PictureSource>();

    /// <summary>Whether everybody may read this file of the repository.</summary>
    public bool IsOpen(string path) => AtDefaultTip && TreePath.TryParse(path, out var parsed) && OpenFiles.Of(Record).Contains(parsed);
}
