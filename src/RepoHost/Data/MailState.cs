namespace RepoHost.Data;

/// <summary>Stored as numbers: never renumber.</summary>
internal enum MailState
{
    Waiting = 0,
    Sent = 1,

    /// <summary>By the time it could be sent there was nothing left to tell, or nobody who wants to be told.</summary>
    NotNeeded = 2,
    GivenUp = 3,
}
