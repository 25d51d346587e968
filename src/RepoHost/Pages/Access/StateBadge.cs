using GateMiddleware.Decisions;

namespace RepoHost.Pages.Access;

/// <summary>A request's state as a word, with a colour and a drawing that say the same.</summary>
internal sealed record StateBadge(string Word, string Class, string Icon)
{
    public static StateBadge Of(AccessState state) => state switch
    {
        AccessState.Pending => new("pending", "wait", "clock"),
        AccessState.Accepted => new("accepted", "good", "check"),
        AccessState.Rejected => new("rejected", "bad", "cross"),
        AccessState.Reset => new("reset", "calm", "info"),
        _ => new("no request", "", "info"),
    };

    /// <summary>The state of a word of ours; null for any other.</summary>
    public static AccessState? Parse(string? word) => word switch
    {
        "pending" => AccessState.Pending,
        "accepted" => AccessState.Accepted,
        "rejected" => AccessState.Rejected,
        "reset" => AccessState.Reset,
        _ => null,
    };
}
