using System.CommandLine;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;

namespace RepoHost.Commands;

/// <summary><c>repo disable</c>, <c>repo enable</c> and <c>repo delete</c>: in force for the running server's next request.</summary>
internal static class RepositorySwitchCommands
{
    public static IEnumerable<Command> Build(CommandHost host)
    {
        yield return Switch(host, "disable", "Switch a repository off: its files, its pages and its settings answer 403 to everybody, until it is enabled again.", disabled: true);
        yield return Switch(host, "enable", "Undo a disable.", disabled: false);
        yield return Delete(host);
    }

    private static Command Switch(CommandHost host, string name, string description, bool disabled)
    {
        var (type, id) = (RepositoryCommands.TypeArgument(), RepositoryCommands.IdArgument());
        var command = new Command(name, description) { type, id };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            (services, token) => SwitchAsync(parsed, services, parsed.GetValue(type)!, parsed.GetValue(id)!, disabled, token),
            cancellation));
        return command;
    }

    private static Command Delete(CommandHost host)
    {
        var (type, id) = (RepositoryCommands.TypeArgument(), RepositoryCommands.IdArgument());
        var yes = new Option<bool>("--yes") { Description = "Really delete it. There is no way back." };
        var command = new Command("delete", "Delete a repository with its history, its LFS objects, its access requests and grants.") { type, id, yes };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            (services, token) => DeleteAsync(parsed, services, parsed.GetValue(type)!, parsed.GetValue(id)!, parsed.GetValue(yes), token),
            cancellation));
        return command;
    }

    private static async Task<int> SwitchAsync(ParseResult parsed, IServiceProvider services, string type, string id, bool disabled, CancellationToken cancellationToken)
    {
        var catalog = services.GetRequiredService<RepositoryCatalog>();
        if (await FindAsync(parsed, catalog, type, id, cancellationToken) is not { } record)
            return 1;
        await catalog.UpdateAsync(record.Id, row => row.Disabled = disabled, cancellationToken);
        return CommandHost.Say(parsed, $"{type} {record.FullName} is {(disabled ? "disabled" : "enabled")}.");
    }

    private static async Task<int> DeleteAsync(ParseResult parsed, IServiceProvider services, string type, string id, bool yes, CancellationToken cancellationToken)
    {
        var catalog = services.GetRequiredService<RepositoryCatalog>();
        if (await FindAsync(parsed, catalog, type, id, cancellationToken) is not { } record)
            return 1;
        if (!yes)
            return CommandHost.Fail(parsed, $"This deletes {type} {record.FullName} for good. Say --yes if you mean it; 'repo disable' can be undone.");
        await services.GetRequiredService<RepositoryRemoval>().RemoveAsync(record.Id, cancellationToken);
        return CommandHost.Say(parsed, $"{type} {record.FullName} is deleted.");
    }

    /// <summary>Null when there is none of that name, which is then said. A former name is no name here: it may be meant for something else.</summary>
    internal static async Task<RepositoryRecord?> FindAsync(ParseResult parsed, RepositoryCatalog catalog, string type, string id, CancellationToken cancellationToken)
    {
        var record = id.Split('/') is [var ns, var name]
            ? await catalog.FindAsync(Enum.Parse<RepositoryType>(type, ignoreCase: true), ns, name, cancellationToken)
            : null;
        if (record is not null && record.FullName.Equals(id, StringComparison.OrdinalIgnoreCase))
            return record;
        CommandHost.Fail(parsed, record is null ? $"There is no {type} {id}." : $"The {type} {id} is called {record.FullName} now.");
        return null;
    }
}
