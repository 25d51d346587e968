using System.CommandLine;

namespace RepoHost.Commands;

internal static class CommandTree
{
    /// <param name="host">Runs a command's work against the data directory.</param>
    /// <param name="more">The commands that belong to other rooms: <c>serve</c>, <c>repo</c>.</param>
    public static RootCommand Build(CommandHost host, params IEnumerable<Command> more) => throw new NotImplementedException();
}
