using System.Runtime.CompilerServices;
using GateMiddleware;
using GateMiddleware.Decisions;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>Tells the gate which repository a request is about: the one that <see cref="RepositoryAccessMiddleware"/> has found.</summary>
internal sealed class GatedRepositories(PublicUrl publicUrl) : IGatedRepositorySource
{
    private readonly ConditionalWeakTable<CardPolicy, GatedRepository> _described = [];

    public ValueTask<GatedRepository?> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        var repository = context.Features.Get<IRepositoryFeature>();
        return ValueTask.FromResult(repository is null ? null : Describe(repository.Record, repository.Card));
    }

    /// <summary>Made once per policy: a rename or a change of settings brings another one.</summary>
    public GatedRepository Describe(RepositoryRecord record, CardPolicy card)
    {
        if (_described.TryGetValue(card, out var known))
            return known;
        var described = new GatedRepository(record.Id, record.FullName, record.Type.Singular(), PageOf(record), card.Policy);
        _described.AddOrUpdate(card, described);
        return described;
    }

    /// <summary>The page where a person asks for access and reads about a refusal.</summary>
    public string PageOf(RepositoryRecord record) => publicUrl.Of($"/{record.Type.Prefix()}{record.FullName}");
}

/// <summary>Tells the gate who asks.</summary>
internal sealed class GatePersons(MissingRights rights) : IGatePersonSource
{
    public GatePerson Find(HttpContext context) =>
        context.Features.Get<IRepositoryFeature>() is { } repository ? Find(context, repository.Record) : GatePerson.Anonymous;

    /// <summary>Before the request has its repository.</summary>
    public GatePerson Find(HttpContext context, RepositoryRecord record) =>
        context.Features.Get<ICallerFeature>() is { } known ? rights.Person(known.Caller, record) : GatePerson.Anonymous;
}

/// <summary>
/// Tells the gate when something was changed by another process on this machine, such as the operator's command line: the two stamps only ever grow,
/// so their sum is the same only if neither moved.
/// </summary>
internal sealed class StampEpoch(ChangeStamps stamps) : IDecisionEpoch
{
    public long Read(string repositoryId, string personId) => stamps.OfRepository(repositoryId) + stamps.OfUser(personId);
}
