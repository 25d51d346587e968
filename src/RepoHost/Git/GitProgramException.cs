namespace RepoHost.Git;

/// <summary>The git program failed; <see cref="Complaint"/> is what it wrote to standard error (at most 4 KiB).</summary>
internal sealed class GitProgramException(int exitCode, string complaint, Exception? cause = null)
    : Exception($"git ended with status {exitCode}: {complaint}{(cause is null ? "" : $" ({cause.Message})")}", cause)
{
    public int ExitCode { get; } = exitCode;
    public string Complaint { get; } = complaint;
}
