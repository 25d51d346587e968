namespace RepoHost.Accounts;

/// <summary>More lists are asked for than are put together at once; answered 503.</summary>
internal sealed class ListsBusyException() : TimeoutException("The server is busy with other lists. Try again in a moment.");
