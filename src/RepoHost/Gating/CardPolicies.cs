using System.Data.Common;
using System.Text;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>
/// Reads the gate of a repository from its settings and from the card at the tip of the default branch (design 1). A card is parsed once per blob id,
/// so a push needs no invalidation: the next request sees another tip. A warm answer costs one look at the ref file.
/// </summary>
internal sealed partial class CardPolicies(GitRepositories repositories, RepositoryFiles files, RepositoryCatalog catalog, ILogger<CardPolicies> logger)
{
    /// <summary>The front matter ends within this, or the card is too large to be read (design 1: 256 KB).</summary>
    private const int CardBytes = 320 * 1024;

    private static readonly TreePath ReadmePath = TreePath.Parse("README.md");

    /// <summary>How far back an unreadable card's predecessors are looked for.</summary>
    private const int MostCommitsBack = 200;

    private const long Budget = 64L << 20;

    private readonly BoundedCache<string> _known = new(Budget);

    /// <summary>The policy that holds now. Throws <see cref="GitCorruptException"/> when the repository can't be read: then nothing may be served.</summary>
    public ValueTask<CardPolicy> FindAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        var git = repositories.Open(record.Id);
        var (branch, tip) = git.DefaultBranchNow();
        if (_known.TryGet<Known>(record.Id, out var known) && known.Version == record.Version && known.Policy.Tip == tip && known.Policy.Branch == branch)
            return ValueTask.FromResult(known.Policy);
        return ReadAsync(record, git, branch, tip, cancellationToken);
    }

    private async ValueTask<CardPolicy> ReadAsync(RepositoryRecord record, GitRepository git, string? branch, GitOid? tip, CancellationToken cancellationToken)
    {
        var file = tip is { } commit ? files.Find(git, commit, ReadmePath) : null;
        var card = tip is null && record.LastReadableCardBlob is not null ? ModelCardReader.Read(NotACard) // it had a card, and now its branch is gone: that is doubt
            : file is null ? null
            : _known.TryGet<Known>(record.Id, out var known) && known.Policy.CardBlob == file.Entry.Oid ? known.Policy.Card
            : await ReadCardAsync(git, file, cancellationToken);

        var lastReadable = card is { Readable: false } ? await FindLastReadableAsync(record, git, tip, cancellationToken) : null;
        if (card is { Readable: false })
            Log.Unreadable(logger, record.Id, file?.Entry.Oid.ToString() ?? "none", card.Problems.Count > 0 ? card.Problems[0].Line : 0);

        var policy = GatePolicy.Combine(card, record.GateSetting, lastReadable, record.OrgMembersGated, record.Type.Singular());
        var answer = new CardPolicy(tip, branch, file?.Entry.Oid, card, policy);

        // Remembered for the day when the card can't be read: the gate of the last one that could be (design 1). What could not be remembered is not cached
        // either, so the next request tries again.
        if (card is { Readable: true } && file is not null && record.LastReadableCardBlob != file.Entry.Oid.ToString()
            && !await RememberAsync(record.Id, card.Gated ?? GateMode.Open, file.Entry.Oid.ToString()))
            return answer;

        _known.Remove(record.Id);
        _known.Add(record.Id, new Known(record.Version, answer), 4096 + (4 * (file is { Lfs: null } ? Math.Min(file.Entry.Size, CardBytes) : 0)));
        return answer;
    }

    /// <summary>
    /// The gate of the last card that could be read: the newest of the branch's own history, and the one that was remembered, whichever is stricter. Null,
    /// which closes the gate, when there is none, and when all that is known is that some card once was open: a history that no longer holds it may have
    /// held a gate as well.
    /// </summary>
    private async Task<GateMode?> FindLastReadableAsync(RepositoryRecord record, GitRepository git, GitOid? tip, CancellationToken cancellationToken)
    {
        var remembered = record.LastReadableCardGate;
        var seen = new HashSet<GitOid>();
        foreach (var commit in tip is { } at ? git.Commits(at, 0, MostCommitsBack) : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (files.Find(git, commit.Id, ReadmePath) is not { } file || !seen.Add(file.Entry.Oid))
                continue;
            if (await ReadCardAsync(git, file, cancellationToken) is { Readable: true } card)
                return (GateMode)Math.Max((int)(card.Gated ?? GateMode.Open), (int)(remembered ?? GateMode.Open));
        }

        return remembered is GateMode.Open ? null : remembered;
    }

    /// <summary>Goes on when the client has left: what it would have learned is for those who come later.</summary>
    private async Task<bool> RememberAsync(string repositoryId, GateMode gate, string cardBlob)
    {
        try
        {
            await catalog.RememberCardAsync(repositoryId, gate, cardBlob, CancellationToken.None);
            return true;
        }
        catch (Exception e) when (e is DbException or DbUpdateException)
        {
            Log.NotRemembered(logger, repositoryId, e);
            return false;
        }
    }

    /// <summary>Only a regular file is a card. A README.md that is a link, an LFS object or a folder can't be read, and what can't be read never opens a gate.</summary>
    private static async Task<ModelCard> ReadCardAsync(GitRepository git, RepositoryFile file, CancellationToken cancellationToken)
    {
        if (file.Entry.Kind is not (GitEntryKind.File or GitEntryKind.Executable) || file.Lfs is not null)
            return ModelCardReader.Read(NotACard);

        if (git.ReadSmallBlob(file.Entry.Oid) is { } small)
            return ModelCardReader.Read(small);

        using var handle = await git.OpenBlobFileAsync(file.Entry.Oid, cancellationToken);
        var beginning = new byte[Math.Min(CardBytes, file.Entry.Size)];
        var read = 0;
        while (read < beginning.Length)
        {
            var n = RandomAccess.Read(handle, beginning.AsSpan(read), read);
            if (n == 0)
                break;
            read += n;
        }

        // Cut between characters, or the reader would call a long card's umlaut invalid UTF-8.
        while (read > 0 && read < file.Entry.Size && (beginning[read - 1] & 0xC0) == 0x80)
            read--;
        if (read > 0 && read < file.Entry.Size && beginning[read - 1] >= 0xC0)
            read--;
        return ModelCardReader.Read(beginning.AsMemory(0, read));
    }

    /// <summary>Front matter that never closes: the reader reports it as unreadable, which is what a README.md that is no regular file amounts to.</summary>
    private static readonly byte[] NotACard = Encoding.UTF8.GetBytes("---\nREADME.md is not a regular file\n");

    private sealed record Known(long Version, CardPolicy Policy);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The gate of the card of repository {RepositoryId} could not be written down; it is read again with the next request")]
        public static partial void NotRemembered(ILogger logger, string repositoryId, Exception cause);

        [LoggerMessage(Level = LogLevel.Warning, Message = "The card of repository {RepositoryId} (blob {Blob}) cannot be read, line {Line}; its gate fails closed")]
        public static partial void Unreadable(ILogger logger, string repositoryId, string blob, int line);
    }
}
