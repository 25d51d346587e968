using GateMiddleware.Rejection;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <param name="Tip">Null: the branch has no commit yet.</param>
/// <param name="Inline">The caller has no way to upload LFS objects.</param>
/// <param name="Hashes">The caller may see the ids of what is there.</param>
internal sealed record PreuploadQuestion(PreuploadBody Body, GitRepository Repository, GitOid? Tip, bool Inline, bool Hashes);

/// <summary>Says how each file of a preupload is to be sent.</summary>
internal sealed class PreuploadFiles(UploadRules rules, RepositoryFiles files, PatternTurns turns)
{
    private static readonly Refusal Busy = new(503, null, "The server matches many patterns just now. Send the request again in a moment.", null);

    /// <summary>Nearly all questions take little work and wait for nobody; the others take turns. Whoever leaves is forgotten.</summary>
    public async Task<(PreuploadAnswer? Answer, Refusal? Refusal)> AnswerAsync(PreuploadQuestion question, CancellationToken cancellationToken)
    {
        var (answer, fault) = TryAnswer(question, rules.LittleWork(cancellationToken));
        if (fault is { IsTooMuchWork: true })
        {
            if (!await turns.TryEnterAsync(cancellationToken))
                return (null, Busy);
            try
            {
                (answer, fault) = TryAnswer(question, rules.Work(cancellationToken));
            }
            finally
            {
                turns.Leave();
            }
        }

        return (answer, fault is null ? null : UploadRules.Refusal(fault));
    }

    private (PreuploadAnswer? Answer, UnusableRulesException? Fault) TryAnswer(PreuploadQuestion question, GlobWork work)
    {
        try
        {
            return (Answer(question, work), null);
        }
        catch (UnusableRulesException fault)
        {
            return (null, fault);
        }
    }

    private PreuploadAnswer Answer(PreuploadQuestion question, GlobWork work)
    {
        var (body, git, tip) = (question.Body, question.Repository, question.Tip);
        var attributes = GitAttributes.Read(folder => RulesOf(question, folder, GitAttributes.FileName, body.Attributes), work);
        var ignore = new GitIgnore(folder => RulesOf(question, folder, GitIgnore.FileName, body.Ignore), work);
        var modes = rules.Modes(attributes, question.Inline);
        var items = new List<PreuploadItem>(body.Files.Count);
        foreach (var file in body.Files)
        {
            work.Spend(file.SentPath.Length);
            var there = tip is { } commit ? files.Find(git, commit, file.Path) : null;
            var mode = modes.IsLfs(file.Path, file.Size, file.Sample, there?.Lfs is not null) ? "lfs" : "regular";
            items.Add(new(file.SentPath, mode, ignore.IsIgnored(file.Path), question.Hashes ? OidOf(there) : null));
        }

        return new(items, tip?.ToString());
    }

    /// <param name="sent">Stands for the file at the top.</param>
    private static FolderRules RulesOf(PreuploadQuestion question, TreePath folder, string fileName, string? sent) => folder.IsRoot && sent is not null
        ? new(sent, CommittedRules.IsFolder(question.Repository, question.Tip, folder))
        : CommittedRules.Read(question.Repository, question.Tip, folder, fileName);

    /// <summary>Clients pass over a file whose own id is this one, so a link or a folder must not look like a file.</summary>
    private static string? OidOf(RepositoryFile? file) =>
        file?.Lfs is { } lfs ? lfs.Oid.ToString()
            : file is { Entry: { Kind: GitEntryKind.File or GitEntryKind.Executable } entry } ? entry.Oid.ToString() : null;
}
