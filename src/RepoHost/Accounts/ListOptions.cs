namespace RepoHost.Accounts;

/// <summary>Settings of lists and searches of repositories.</summary>
internal sealed class ListOptions
{
    public const string Section = "Lists";

    /// <summary>How many lists are put together at once; the others wait for a moment, then they are refused. 0: one less than there are cores, at least one.</summary>
    public int AtOnce { get; set; }
}
