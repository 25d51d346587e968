using System.CommandLine;
using System.Globalization;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Commands;

/// <summary><c>service add</c>, <c>service list</c>, <c>service disable</c>, <c>service enable</c>, <c>service delete</c>; tokens are made by <c>token add</c>.</summary>
internal static class ServiceCommands
{
    private const string NoRole = "none";

    private static readonly string[] Columns = ["NAME", "ORGANIZATION", "ROLE", "TOKENS", "STANDING"];

    public static Command Build(CommandHost host) => new("service", "Service accounts: machines that an organization answers for. They use tokens and nothing else.")
    {
        Add(host),
        List(host),
        Switch(host, "disable", "Ends every token of a service account at once. Nothing is deleted.", disabled: true),
        Switch(host, "enable", "Lets a disabled service account in again, with the tokens it had.", disabled: false),
        Delete(host),
    };

    private static Command Add(CommandHost host)
    {
        var organization = new Argument<string>("ORG") { Description = "The organization that answers for it." };
        var name = new Argument<string>("NAME") { Description = "Its name, which no person and no organization has. " + AccountNames.NamespaceRule };
        var fullName = new Option<string?>("--fullname") { Description = "The name that people read. Without it, NAME.", HelpName = "TEXT" };
        var role = new Option<string>("--role")
        {
            Description = $"What it may do in its organization, as for members. {NoRole}: only what it is granted.",
            HelpName = $"{NoRole}|read|contributor|write",
            DefaultValueFactory = _ => NoRole,
        };
        role.AcceptOnlyFromAmong(NoRole, "read", "contributor", "write");
        var command = new Command("add", "Adds a service account. It has no password; give it a token with 'token add NAME'.") { organization, name, fullName, role };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var word = parsed.GetRequiredValue(role);
                var result = await services.GetRequiredService<ServiceAccounts>().AddAsync(
                    parsed.GetRequiredValue(organization), parsed.GetRequiredValue(name), parsed.GetValue(fullName),
                    word == NoRole ? null : Enum.Parse<OrganizationRole>(word, ignoreCase: true), token);
                return result.Account is { } account
                    ? CommandHost.Say(parsed, $"Added service account {account.UserName}. Give it a token with: token add {account.UserName} --name TEXT --role read")
                    : CommandHost.Fail(parsed, result.Message);
            },
            cancellation));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var organization = new Argument<string?>("ORG") { Description = "Of this organization; without it, all.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("list", "Lists service accounts: name, organization, role there, working tokens, and whether the account works. Separated by tabs when a program reads it.") { organization };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                string? id = null;
                if (parsed.GetValue(organization) is { } asked)
                {
                    if (await services.GetRequiredService<Organizations>().FindAsync(asked, token) is not { } found)
                        return CommandHost.Fail(parsed, $"There is no organization {asked}.");
                    id = found.Id;
                }

                var accounts = await services.GetRequiredService<ServiceAccounts>().ListAsync(id, token);
                OutputTable.Write(parsed.InvocationConfiguration.Output, Columns, accounts.Select(a => new[]
                {
                    a.Account.UserName!, a.Organization, a.Role?.ToString().ToLowerInvariant() ?? NoRole, a.Tokens.ToString(CultureInfo.InvariantCulture),
                    a.Account.Disabled ? "disabled" : "enabled",
                }));
                return 0;
            },
            cancellation));
        return command;
    }

    private static Command Switch(CommandHost host, string word, string description, bool disabled)
    {
        var name = NameArgument();
        var command = new Command(word, description) { name };
        command.SetAction((parsed, cancellation) => OnAsync(
            host, parsed, name,
            async (account, services, token) => await services.GetRequiredService<UserAccounts>().DisableAsync(account.UserName!, disabled, token) is { } changed
                ? CommandHost.Say(parsed, $"Service account {changed.UserName} is {word}d.")
                : CommandHost.Fail(parsed, $"There is no service account {account.UserName}."),
            cancellation));
        return command;
    }

    private static Command Delete(CommandHost host)
    {
        var name = NameArgument();
        var yes = new Option<bool>("--yes") { Description = "Really delete it. There is no way back." };
        var command = new Command("delete", "Deletes a service account with its tokens and everything it was granted. Repositories that it made stay.") { name, yes };
        command.SetAction((parsed, cancellation) => OnAsync(
            host, parsed, name,
            async (account, services, token) =>
            {
                if (!parsed.GetValue(yes))
                    return CommandHost.Fail(parsed, $"This deletes the service account {account.UserName} for good. Say --yes if you mean it; 'service disable' can be undone.");
                return await services.GetRequiredService<ServiceAccounts>().DeleteAsync(account.Id, token)
                    ? CommandHost.Say(parsed, $"Service account {account.UserName} is deleted.")
                    : CommandHost.Fail(parsed, $"There is no service account {account.UserName}.");
            },
            cancellation));
        return command;
    }

    private static Argument<string> NameArgument() => new("NAME") { Description = "The service account's name." };

    private static Task<int> OnAsync(
        CommandHost host, ParseResult parsed, Argument<string> name, Func<User, IServiceProvider, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
        => host.RunAsync(
            parsed,
            async (services, token) => await services.GetRequiredService<ServiceAccounts>().FindAsync(null, parsed.GetRequiredValue(name), token) is { } account
                ? await work(account, services, token)
                : CommandHost.Fail(parsed, $"There is no service account {parsed.GetRequiredValue(name)}."),
            cancellationToken);
}
