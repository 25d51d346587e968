using GateMiddleware.Decisions;

namespace RepoHost.Pages.Access;

/// <param name="From">The state that the request is in: the one that is not offered.</param>
/// <param name="Key">Makes ids unique on the page.</param>
/// <param name="Whom">For screen readers: what a button is about.</param>
internal sealed record DecideButtons(AccessState From, string Key, string Whom);
