namespace RepoHost.Storage;

internal enum PartFinishOutcome
{
    Stored,

    /// <summary>Nothing was changed; the part may still come.</summary>
    PartMissing,

    /// <summary>The parts together are not what was promised; they are gone.</summary>
    WrongContent,

    /// <summary>A part is being written just now.</summary>
    Busy,
}

/// <param name="Part">The first part that is missing; 0 if none is.</param>
internal sealed record PartFinish(PartFinishOutcome Outcome, int Part = 0);
