using RepoHost.Accounts;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>Branches and tags made, moved and deleted one at a time, and histories folded into one commit (contract 7.5); all of it through the push rules.</summary>
internal sealed class RefChanges(GitRepositories repositories, RepositoryWrites writes, CommitAuthors authors, TimeProvider time)
{

    public async Task<RefChange> CreateBranchAsync(IRepositoryFeature repository, Caller caller, NewBranch branch, CancellationToken cancellationToken)
    {
        var name = RefName.Heads + branch.Name;
        if (!IsShortName(branch.Name) || branch.Name == "HEAD")
            return new(RefChangeResult.BadName, name);
        var old = repository.Git.FindRef(name);
        if (old is not null && !branch.Overwrite)
            return new(RefChangeResult.Exists, name);

        if (branch.Empty)
        {
            using var objects = repositories.OpenQuarantine(repository.Record.Id);
            var tree = await ObjectWriter.EmptyTreeAsync(objects.Folder, cancellationToken);
            var commit = await ObjectWriter.CommitAsync(
                objects.Folder, tree, [], await SignatureAsync(caller, cancellationToken), $"Create the empty branch {branch.Name}", cancellationToken);
            return await ApplyAsync(repository, caller, new(name, old, commit), commit, objects, cancellationToken);
        }

        return Find(repository, branch.StartingPoint ?? "HEAD") is { } start
            ? await ApplyAsync(repository, caller, new(name, old, start), start, null, cancellationToken)
            : new(RefChangeResult.NoSuchRevision, branch.StartingPoint ?? "HEAD");
    }

    public async Task<RefChange> DeleteBranchAsync(IRepositoryFeature repository, Caller caller, string branch, CancellationToken cancellationToken)
    {
        var name = RefName.Heads + branch;
        if (name == repository.Git.DefaultBranchNow().Branch)
            return new(RefChangeResult.DefaultBranch, name);
        return await DeleteAsync(repository, caller, name, cancellationToken);
    }

    /// <summary>The revision is looked up first: clients' tests expect a missing one to be told before a bad name (contract 14.1).</summary>
    /// <param name="message">Makes the tag an object of its own with a date and the caller's name; null or empty just names the commit.</param>
    public async Task<RefChange> CreateTagAsync(
        IRepositoryFeature repository, Caller caller, string revision, string? tag, string? message, CancellationToken cancellationToken)
    {
        if (Find(repository, revision) is not { } commit)
            return new(RefChangeResult.NoSuchRevision, revision);
        if (tag is null || !IsShortName(tag))
            return new(RefChangeResult.BadName, RefName.Tags + tag);
        if (repository.Git.FindRef(RefName.Tags + tag) is not null)
            return new(RefChangeResult.Exists, RefName.Tags + tag);
        if (string.IsNullOrWhiteSpace(message))
            return await ApplyAsync(repository, caller, new(RefName.Tags + tag, null, commit), commit, null, cancellationToken);

        using var objects = repositories.OpenQuarantine(repository.Record.Id);
        var annotated = await ObjectWriter.TagAsync(objects.Folder, tag, commit, await SignatureAsync(caller, cancellationToken), message, cancellationToken);
        return await ApplyAsync(repository, caller, new(RefName.Tags + tag, null, annotated), commit, objects, cancellationToken);
    }

    public Task<RefChange> DeleteTagAsync(IRepositoryFeature repository, Caller caller, string tag, CancellationToken cancellationToken) =>
        DeleteAsync(repository, caller, RefName.Tags + tag, cancellationToken);

    /// <summary>The branch's files stay as they are; of its history one commit is left, the caller's.</summary>
    /// <param name="branch">A branch, or a full name under <c>refs/heads/</c> or <c>refs/pr/</c>.</param>
    public async Task<RefChange> SquashAsync(IRepositoryFeature repository, Caller caller, string branch, string message, CancellationToken cancellationToken)
    {
        var name = branch.StartsWith("refs/", StringComparison.Ordinal) ? branch : RefName.Heads + branch;
        var known = name.StartsWith(RefName.Heads, StringComparison.Ordinal) || name.StartsWith(RefName.PullRequests, StringComparison.Ordinal);
        if (!known || repository.Git.FindRef(name) is not { } tip)
            return new(RefChangeResult.NoSuchRevision, branch);

        using var objects = repositories.OpenQuarantine(repository.Record.Id);
        var commit = await ObjectWriter.CommitAsync(
            objects.Folder, repository.Git.TreeOf(tip), [], await SignatureAsync(caller, cancellationToken), message, cancellationToken);
        return await ApplyAsync(repository, caller, new(name, tip, commit), commit, objects, cancellationToken);
    }

    /// <summary>A name as people write it. A full one is refused, or <c>refs/pr/1</c> would become <c>refs/heads/refs/pr/1</c> and hide the pull request.</summary>
    private static bool IsShortName(string name) =>
        RefName.IsValid(name) && !name.StartsWith("refs/", StringComparison.Ordinal) && RefName.IsWritable(RefName.Heads + name);

    private static GitOid? Find(IRepositoryFeature repository, string revision) =>
        RevisionName.TryParse(revision, out var name) ? repository.Git.ResolveRevision(name) : null;

    private async Task<GitSignature> SignatureAsync(Caller caller, CancellationToken cancellationToken)
    {
        var author = await authors.OfAsync(caller.UserId!, cancellationToken);
        return new(author.Name, author.Email, time.GetUtcNow());
    }

    private async Task<RefChange> DeleteAsync(IRepositoryFeature repository, Caller caller, string name, CancellationToken cancellationToken) =>
        repository.Git.FindRef(name) is { } old
            ? await ApplyAsync(repository, caller, new(name, old, null), null, null, cancellationToken)
            : new(RefChangeResult.NoSuchRevision, name);

    private async Task<RefChange> ApplyAsync(
        IRepositoryFeature repository, Caller caller, RefUpdate update, GitOid? target, Quarantine? objects, CancellationToken cancellationToken)
    {
        var order = new WriteOrder(
            repository.Record.Id, caller, [update], objects,
            PullRequests: update.FullName.StartsWith(RefName.PullRequests, StringComparison.Ordinal));
        var outcome = await writes.ApplyAsync(order, cancellationToken);
        return outcome.Result switch
        {
            WriteResult.Done => new(RefChangeResult.Done, update.FullName, target),
            WriteResult.Refused => new(RefChangeResult.Refused, update.FullName, Refusal: outcome.ToRefusal()),
            WriteResult.Moved when update.Old is null => new(RefChangeResult.Exists, update.FullName),
            WriteResult.Moved => new(RefChangeResult.Moved, update.FullName),
            _ => new(RefChangeResult.Gone, update.FullName),
        };
    }
}
