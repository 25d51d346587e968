using GateMiddleware.Rejection;
using Microsoft.Extensions.Options;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>How files are to be sent, by this server's limits.</summary>
internal sealed class UploadRules(IOptions<PushOptions> pushes, IOptions<UploadOptions> uploads, RepositoryFiles files)
{
    /// <summary>
    /// Less than a millisecond: no reason to make anybody wait for a turn. Hundreds of files against the attributes of a new repository take a tenth of it; a
    /// long text of patterns takes more by its length alone, so that it is not even parsed first.
    /// </summary>
    private const long LittleSteps = 200_000;

    /// <param name="inline">The caller has no way to upload LFS objects, so files come inside the commit as far as they can.</param>
    public UploadModes Modes(GitAttributes attributes, bool inline) =>
        new(attributes, pushes.Value.LargestFileBytes, inline ? uploads.Value.InlineBytes : null);

    /// <summary>Whether an entry of a repository stands for an LFS object.</summary>
    public bool IsLfs(GitRepository repository, GitEntry entry) => files.Describe(repository, entry).Lfs is not null;

    /// <summary>What one request or one commit may cost.</summary>
    public GlobWork Work(CancellationToken cancellationToken) => new(uploads.Value.PatternSteps, cancellationToken);

    public GlobWork LittleWork(CancellationToken cancellationToken) => new(Math.Min(LittleSteps, uploads.Value.PatternSteps), cancellationToken);

    /// <summary>What the rules say is not known, so nothing is done in their name.</summary>
    public static Refusal Refusal(UnusableRulesException fault) => new(422, null, fault.Message, null);
}
