using System.CommandLine;
using RepoHost.Accounts;
using RepoHost.Gating;

namespace RepoHost.Commands;

/// <summary><c>repo reindex</c>: reads cards again and writes what lists and searches show of them.</summary>
internal static class ReindexCommand
{
    private const int PageSize = 200;

    public static Command Build(CommandHost host)
    {
        var (type, id) = (RepositoryCommands.TypeArgument(), RepositoryCommands.IdArgument());
        (type.Arity, id.Arity) = (ArgumentArity.ZeroOrOne, ArgumentArity.ZeroOrOne);
        var command = new Command(
            "reindex",
            "Read the cards of all repositories, or of one, and write anew what lists and searches show of them. The server does this by itself when refs move and after it starts; this is for when a list shows something else than the card.")
        {
            type, id,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(type) is not null && result.GetValue(id) is null)
                result.AddError("Name a repository too: repo reindex TYPE NS/NAME. Without both, all are indexed.");
        });
        command.SetAction((parsed, cancellation) => host.RunAsync(parsed, (services, token) => RunAsync(parsed, services, parsed.GetValue(type), parsed.GetValue(id), token), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, IServiceProvider services, string? type, string? id, CancellationToken cancellationToken)
    {
        var catalog = services.GetRequiredService<RepositoryCatalog>();
        var indexer = services.GetRequiredService<RepositoryIndexer>();
        if (type is not null && id is not null)
        {
            if (await RepositorySwitchCommands.FindAsync(parsed, catalog, type, id, cancellationToken) is not { } record)
                return 1;
            return await TryAsync(parsed, indexer, record.Id, record.FullName, cancellationToken) ? CommandHost.Say(parsed, $"{type} {record.FullName} is indexed.") : 1;
        }

        var (done, failed) = (0, 0);
        string? after = null;
        while (true)
        {
            var page = await catalog.TipsAsync(after, PageSize, cancellationToken);
            foreach (var known in page)
            {
                if (await TryAsync(parsed, indexer, known.RepositoryId, known.RepositoryId, cancellationToken))
                    done++;
                else
                    failed++;
            }

            if (page.Count < PageSize)
                break;
            after = page[^1].RepositoryId;
        }

        CommandHost.Say(parsed, failed == 0 ? $"{done} repositories are indexed." : $"{done} repositories are indexed, {failed} could not be.");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>One that can't be read must not keep the others from it.</summary>
    private static async Task<bool> TryAsync(ParseResult parsed, RepositoryIndexer indexer, string repositoryId, string name, CancellationToken cancellationToken)
    {
        try
        {
            await indexer.ReindexAsync(repositoryId, cancellationToken);
            return true;
        }
        catch (Exception e) when (RepositoryIndexer.IsTrouble(e))
        {
            CommandHost.Fail(parsed, $"{name} could not be indexed: {e.Message}");
            return false;
        }
    }
}
