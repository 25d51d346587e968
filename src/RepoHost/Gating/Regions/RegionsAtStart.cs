using System.Data.Common;
using RepoHost.Accounts;

namespace RepoHost.Gating.Regions;

/// <summary>Reads the country file once the server is up, and tells the operator when one is missing that a card needs.</summary>
internal sealed partial class RegionsAtStart(VisitorPlaces places, RepositoryCatalog catalog, ILogger<RegionsAtStart> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (places.AllUnknown && await catalog.AnyRefusesEuropeAsync(stoppingToken))
                Log.NoPlaces(logger);
        }
        catch (Exception e) when (e is DbException or OperationCanceledException)
        {
            // Whoever downloads from such a repository has it logged then.
        }
    }

    private static partial class Log
    {
        [LoggerMessage(
            Level = LogLevel.Warning,
            Message = "Cards here refuse visitors from the European Union (extra_gated_eu_disallowed), but there is no country file to tell where somebody is: these repositories refuse everybody but their owners and administrators. Set Geo:CountryFile.")]
        public static partial void NoPlaces(ILogger logger);
    }
}
