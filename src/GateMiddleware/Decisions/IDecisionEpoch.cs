namespace GateMiddleware.Decisions;

/// <summary>
/// Tells the in-process cache of changes made by another process on this machine (an operator's command beside the running server).
/// Optional: without one the epoch is always 0. A shared cache needs none, because every process announces its changes there.
/// </summary>
public interface IDecisionEpoch
{
    /// <summary>Reads a number that has changed whenever another process may have changed what this standing depends on. Must be quick: it is asked with every request.</summary>
    /// <param name="repositoryId">The repository's stable id.</param>
    /// <param name="personId">The person's stable id.</param>
    /// <returns>The epoch; an entry read under another epoch is not used.</returns>
    long Read(string repositoryId, string personId);
}
