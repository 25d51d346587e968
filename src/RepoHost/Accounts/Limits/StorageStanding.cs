using RepoHost.Hosting;

namespace RepoHost.Accounts.Limits;

/// <summary>What may still be added to a repository by one person.</summary>
/// <param name="Repository">Type and name, as a command takes them.</param>
/// <param name="FullName">The name alone.</param>
/// <param name="Owner">Whose repository it is, and what they use.</param>
/// <param name="Shares">Every limit that holds here, the one to be named first coming first.</param>
/// <param name="IsProposal">By somebody who may not write here: what the owner has elsewhere is not their business.</param>
internal sealed record StorageStanding(string Repository, string FullName, OwnerUsage Owner, IReadOnlyList<StorageShare> Shares, bool IsProposal)
{
    /// <summary>In bytes; <see cref="Data.RepositoryUsage.NoLimit"/> for no limit.</summary>
    public long Room => StorageRule.Room(Shares);

    /// <summary>The same when so many bytes more are used.</summary>
    public StorageStanding After(long bytes) => this with { Shares = [.. Shares.Select(share => share with { Used = share.Used + bytes })] };

    /// <summary>Null when it fits.</summary>
    /// <param name="atLeast">More may come; it was not counted to its end.</param>
    public StorageFault? Refuse(long adding, bool atLeast = false)
    {
        if (StorageRule.FirstExceeded(Shares, adding) is not { } share)
            return null;
        var (most, used, size) = (ByteCount.Of(share.Most), ByteCount.Of(share.Used), $"{(atLeast ? "at least " : "")}{ByteCount.Of(adding)}");
        return StorageFault.Of(share, adding, share.Kind switch
        {
            StorageLimitKind.Proposer =>
                $"Without the right to write, one person may add {most} to {FullName} by pull requests. You have added {used}, and this would add {size}."
                + $" Ask {Owner.Name} for the right to write, or the operator of this server to raise the limit (Limits:ProposalBytes).",
            StorageLimitKind.Proposals =>
                $"The pull requests of people without the right to write may hold {most} in {FullName} and hold {used}; this would add {size}."
                + $" Ask {Owner.Name} for the right to write, or the operator of this server to raise the limit (Limits:RepositoryProposalBytes).",
            _ when IsProposal =>
                $"{Owner.Name} has too little storage left for this, which would add {size}. {Owner.Name} can make room, or ask the operator of this server for more.",
            StorageLimitKind.Repository =>
                $"The repository {FullName} may hold {most} and holds {used}; this would add {size}."
                + $" Ask the operator of this server to raise the limit (repo limit {Repository}).",
            _ => (Owner with { Bytes = share.Used }).RefusalOf(adding, atLeast),
        });
    }
}
