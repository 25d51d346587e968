using System.CommandLine;
using RepoHost.Lfs;

namespace RepoHost.Commands;

/// <summary><c>lfs prune</c>.</summary>
internal static class LfsCommands
{
    public static Command Build(CommandHost host)
    {
        var lfs = new Command("lfs", "Large files: the store of their bytes.");
        lfs.Subcommands.Add(Prune(host));
        return lfs;
    }

    private static Command Prune(CommandHost host)
    {
        var command = new Command("prune", "Delete the bytes that no repository names any more. Whatever is younger than a day is left alone; the server may be running.");
        command.SetAction((parsed, cancellation) => host.RunAsync(parsed, (services, token) => PruneAsync(parsed, services, token), cancellation));
        return command;
    }

    private static async Task<int> PruneAsync(ParseResult parsed, IServiceProvider services, CancellationToken cancellationToken)
    {
        var freed = await services.GetRequiredService<LfsCollector>().PruneAsync(cancellationToken);
        return CommandHost.Say(parsed, $"Deleted {freed.Objects} objects, {freed.Bytes} bytes.");
    }
}
