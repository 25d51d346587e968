using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Git;

namespace RepoHost.Pages.Markup;

/// <summary>Tells which repositories everybody may read. Private and missing ones are told alike.</summary>
internal sealed class OpenRepositories(RepositoryCatalog catalog, CardPolicies cards)
{
    public async Task<IReadOnlySet<PictureSource>> AmongAsync(IEnumerable<PictureSource> asked, CancellationToken cancellationToken)
    {
        var open = new HashSet<PictureSource>();
        foreach (var source in asked)
        {
            if (await IsOpenAsync(source, cancellationToken))
                open.Add(source);
        }

        return open;
    }

    private async Task<bool> IsOpenAsync(PictureSource source, CancellationToken cancellationToken)
    {
        var names = source.FullName.Split('/');
        try
        {
            return await catalog.FindAsync(source.Type, names[0], names[1], cancellationToken) is { Private: false, Disabled: false } record
                && (await cards.FindAsync(record, cancellationToken)).Policy.Mode == GateMode.Open;
        }
        catch (Exception e) when (e is GitCorruptException or IOException)
        {
            // Another repository is damaged, which is no fault of this page.
            return false;
        }
    }
}
