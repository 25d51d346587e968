namespace GateMiddleware.Decisions;

/// <summary>Who asks, as authentication has found out. A bad credential never gets this far: the host answers it 401.</summary>
/// <param name="Id">The person's stable id; null or empty for nobody.</param>
/// <param name="MayReadGated">False when the credential itself (a fine-grained token, say) does not reach this repository while it is gated. Default true.</param>
public sealed record GatePerson(string? Id, bool MayReadGated = true)
{
    /// <summary>A sentence for a credential that may not read this repository at all, gated or not, which names the missing right; null when it may.</summary>
    public string? MissingRight { get; init; }

    /// <summary>Nobody: a request without credentials.</summary>
    public static readonly GatePerson Anonymous = new(null, MayReadGated: false);
}
