namespace RepoHost.Hosting;

/// <summary>Something in the data directory that only its operator can mend; the message is a sentence that says what to do.</summary>
internal sealed class DataDirectoryException(string message, Exception? cause = null) : InvalidOperationException(message, cause);
