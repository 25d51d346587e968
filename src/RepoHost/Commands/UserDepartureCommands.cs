using System.CommandLine;
using System.IO.Pipelines;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating.Persons;

namespace RepoHost.Commands;

/// <summary><c>user export</c>, <c>user delete</c> and <c>user free</c>: in force for the running server's next request.</summary>
internal static class UserDepartureCommands
{
    public static Command Export(CommandHost host)
    {
        var name = new Argument<string>("NAME") { Description = "The user name." };
        var command = new Command("export", "Prints all that is stored about a person as JSON: account, memberships, tokens (without their text), repositories, requests with answers, events.") { name };
        command.SetAction((parsed, cancellation) => host.RunAsync(parsed, (services, token) => ExportAsync(parsed, services, parsed.GetRequiredValue(name), token), cancellation));
        return command;
    }

    public static Command Delete(CommandHost host)
    {
        var name = new Argument<string>("NAME") { Description = "The user name. Nobody can have it again, until 'user free' says so." };
        var repositories = new Option<bool>("--with-repositories") { Description = "Also delete the repositories that they own themselves, with everything in them." };
        var yes = new Option<bool>("--yes") { Description = "Really delete them. There is no way back." };
        var command = new Command(
            "delete",
            "Deletes a person: sessions, tokens and memberships end at once; of their access requests only that there were some is kept, under the name of nobody.") { name, repositories, yes };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            (services, token) => DeleteAsync(parsed, services, parsed.GetRequiredValue(name), parsed.GetValue(repositories), parsed.GetValue(yes), token),
            cancellation));
        return command;
    }

    public static Command Free(CommandHost host)
    {
        var name = new Argument<string>("NAME") { Description = "The name that somebody had who was deleted." };
        var command = new Command("free", "Lets anybody take the name of a deleted person. Addresses that people still have would then lead to the new owner's files.") { name };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(name);
                await using var db = await services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync(token);
                return await RetiredNames.FreeAsync(db, asked, token)
                    ? CommandHost.Say(parsed, $"The name {asked} can be taken again.")
                    : CommandHost.Fail(parsed, $"The name {asked} is not kept for anybody who was deleted.");
            },
            cancellation));
        return command;
    }

    private static async Task<int> ExportAsync(ParseResult parsed, IServiceProvider services, string name, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<UserAccounts>().FindAsync(name, cancellationToken) is not { } user)
            return CommandHost.Fail(parsed, $"There is no user {name}.");

        // Through a pipe, so that a person of many requests needs no more memory than one of few.
        var pipe = new Pipe();
        var printing = PrintAsync(pipe.Reader, parsed.InvocationConfiguration.Output, cancellationToken);
        try
        {
            await services.GetRequiredService<PersonExport>().WriteAsync(user.Id, pipe.Writer, cancellationToken);
        }
        finally
        {
            await pipe.Writer.CompleteAsync();
            await printing;
        }

        return 0;
    }

    private static async Task PrintAsync(PipeReader from, TextWriter to, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(from.AsStream());
        var buffer = new char[8192];
        for (int read; (read = await text.ReadAsync(buffer, cancellationToken)) > 0;)
            await to.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
        await to.WriteLineAsync();
    }

    private static async Task<int> DeleteAsync(
        ParseResult parsed, IServiceProvider services, string name, bool withRepositories, bool yes, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<UserAccounts>().FindAsync(name, cancellationToken) is not { } user)
            return CommandHost.Fail(parsed, $"There is no user {name}.");
        if (!yes)
            return CommandHost.Fail(parsed, $"This deletes {user.UserName} for good. Add --yes to go on; 'user export {user.UserName}' prints what is stored about them.");

        var result = await services.GetRequiredService<PersonRemoval>().RemoveAsync(user.Id, withRepositories, cancellationToken);
        return result.Outcome switch
        {
            PersonRemovalOutcome.Removed => CommandHost.Say(parsed, $"User {user.UserName} is deleted."),
            PersonRemovalOutcome.OwnsRepositories => CommandHost.Fail(parsed, $"{result.Message} (--with-repositories)"),
            _ => CommandHost.Fail(parsed, result.Message),
        };
    }
}
