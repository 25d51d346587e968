using System.CommandLine;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using Spectre.Console;

namespace RepoHost.Commands;

/// <summary><c>repo add</c> and <c>repo list</c>; <see cref="RepositorySwitchCommands"/> has the rest.</summary>
internal static class RepositoryCommands
{
    public static Command Build(CommandHost host)
    {
        var repo = new Command("repo", "Repositories: import, list, index, switch off and delete them.");
        repo.Subcommands.Add(Add(host));
        repo.Subcommands.Add(List(host));
        repo.Subcommands.Add(LimitCommands.OfRepositories(host));
        repo.Subcommands.Add(ReindexCommand.Build(host));
        foreach (var command in RepositorySwitchCommands.Build(host))
            repo.Subcommands.Add(command);
        return repo;
    }

    private static Command Add(CommandHost host)
    {
        var (type, id) = (TypeArgument(), IdArgument());
        var from = new Option<string?>("--from") { Description = "A folder to import: plain files become one commit, and so does a snapshot in the cache of huggingface_hub (…/models--a--b, or one of its snapshots); a normal or bare Git repository keeps its history." };
        var isPrivate = new Option<bool>("--private") { Description = "Only its owner, or the members of its organization, may see it. Without it, what the organization has set for new repositories (org settings), else public." };
        var isPublic = new Option<bool>("--public") { Description = "Everybody may see it, whatever the organization has set." };
        var command = new Command("add", "Add a repository, empty or with the contents of a folder. Big files become LFS objects by the folder's .gitattributes.") { type, id, from, isPrivate, isPublic };
        command.Validators.Add(result =>
        {
            if (result.GetValue(isPrivate) && result.GetValue(isPublic))
                result.AddError("--private and --public exclude each other.");
        });
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            (services, token) => AddAsync(parsed, services, Enum.Parse<RepositoryType>(parsed.GetValue(type)!, ignoreCase: true), parsed.GetValue(id)!, parsed.GetValue(from), parsed.GetValue(isPrivate) ? true : parsed.GetValue(isPublic) ? false : null, token),
            cancellation));
        return command;
    }

    internal static Argument<string> TypeArgument()
    {
        var type = new Argument<string>("TYPE") { Description = "model, dataset or space." };
        type.AcceptOnlyFromAmong("model", "dataset", "space");
        return type;
    }

    internal static Argument<string> IdArgument() =>
        new("NS/NAME") { Description = "The owner (a user or an organization) and the repository's name." };

    private static async Task<int> AddAsync(
        ParseResult parsed, IServiceProvider services, RepositoryType type, string id, string? from, bool? isPrivate, CancellationToken cancellationToken)
    {
        var slash = id.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
            return CommandHost.Fail(parsed, $"'{id}' names no owner; write NS/NAME, for example acme/{id}.");

        var intake = services.GetRequiredService<RepositoryIntake>();
        var order = new RepositoryOrder(type, id[..slash], id[(slash + 1)..], CreatedById: null, isPrivate, from) { BeyondLimits = true };
        var result = await WithProgressAsync(progress => intake.AddAsync(order, progress, cancellationToken));
        if (result.Repository is null)
            return CommandHost.Fail(parsed, result.Message);

        var content = result.Content!;
        CommandHost.Say(parsed, $"{type.Singular()} {result.Repository.FullName}: {content.Files} files, {content.LfsObjects.Count} LFS objects, at commit {content.Tip?.ToString() ?? "(none)"}");
        if (content.Taken is { } taken)
            CommandHost.Say(parsed, $"Taken: {taken}.");
        foreach (var remark in content.Remarks)
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"warning: {remark}");
        foreach (var missing in content.MissingLfsObjects)
            await parsed.InvocationConfiguration.Error.WriteLineAsync($"warning: the history names LFS object {missing.Oid} ({missing.Size} bytes), but the folder does not have its bytes; files that point to it cannot be downloaded.");
        return 0;
    }

    /// <summary>A progress bar on a terminal, nothing where the output goes into a file or another program.</summary>
    private static async Task<RepositoryIntakeResult> WithProgressAsync(Func<IProgress<ImportStep>?, Task<RepositoryIntakeResult>> work)
    {
        if (Console.IsErrorRedirected || Console.IsOutputRedirected)
            return await work(null);

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().HideCompleted(true)
            .Columns(new ProgressBarColumn(), new ElapsedTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .StartAsync(async context =>
            {
                var bar = context.AddTask("Importing", autoStart: true).IsIndeterminate();
                return await work(new ImportBar(bar));
            });
    }

    private static Command List(CommandHost host)
    {
        var recount = new Option<bool>("--recount") { Description = "Count on the disk first how much each repository holds. The server does it once a day." };
        var command = new Command("list", "List all repositories: type, id, the gate that holds, visibility, id on disk, size.") { recount };
        command.SetAction((parsed, cancellation) => host.RunAsync(parsed, (services, token) => ListAsync(parsed, services, parsed.GetValue(recount), token), cancellation));
        return command;
    }

    private static async Task<int> ListAsync(ParseResult parsed, IServiceProvider services, bool recount, CancellationToken cancellationToken)
    {
        var catalog = services.GetRequiredService<RepositoryCatalog>();
        var cards = services.GetRequiredService<CardPolicies>();
        var records = await catalog.AllAsync(cancellationToken);
        if (recount)
        {
            var count = services.GetRequiredService<StorageRecount>();
            foreach (var record in records)
                await count.CountAsync(record.Id, cancellationToken);
        }

        var sizes = await services.GetRequiredService<StorageLimits>().AllAsync(cancellationToken);
        foreach (var record in records)
        {
            var gate = await GateOfAsync(cards, record, cancellationToken);
            CommandHost.Say(parsed, $"{record.Type.Singular(),-8} {record.FullName,-48} {gate,-7} {(record.Private ? "private" : "public"),-8} {record.Id} {ByteCount.Of(sizes.GetValueOrDefault(record.Id))}");
        }

        return 0;
    }

    private static async Task<string> GateOfAsync(CardPolicies cards, RepositoryRecord record, CancellationToken cancellationToken)
    {
        try
        {
            return (await cards.FindAsync(record, cancellationToken)).Policy.Mode.ToString().ToLowerInvariant();
        }
        catch (GitCorruptException)
        {
            return "damaged";
        }
    }

    /// <summary>Reports on the thread that imports: <see cref="Progress{T}"/> would queue behind itself.</summary>
    private sealed class ImportBar(ProgressTask bar) : IProgress<ImportStep>
    {
        public void Report(ImportStep value) => bar.Description = Markup.Escape($"{value.Files} files, {value.Bytes / (1024.0 * 1024):0.0} MiB  {value.Path}");
    }
}
