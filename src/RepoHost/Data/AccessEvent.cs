using GateMiddleware.Decisions;

namespace RepoHost.Data;

/// <summary>One change of one access request; only ever added. The report, the mails and the audit trail read from here.</summary>
internal sealed class AccessEvent
{
    public long Id { get; set; }
    public required string RepositoryId { get; set; }
    public required string UserId { get; set; }
    public required string ActorId { get; set; }
    public DateTimeOffset At { get; set; }
    public required string Action { get; set; }
    public AccessState From { get; set; }
    public AccessState To { get; set; }
    public string? Reason { get; set; }
}
