using System.Text.Json.Nodes;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;

namespace RepoHost.Pages.Cards;

/// <summary>A repository that a card names. It is a link only if it is here and the reader may see it: nothing tells a hidden one from a missing one.</summary>
internal sealed record Related(RepositoryType Type, string Name, bool IsHere)
{
    private const int Most = 10;

    public static async Task<IReadOnlyList<Related>> OfAsync(RepositoryAdmission admissions, Caller caller, RepositoryType type, JsonNode? words, CancellationToken cancellationToken)
    {
        var found = new List<Related>();
        foreach (var word in CardTags.Values(words).Where(w => w.Length is > 0 and <= 200).Distinct().Take(Most))
        {
            var here = RepositoryName.TryParse(word, out var name)
                && await admissions.MaySeeAsync(caller, type, name, cancellationToken);
            found.Add(new(type, word, here));
        }

        return found;
    }
}
