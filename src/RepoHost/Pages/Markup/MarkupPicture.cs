using RepoHost.Data;

namespace RepoHost.Pages.Markup;

/// <summary>A picture of this server in somebody's text.</summary>
/// <param name="Address">As it may stand in a page.</param>
/// <param name="Shown">Whether it is sent to this reader; otherwise its words stand in its place.</param>
internal readonly record struct MarkupPicture(string Address, bool Shown);

/// <summary>A repository whose picture a text shows, by the address that the text writes.</summary>
/// <param name="FullName">In lower case.</param>
internal readonly record struct PictureSource(RepositoryType Type, string FullName);
