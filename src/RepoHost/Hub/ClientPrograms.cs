using System.Text.RegularExpressions;

namespace RepoHost.Hub;

/// <summary>Clients that have to be answered in their own way, by their <c>User-Agent</c>. It is what they say they are: nothing is opened by it.</summary>
internal static partial class ClientPrograms
{
    /// <summary>From 1.20 on the Python client looks for Xet storage without asking, wherever a file is called lfs.</summary>
    public static bool GoesToXet(HttpRequest request) =>
        PythonClient().Match(request.Headers.UserAgent.ToString()) is { Success: true } client
        && int.TryParse(client.Groups[1].ValueSpan, out var major) && int.TryParse(client.Groups[2].ValueSpan, out var minor) && (major, minor).CompareTo((1, 20)) >= 0;

    /// <summary>
    /// The library uploads what it is told to send to LFS, deletes its own file, and commits later: a file that it is told to send with the commit is gone by then.
    /// </summary>
    public static bool DeletesBeforeCommit(HttpRequest request) => request.Headers.UserAgent.ToString().StartsWith("datasets/", StringComparison.Ordinal);

    /// <summary>llama.cpp takes files whose hash it can't read for files that are not there.</summary>
    public static bool NeedsHashes(HttpRequest request) => request.Headers.UserAgent.ToString().StartsWith("llama-cpp/", StringComparison.Ordinal);

    [GeneratedRegex(@"\bhf_hub/(\d{1,9})\.(\d{1,9})", RegexOptions.CultureInvariant)]
    private static partial Regex PythonClient();
}
