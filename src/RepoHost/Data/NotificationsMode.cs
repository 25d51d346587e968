namespace RepoHost.Data;

/// <summary>How the authors hear of new access requests (contract 6.1). Stored as numbers: never renumber.</summary>
internal enum NotificationsMode
{
    /// <summary>Once a day.</summary>
    Bulk = 0,
    RealTime = 1,
}
