using Microsoft.AspNetCore.Mvc;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Pages.Highlighting;

namespace RepoHost.Pages.Files;

/// <summary>One file of a revision: text with its lines, a picture, or the facts and a download.</summary>
[PageAccess(RouteAccess.ReadContent, PublicFiles = true)]
internal sealed class BlobModel(RepositoryFiles files) : RevisionPage
{
    /// <summary>Larger pictures are not loaded with the page.</summary>
    private const long LargestPicture = 20_000_000;

    /// <summary>Larger texts are shown without colours.</summary>
    private const int LargestColoured = 256 * 1024;

    private static readonly string[] Pictures = [".png", ".jpg", ".jpeg", ".gif", ".webp"];

    public override string Word => "blob";

    public RepositoryFile Found { get; private set; } = null!;

    public GitCommit Latest { get; private set; } = null!;

    /// <summary>Null for what is not shown as text.</summary>
    public FileText? Text { get; private set; }

    public CodeLanguage? Language { get; private set; }

    public bool IsPicture => Found.Entry.Kind is not GitEntryKind.Symlink && Found.Size is > 0 and <= LargestPicture
        && Pictures.Contains(System.IO.Path.GetExtension(FilePath.Name), StringComparer.OrdinalIgnoreCase);

    public bool IsTooLarge => Found.Lfs is null && Found.Entry.Size > FileText.LargestShown;

    /// <summary>It can be changed in the browser.</summary>
    public bool MayEdit => MayCommit && Text is { NotUtf8: false } && Found is { Lfs: null, Entry.Kind: GitEntryKind.File or GitEntryKind.Executable };

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (FindRevision() is { } missing)
            return missing;
        if (IsEmpty)
            return NoRevision();
        if (FilePath.IsRoot)
            return new SeeOtherResult(Links.Tree(Record, Revision));
        if (files.Find(Git, Commit, FilePath) is not { } file || file.Entry.Kind == GitEntryKind.Submodule)
            return NoPath();
        if (file.Entry.Kind == GitEntryKind.Directory)
            return new SeeOtherResult(Links.Tree(Record, Revision, FilePath.Value));

        Found = file;
        Latest = Git.LastCommits(Commit, [FilePath], LookBack.Glance).GetValueOrDefault(FilePath) ?? Git.ReadCommit(Commit);
        if (file.Lfs is null && !IsPicture && await FileText.ReadBytesAsync(Git, file.Entry, FileText.LargestShown, cancellationToken) is { } bytes && !FileText.IsBinary(bytes.Span))
        {
            Text = FileText.Of(bytes.Span);
            Language = bytes.Length <= LargestColoured && file.Entry.Kind != GitEntryKind.Symlink ? CodeLanguage.OfFile(FilePath.Name) : null;
        }

        return Page();
    }
}
