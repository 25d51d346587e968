using System.CommandLine;

namespace RepoHost.Commands;

/// <summary>Opens the data directory for one command: the server's own configuration sources and rooms, without its listener.</summary>
/// <param name="addRooms">Registers the rooms that commands need, with the same calls as the server.</param>
internal sealed class CommandHost(Action<WebApplicationBuilder> addRooms)
{
    /// <summary>Runs one command's work; what it throws is told on standard error, with exit status 1.</summary>
    public Task<int> RunAsync(ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        _ = addRooms;
        throw new NotImplementedException();
    }
}
