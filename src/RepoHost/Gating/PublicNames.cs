using GateMiddleware.Decisions;
using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>
/// Keeps a right to write from becoming a right to read. The files of <see cref="PublicFiles"/> are open to everyone at the tip of the default branch, and
/// whoever writes chooses which content has such a name: ids of all files are in the file list, so a tree can name a file that its author has never seen. A
/// caller who does not pass the gate may therefore put there only content that is new to the repository, or that they sent themselves, or that has this very
/// name there already. A pointer is not content: it names an LFS object, in any of many spellings. Where its object would be open, only those who pass the
/// gate put one.
/// </summary>
internal sealed class PublicNames(WriterGate gate, RepositoryFiles files)
{
    /// <param name="repository">Without the objects of the change.</param>
    /// <returns>Null when the change makes nothing public that the caller may not read. Ask while holding the repository's lock.</returns>
    public async Task<WriteFault?> CheckAsync(RepositoryRecord record, GitRepository repository, WriteOrder order, Caller caller, CancellationToken cancellationToken)
    {
        var (branch, present) = repository.DefaultBranchNow();
        if (order.Updates.FirstOrDefault(update => update.FullName == branch) is not { New: { } next } update)
            return null;

        var git = order.Objects?.Git ?? repository;
        var open = OpenFiles.Of(record);
        var named = PublicFiles.Of(record).Where(path => git.Find(next, path) is { } entry
            && (present is not { } tip || repository.Find(tip, path)?.Oid != entry.Oid)
            && ((open.Contains(path) && files.Describe(git, entry).Lfs is not null)
                || (!order.Sent.Contains(entry.Oid) && repository.Holds(entry.Oid)))).ToArray();

        // Where the caller is can't be told here, and a card that asks for it must not be got round.
        return named.Length > 0 && await gate.AskAsync(record, caller, VisitorRegion.Unknown, cancellationToken) is { } refusal
            ? new WriteFault(update.FullName, Sentence(named[0], refusal.Message), LackOfRights: true)
            : null;
    }

    private static string Sentence(TreePath path, string why) =>
        $"{path.Value} is readable by everyone, and the content that you give this name is an LFS object, or is already in the repository under another name "
        + "or in another revision. "
        + $"Only someone who passes the repository's gate may do that. {why}";
}
