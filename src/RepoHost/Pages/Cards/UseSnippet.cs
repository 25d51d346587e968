namespace RepoHost.Pages.Cards;

/// <summary>One way of using a repository, as a text that can be pasted.</summary>
/// <param name="Title">The library or program.</param>
/// <param name="Language">What the text is written in: <c>python</c>, <c>shell</c>, <c>javascript</c>.</param>
/// <param name="Note">A sentence about it; none by default.</param>
internal sealed record UseSnippet(string Title, string Language, string Code, string? Note = null);
