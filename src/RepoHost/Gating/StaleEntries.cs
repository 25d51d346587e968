using System.Threading.Channels;

namespace RepoHost.Gating;

/// <summary>
/// Repositories whose rows seem to lag behind their refs, because refs were moved by another program, or a change could not be noted. Whoever notices says so
/// here and goes on; <see cref="CatalogSweep"/> looks, and writes if it is so.
/// </summary>
internal sealed class StaleEntries
{
    private readonly Channel<string> noticed = Channel.CreateBounded<string>(new BoundedChannelOptions(1024) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    public ChannelReader<string> Noticed => noticed.Reader;

    /// <summary>Cheap. When too many wait already it is forgotten: the next sweep finds it all the same.</summary>
    public void Notice(string repositoryId) => noticed.Writer.TryWrite(repositoryId);
}
