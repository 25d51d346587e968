namespace GateMiddleware.Decisions;

/// <summary>Where the truth is: the host's database. Implement it, and register it with <c>UseDecisions</c>.</summary>
public interface IAccessDecisionSource
{
    /// <summary>Reads what is committed now about one person at one repository.</summary>
    /// <param name="repositoryId">The repository's stable id.</param>
    /// <param name="personId">The person's stable id.</param>
    /// <param name="cancellationToken">Ends with the request, and after <see cref="GateOptions.SourceTimeout"/>.</param>
    /// <returns>The standing; its version is at least that of every announced change that it reflects. <see cref="AccessStanding.Stranger"/> for somebody unknown.</returns>
    /// <exception cref="Exception">Any, when it can't tell; the gate then answers 503.</exception>
    ValueTask<AccessStanding> ReadAsync(string repositoryId, string personId, CancellationToken cancellationToken);
}
