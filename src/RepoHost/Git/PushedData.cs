using System.Diagnostics;

namespace RepoHost.Git;

/// <summary>Git programs that look at what a stranger has sent: the size of what a delta makes is the sender's choice, and git takes the memory at once.</summary>
internal static class PushedData
{
    /// <summary>Far above what any object needs that the rules let pass, and enough for the lists of millions of objects.</summary>
    private const string MostAtOnce = "256m";

    /// <summary>The same in bytes.</summary>
    public const long MostAtOnceBytes = 256L << 20;

    /// <summary>git's wrapper.c: no single allocation may be larger.</summary>
    public static void Limit(ProcessStartInfo start) => start.Environment["GIT_ALLOC_LIMIT"] = MostAtOnce;

    public static bool IsOverLimit(string complaint) => complaint.Contains("attempting to allocate", StringComparison.Ordinal);
}
