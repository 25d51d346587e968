using Xunit;

namespace RepoHost.EndToEnd.Support;

/// <summary>The class fixture of every class that asks the shared server, so that a run of other classes alone doesn't start it.</summary>
public class StartedWorld(World world) : IAsyncLifetime
{
    public async ValueTask InitializeAsync() => await world.StartAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
