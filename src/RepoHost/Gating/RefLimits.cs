using System.Globalization;
using Microsoft.Extensions.Options;
using RepoHost.Git;

namespace RepoHost.Gating;

/// <summary>How many refs one push may make and a repository may have: every clone is told of all of them.</summary>
internal sealed class RefLimits(IOptions<PushOptions> options)
{
    /// <summary>Null, or a sentence. Pull requests are counted by themselves, so that those who propose can't use up the branches of those who own.</summary>
    public string? FaultOf(GitRepository repository, IReadOnlyList<RefUpdate> updates)
    {
        var made = updates.Count(IsMade);
        if (made == 0)
            return null;
        if (made > options.Value.NewRefs)
            return string.Create(CultureInfo.InvariantCulture, $"This would make {made} branches and tags; one push may make {options.Value.NewRefs}. Push them in parts.");

        var names = repository.RefNames();
        var (pulls, others) = (Count(updates, true), Count(updates, false));
        if (pulls > 0 && names.Under(RefName.PullRequests).Count + pulls > options.Value.MostRefs)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"The repository has as many pull requests as it may have ({options.Value.MostRefs}). The operator of this server can raise that (Pushes:MostRefs).");
        }

        return others > 0 && names.Under(RefName.Heads).Count + names.Under(RefName.Tags).Count + others > options.Value.MostRefs
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"The repository would have more than {options.Value.MostRefs} branches and tags. Delete some first; the operator of this server can raise the limit (Pushes:MostRefs).")
            : null;
    }

    private static bool IsMade(RefUpdate update) => update is { Old: null, New: not null };

    /// <summary>How many more there are afterwards.</summary>
    private static int Count(IReadOnlyList<RefUpdate> updates, bool pullRequests) => updates
        .Where(update => update.FullName.StartsWith(RefName.PullRequests, StringComparison.Ordinal) == pullRequests)
        .Sum(update => IsMade(update) ? 1 : update.New is null ? -1 : 0);
}
