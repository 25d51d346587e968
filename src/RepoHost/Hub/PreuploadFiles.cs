using GateMiddleware.Rejection;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <param name="Tip">Null: the branch has no commit yet.</param>
/// <param name="Inline">The caller has no way to upload LFS objects.</param>
/// <param name="Hashes">The caller may see the ids of what is there.</param>
/// <param name="Caller">Who counts as one where work is shared out.</param>
internal sealed record PreuploadQuestion(PreuploadBody Body, GitRepository Repository, GitOid? Tip, bool Inline, bool Hashes, string Caller);

/// <summary>Says how each file of a preupload is to be sent.</summary>
internal sealed class PreuploadFiles(UploadRules rules, RepositoryFiles files, ContentBlobIds blobIds, PatternTurns turns)
{
    private static readonly Refusal Busy = new(503, null, "The server matches many patterns just now. Send the request again in a moment.", null);

    /// <summary>Nearly all questions take little work and wait for nobody; the others take turns. Whoever leaves is forgotten.</summary>
    public async Task<(PreuploadAnswer? Answer, Refusal? Refusal)> AnswerAsync(PreuploadQuestion question, CancellationToken cancellationToken)
    {
        var (plan, fault) = TryPlan(question, rules.LittleWork(cancellationToken));
        if (fault is { IsTooMuchWork: true })
        {
            if (!await turns.TryEnterAsync(cancellationToken))
                return (null, Busy);
            try
            {
                (plan, fault) = TryPlan(question, rules.Work(cancellationToken));
            }
            finally
            {
                turns.Leave();
            }
        }

        if (fault is not null)
            return (null, UploadRules.Refusal(fault));
        var ids = await FindBlobIdsAsync(question, plan!, cancellationToken);
        var items = plan!.Select(file => new PreuploadItem(file.Sent.SentPath, file.IsLfs ? "lfs" : "regular", file.Ignored, question.Hashes ? OidOf(file, ids) : null));
        return (new([.. items], question.Tip?.ToString()), null);
    }

    private (List<PlannedFile>? Plan, UnusableRulesException? Fault) TryPlan(PreuploadQuestion question, GlobWork work)
    {
        try
        {
            return (Plan(question, work), null);
        }
        catch (UnusableRulesException fault)
        {
            return (null, fault);
        }
    }

    private List<PlannedFile> Plan(PreuploadQuestion question, GlobWork work)
    {
        var (body, git, tip) = (question.Body, question.Repository, question.Tip);
        var attributes = GitAttributes.Read(folder => RulesOf(question, folder, GitAttributes.FileName, body.Attributes), work);
        var ignore = new GitIgnore(folder => RulesOf(question, folder, GitIgnore.FileName, body.Ignore), work);
        var modes = rules.Modes(attributes, question.Inline);
        var plan = new List<PlannedFile>(body.Files.Count);
        foreach (var file in body.Files)
        {
            work.Spend(file.SentPath.Length);
            var there = tip is { } commit ? files.Find(git, commit, file.Path) : null;
            var isLfs = modes.IsSentToLfs(file.Path, file.Size, UploadModes.IsBinary(file.Sample), there?.Lfs is not null);
            plan.Add(new(file, isLfs, ignore.IsIgnored(file.Path), there));
        }

        return plan;
    }

    /// <param name="sent">Stands for the file at the top.</param>
    private static FolderRules RulesOf(PreuploadQuestion question, TreePath folder, string fileName, string? sent) => folder.IsRoot && sent is not null
        ? new(sent, CommittedRules.IsFolder(question.Repository, question.Tip, folder))
        : CommittedRules.Read(question.Repository, question.Tip, folder, fileName);

    /// <summary>For files that are to be sent inside the commit and are kept as LFS objects. Of another size, they have another id whatever it is.</summary>
    private async Task<IReadOnlyDictionary<LfsOid, GitOid>> FindBlobIdsAsync(PreuploadQuestion question, List<PlannedFile> plan, CancellationToken cancellationToken)
    {
        var compared = plan.Where(file => !file.IsLfs && !file.Ignored && file.There?.Lfs?.Size == file.Sent.Size).Select(file => file.There!.Lfs!).ToList();
        return question.Hashes && compared.Count > 0
            ? await blobIds.FindAsync(question.Repository.Id, compared, question.Caller, cancellationToken)
            : new Dictionary<LfsOid, GitOid>();
    }

    /// <summary>
    /// Clients pass over a file whose own id is this one: of its bytes the SHA-256 if it is to go to LFS, else what git calls it. So the id is of the kind that the mode
    /// has, or none, and a link or a folder does not look like a file.
    /// </summary>
    private static string? OidOf(PlannedFile file, IReadOnlyDictionary<LfsOid, GitOid> blobIds)
    {
        var lfs = file.There?.Lfs;
        if (file.IsLfs)
            return lfs?.Oid.ToString();
        if (lfs is not null)
            return blobIds.TryGetValue(lfs.Oid, out var id) ? id.ToString() : null;
        return file.There is { Entry: { Kind: GitEntryKind.File or GitEntryKind.Executable } entry } ? entry.Oid.ToString() : null;
    }

    /// <param name="There">What the branch has at that path.</param>
    private sealed record PlannedFile(PreuploadFile Sent, bool IsLfs, bool Ignored, RepositoryFile? There);
}
