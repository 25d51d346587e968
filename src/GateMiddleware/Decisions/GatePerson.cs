namespace GateMiddleware.Decisions;

/// <summary>Who asks, as authentication has found out. A bad credential never gets this far: the host answers it 401.</summary>
/// <param name="Id">The person's stable id; null or empty for nobody.</param>
/// <param name="MayReadGated">False when the credential itself (a fine-grained token, say) does not reach other people's gated repositories. Default true.</param>
public sealed record GatePerson(string? Id, bool MayReadGated = true)
{
    /// <summary>Nobody: a request without credentials.</summary>
    public static readonly GatePerson Anonymous = new(null, MayReadGated: false);
}
