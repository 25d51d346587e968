namespace RepoHost.Lfs;

/// <summary>The folder can't be imported; the message is for the operator.</summary>
internal sealed class ImportException(string message, Exception? cause = null) : Exception(message, cause);
