using Microsoft.Extensions.Options;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating.Commits;

/// <summary>How files are to be sent, by this server's limits.</summary>
internal sealed class UploadRules(IOptions<PushOptions> pushes, IOptions<UploadOptions> uploads)
{
    /// <param name="inline">The caller has no way to upload LFS objects, so files come inside the commit as far as they can.</param>
    public UploadModes Modes(GitAttributes attributes, bool inline) => new(attributes, pushes.Value.LargestFileBytes, inline ? uploads.Value.InlineBytes : null);
}
