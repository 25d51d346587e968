using RepoHost.Accounts;

namespace RepoHost.Pages.Markup;

/// <summary>Where a text lies, which is what its relative links start from.</summary>
/// <param name="Revision">The branch, tag or commit that links lead to.</param>
/// <param name="Folder">The folder of the text's file; empty for the root.</param>
/// <param name="ShowsPictures">Whether the reader passes the gate: pictures are files of the repository.</param>
internal sealed record MarkupPlace(RepositoryRecord Record, string Revision, string Folder = "", bool ShowsPictures = true);
