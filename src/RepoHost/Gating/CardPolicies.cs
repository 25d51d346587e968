using GateMiddleware.Decisions;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating.Regions;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Gating;

/// <summary>
/// Reads the gate of a repository from its settings and from the card at the tip of the default branch (design 1). A card is parsed once per blob id,
/// so a push needs no invalidation: the next request sees another tip. A warm answer costs one look at the ref file. Nothing is written here; what should be
/// remembered of a card is written when refs move (<see cref="RepositoryIndexer"/>).
/// </summary>
internal sealed partial class CardPolicies(GitRepositories repositories, CardReader reader, StaleEntries stale, VisitorPlaces places, ILogger<CardPolicies> logger)
{
    /// <summary>How far back an unreadable card's predecessors are looked for.</summary>
    private const int MostCommitsBack = 200;

    /// <summary>And how much of them is read: two hundred cards of two megabytes would take minutes.</summary>
    private const long MostBytesBack = 16 << 20;

    private const long Budget = 64L << 20;

    private readonly BoundedCache<string> _known = new(Budget);

    /// <summary>The policy that holds now. Throws <see cref="GitCorruptException"/> when the repository can't be read: then nothing may be served.</summary>
    public ValueTask<CardPolicy> FindAsync(RepositoryRecord record, CancellationToken cancellationToken) => FindAsync(record, forIndex: false, cancellationToken);

    /// <summary>The same for who is about to write down what was read.</summary>
    public ValueTask<CardPolicy> FindForIndexAsync(RepositoryRecord record, CancellationToken cancellationToken) => FindAsync(record, forIndex: true, cancellationToken);

    private ValueTask<CardPolicy> FindAsync(RepositoryRecord record, bool forIndex, CancellationToken cancellationToken)
    {
        var git = repositories.Open(record.Id);
        var (branch, tip) = git.DefaultBranchNow();
        if (_known.TryGet<Known>(record.Id, out var known) && known.Version == record.Version && known.Policy.Tip == tip && known.Policy.Branch == branch)
            return ValueTask.FromResult(known.Policy);
        return ReadAsync(record, git, branch, tip, forIndex, cancellationToken);
    }

    private async ValueTask<CardPolicy> ReadAsync(RepositoryRecord record, GitRepository git, string? branch, GitOid? tip, bool forIndex, CancellationToken cancellationToken)
    {
        _known.TryGet<Known>(record.Id, out var known);
        var last = known?.Version == record.Version ? known.Last : LastCard.Of(record);
        var file = tip is { } commit ? reader.Find(git, commit) : null;
        var card = tip is null && last.Exists ? CardReader.Unreadable() // it had a card, and now its branch is gone: that is doubt
            : file is null ? null
            : known is not null && known.Policy.CardBlob == file.Entry.Oid ? known.Policy.Card
            : await CardReader.ReadAsync(git, file, cancellationToken);

        var (lastGate, lastRefusesEurope) = card is { Readable: false } ? await FindLastReadableAsync(last, git, tip, cancellationToken) : default;
        if (card is { Readable: false })
            Log.Unreadable(logger, record.Id, file?.Entry.Oid.ToString() ?? "none", card.Problems.Count > 0 ? card.Problems[0].Line : 0);

        var policy = GatePolicy.Combine(card, record.GateSetting, lastGate, record.OrgMembersGated, record.Type.Singular(), lastRefusesEurope);
        if (GateRule.NeedsRegion(policy) && places.AllUnknown)
            Log.PlacesUnknown(logger, record.Id);
        var answer = new CardPolicy(tip, branch, file?.Entry.Oid, card, policy);

        // The gate of the last card that could be read is for the day when one can't be. It is in the row by now, unless another program moved the refs:
        // then it is kept here until it has been written.
        if (card is { Readable: true } && file is not null)
        {
            last = new(Exists: true, card.Gated ?? GateMode.Open, card.EuDisallowed);
            if (!forIndex && (record.LastReadableCardBlob != file.Entry.Oid.ToString() || record.LastReadableCardEuDisallowed != card.EuDisallowed))
                stale.Notice(record.Id);
        }

        _known.Remove(record.Id);
        _known.Add(record.Id, new Known(record.Version, answer, last), WeightOf(card));
        return answer;
    }

    /// <summary>Measured: a byte of front matter is up to 34 of its JSON. Even the largest is kept, or each request would read it again.</summary>
    private static long WeightOf(ModelCard? card) => Math.Min(Budget / 4, 4096 + (34L * (card is { Metadata: not null } ? card.BodyOffset : 0)));

    /// <summary>
    /// The gate of the last card that could be read: the newest of the branch's own history, and the one that was remembered, whichever is stricter. Null,
    /// which closes the gate, when there is none, and when all that is known is that some card once was open: a history that no longer holds it may have
    /// held a gate as well. Visitors from the European Union are refused if one of the two refuses them.
    /// </summary>
    private async Task<(GateMode? Gate, bool EuDisallowed)> FindLastReadableAsync(LastCard last, GitRepository git, GitOid? tip, CancellationToken cancellationToken)
    {
        var (remembered, refusesEurope) = (last.Gate, last.EuDisallowed);
        var seen = new HashSet<GitOid>();
        var left = MostBytesBack;
        foreach (var commit in tip is { } at ? git.Commits(at, 0, MostCommitsBack) : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (reader.Find(git, commit.Id) is not { } file || !seen.Add(file.Entry.Oid))
                continue;
            if ((left -= Math.Min(file.Entry.Size, CardReader.CardBytes)) < 0)
                break;
            if (await CardReader.ReadAsync(git, file, cancellationToken) is { Readable: true } card)
                return ((GateMode)Math.Max((int)(card.Gated ?? GateMode.Open), (int)(remembered ?? GateMode.Open)), refusesEurope || card.EuDisallowed);
        }

        return (remembered is GateMode.Open ? null : remembered, refusesEurope);
    }

    /// <param name="Last">What the row of this version says of it, or a newer card that was read since.</param>
    private sealed record Known(long Version, CardPolicy Policy, LastCard Last);

    /// <summary>The last card of the default branch that could be read.</summary>
    private readonly record struct LastCard(bool Exists, GateMode? Gate, bool EuDisallowed)
    {
        public static LastCard Of(RepositoryRecord record) => new(record.LastReadableCardBlob is not null, record.LastReadableCardGate, record.LastReadableCardEuDisallowed);
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The card of repository {RepositoryId} (blob {Blob}) cannot be read, line {Line}; its gate fails closed")]
        public static partial void Unreadable(ILogger logger, string repositoryId, string blob, int line);

        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "The card of repository {RepositoryId} refuses visitors from the European Union, but there is no country file to tell where they are (Geo:CountryFile): all but its owners and administrators are refused")]
        public static partial void PlacesUnknown(ILogger logger, string repositoryId);
    }
}
