using GateMiddleware.Rejection;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Storage;

namespace RepoHost.Gating.Commits;

/// <summary>The commit API's work (contract 7.4), from the lines of the body to the ref.</summary>
internal sealed class RepositoryCommits(
    GitRepositories repositories, RepositoryCatalog catalog, RepositoryRoles roles, MissingRights rights, RepositoryWrites writes, PullRequests pullRequests, CommitAuthors authors,
    LfsUploads uploads, LfsBindings bindings, CommitStorage storage, IBlobStore blobs, IOptions<PushOptions> options, UploadRules rules, TimeProvider time)
{
    private const int MostAttempts = 5;

    /// <summary>
    ///  1 whether the caller may
    ///  2 the lines are read; contents go into a quarantine and into the LFS store as they come, as far as there is room for them
    ///  3 the commit is written on the branch's tip
    ///  4 it is applied like any push. If somebody else was faster and the author did not insist on a parent, from 3 again: the contents are there
    /// </summary>
    public async Task<CommitOutcome> CommitAsync(CommitOrder order, CancellationToken cancellationToken)
    {
        // 1
        var (role, notAllowed) = await RefusalAsync(order, cancellationToken);
        if (role is null)
            return CommitOutcome.Refused(notAllowed!);

        var space = await storage.OpenAsync(order.Record, order.Caller, role, cancellationToken);
        using var quarantine = repositories.OpenQuarantine(order.Record.Id);
        var draft = new Draft(repositories.Open(order.Record.Id), quarantine, new ContentIntake(blobs, options.Value.LargestFileBytes, UploadModes.SampleBytes, UploadModes.IsBinary), space);
        var outcome = (CommitOutcome?)null;
        try
        {
            return outcome = await AttemptAsync(order, draft, cancellationToken);
        }
        finally
        {
            if (outcome?.Commit is null)
                await storage.DropAsync(draft.Contents);
        }
    }

    private async Task<CommitOutcome> AttemptAsync(CommitOrder order, Draft draft, CancellationToken cancellationToken)
    {
        var author = await authors.OfAsync(order.Caller.UserId!, cancellationToken);
        for (var attempt = 1; attempt <= MostAttempts; attempt++)
        {
            var (mark, tip, refusal) = (0, (GitOid?)null, (Refusal?)null);
            var first = attempt == 1;
            var signature = new CommitSignature(CommitSignature.BranchOf(attempt), author, time.GetUtcNow(), "");
            var marks = await FastImport.RunAsync(
                draft.Quarantine,
                async (writer, ct) =>
                {
                    // 2
                    refusal = first ? await ReceiveAsync(order, draft, writer, ct) : null;
                    (tip, refusal) = refusal is null ? FindTip(order.Target, draft) : (null, refusal);
                    // 3
                    if (refusal is null)
                        (mark, refusal) = await BuilderOf(draft, ct).BuildAsync(writer, draft.Operations, tip, signature with { Message = draft.Header!.Message }, ct);
                },
                cancellationToken);
            if (refusal is not null)
                return CommitOutcome.Refused(refusal);

            // 4
            draft.Contents.Settle(marks);
            if (await ApplyAsync(order, draft, tip, marks[mark], cancellationToken) is { } outcome)
                return outcome;
        }

        return CommitOutcome.Refused(HubErrors.BranchMoved);
    }

    private CommitBuilder BuilderOf(Draft draft, CancellationToken cancellationToken) => new(
        draft.Repository, draft.Quarantine, draft.Contents, new CommittedLfsObjects(uploads, bindings, draft.Space.Charge, draft.Repository.Id), rules,
        rules.Work(cancellationToken));

    /// <summary>Asked before the upload, and again after it: that may be hours later.</summary>
    private async Task<(RepositoryRole? Role, Refusal? Refusal)> RefusalAsync(CommitOrder order, CancellationToken cancellationToken)
    {
        if (await catalog.FindByIdAsync(order.Record.Id, cancellationToken) is not { } record)
            return (null, HubErrors.RepositoryNotFound);
        var role = await roles.FindAsync(record, order.Caller, cancellationToken);
        if (!role.MaySee)
            return (null, HubErrors.RepositoryNotFound);
        if (record.Disabled)
            return (null, HubErrors.RepositoryDisabled);
        if (!role.MayPropose)
            return (null, rights.OfToken(order.Caller, record.FullName, TokenRights.Write));
        var allowed = order.Propose || role.MayWrite
            || (order.Target.PullRequest is { } number && await pullRequests.MayCommitAsync(record.Id, number, order.Caller.UserId!, role, cancellationToken));
        return allowed ? (role, null) : (null, HubErrors.NotPermitted);
    }

    private async Task<Refusal?> ReceiveAsync(CommitOrder order, Draft draft, FastImportWriter writer, CancellationToken cancellationToken)
    {
        var before = new ExpectedLfs(GitAttributes.Read(draft.Repository, draft.Repository.FindRef(order.Target.FullName), rules.Work(cancellationToken)));
        var paths = new PathRule(options.Value.DeepestPath);
        await foreach (var line in order.Lines(draft.Quarantine.Folder).WithCancellation(cancellationToken))
        {
            // What is too deep already may be deleted.
            if (line is PutFile or PutLfsFile && paths.FaultOf(((CommitOperation)line).Path) is { } tooDeep)
                return HubErrors.BadRequest(tooDeep);
            switch (line)
            {
                case CommitFault fault:
                    return fault.Refusal;
                case CommitHeader header:
                    draft.Header = header;
                    // Known before gigabytes are taken in.
                    if (FindTip(order.Target, draft).Refusal is { } moved)
                        return moved;
                    break;
                case PutFile file when draft.Space.Refuse(file.Length) is { } full:
                    return full;
                case PutFile file:
                    bool ExpectLfs(StoredContent content) =>
                        !UploadModes.IsGitsOwn(file.Path) && (UploadModes.IsLargeBinary(content.Size, content.IsBinary) || before.Contains(file.Path));
                    draft.Operations.Add(new StoredFile(file.Path, await draft.Contents.AddAsync(writer, file.Path, file.Length, file.Open, ExpectLfs, cancellationToken)));
                    break;
                case CommitOperation operation:
                    draft.Operations.Add(operation);
                    break;
            }
        }

        draft.Received = true;
        return null;
    }

    private static (GitOid? Tip, Refusal? Refusal) FindTip(CommitTarget target, Draft draft)
    {
        var tip = draft.Repository.FindRef(target.FullName);
        if (tip is null && CommitTarget.Find(draft.Repository, target.FullName) is null)
            return (null, HubErrors.RevisionNotFound(target.Branch));
        if (tip is null && draft.Received && draft.Operations.Count == 0)
            return (null, HubErrors.BadRequest("The repository is empty, and so is this commit: add a file."));
        return draft.Header?.Parent is { } parent && !IsAt(tip, parent) ? (null, HubErrors.BranchMoved) : (tip, null);
    }

    /// <summary>The client's library takes the first seven digits or more for the whole id.</summary>
    private static bool IsAt(GitOid? tip, string parent) => parent.Length >= 7 && tip?.ToString().StartsWith(parent, StringComparison.OrdinalIgnoreCase) == true;

    /// <summary>Null: somebody else was faster.</summary>
    private async Task<CommitOutcome?> ApplyAsync(CommitOrder order, Draft draft, GitOid? tip, GitOid commit, CancellationToken cancellationToken)
    {
        if (!order.Propose && tip is { } at && draft.Quarantine.Git.Find(commit, TreePath.Root)!.Oid == draft.Repository.Find(at, TreePath.Root)!.Oid)
            return CommitOutcome.Done(at);
        var (role, notAllowed) = await RefusalAsync(order, cancellationToken);
        if (role is null)
            return CommitOutcome.Refused(notAllowed!);

        var number = order.Propose ? await pullRequests.AddAsync(draft.Repository, order.Caller.UserId!, order.Target.Branch, draft.Header!.Message, !role.MayWrite, cancellationToken) : null;
        if (order.Propose && number is null)
            return CommitOutcome.Refused(WriteOutcome.Refused(pullRequests.TooMany).ToRefusal());
        var result = WriteResult.Refused;
        try
        {
            var update = number is { } opened ? new RefUpdate(CommitTarget.RefOf(opened), null, commit) : new RefUpdate(order.Target.FullName, tip, commit);
            var outcome = await writes.ApplyAsync(
                new WriteOrder(order.Record.Id, order.Caller, [update], draft.Quarantine, PullRequests: order.Propose || order.Target.PullRequest is not null)
                {
                    Sent = draft.Contents.Blobs,
                },
                cancellationToken);
            result = outcome.Result;
            return result switch
            {
                WriteResult.Done => CommitOutcome.Done(commit, number, outcome.Warnings),
                WriteResult.Moved => null,
                _ => CommitOutcome.Refused(outcome.ToRefusal()),
            };
        }
        finally
        {
            if (number is { } unused && result != WriteResult.Done)
                await pullRequests.RemoveAsync(order.Record.Id, unused);
        }
    }

    private sealed class Draft(GitRepository repository, Quarantine quarantine, ContentIntake contents, CommitSpace space)
    {
        public CommitSpace Space { get; } = space;
        public GitRepository Repository { get; } = repository;
        public Quarantine Quarantine { get; } = quarantine;
        public ContentIntake Contents { get; } = contents;
        public CommitHeader? Header { get; set; }
        public List<CommitOperation> Operations { get; } = [];
        public bool Received { get; set; }
    }
}
