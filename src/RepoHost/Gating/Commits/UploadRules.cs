using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>What is to be known before a file is uploaded.</summary>
internal sealed class UploadRules(PullRequests pullRequests, RepositoryFiles files, IOptions<PushOptions> pushes, IOptions<UploadOptions> uploads)
{
    public RepositoryFiles Files => files;

    /// <param name="inline">The caller has no way to upload LFS objects, so files come inside the commit as far as they can.</param>
    public UploadModes Modes(GitAttributes attributes, bool inline) => new(attributes, pushes.Value.LargestFileBytes, inline ? uploads.Value.InlineBytes : null);

    /// <summary>Whether somebody who may not write to the repository may write to this pull request.</summary>
    public Task<bool> MayCommitAsync(RepositoryRecord record, int pullRequest, Caller caller, CancellationToken cancellationToken) =>
        pullRequests.IsAuthorAsync(record.Id, pullRequest, caller.UserId!, cancellationToken);
}
