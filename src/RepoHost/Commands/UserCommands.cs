using System.CommandLine;
using System.Globalization;
using RepoHost.Accounts;

namespace RepoHost.Commands;

/// <summary>
/// <c>user add</c>, <c>user list</c>, <c>user password</c>, <c>user confirm</c>, <c>user admin</c>, <c>user disable</c>, <c>user enable</c>;
/// <see cref="UserDepartureCommands"/> has the rest.
/// </summary>
internal static class UserCommands
{
    private static readonly string[] Columns = ["NAME", "MAIL", "FULL NAME", "SINCE", "REPOSITORIES", "STANDING", "ADDRESS"];

    private const int RowsAtOnce = 500;

    public static Command Build(CommandHost host) => new("user", "People's accounts: add, list, disable, export and delete them.")
    {
        Add(host),
        List(host),
        Password(host),
        Confirm(host),
        Admin(host),
        Switch(host, "disable", "Ends every session and token of a person at once, and lets nobody sign in as them. Nothing is deleted.", disabled: true),
        Switch(host, "enable", "Lets a disabled person in again, with the tokens they had.", disabled: false),
        LimitCommands.OfUsers(host),
        UserDepartureCommands.Export(host),
        UserDepartureCommands.Delete(host),
        UserDepartureCommands.Free(host),
    };

    private static Command Add(CommandHost host)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "The user name, which is also the namespace of their repositories. " + AccountNames.NamespaceRule,
        };
        var email = new Option<string>("--email")
        {
            Description = "Mail address; no two accounts share one. It counts as confirmed.",
            HelpName = "ADDRESS",
            Required = true,
        };
        var fullName = new Option<string?>("--fullname") { Description = "The name that people read. Without it, the user name.", HelpName = "TEXT" };
        var password = new Option<bool>("--password-stdin")
        {
            Description = $"Take the password from the first line of standard input ({UserAccounts.MinPasswordLength} to {UserAccounts.MaxPasswordLength} characters)."
                + " Without it the account can use tokens, and nobody can log in to it in a browser until its owner has set a password by a link to its mail address.",
        };
        var admin = new Option<bool>("--admin") { Description = "May manage users. This gives no access to gated files." };

        var command = new Command("add", "Adds a person.") { name, email, fullName, password, admin };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var secret = parsed.GetValue(password) ? await host.Input.ReadLineAsync(token) ?? "" : null;
                var result = await services.GetRequiredService<UserAccounts>().AddAsync(
                    parsed.GetRequiredValue(name), parsed.GetRequiredValue(email), parsed.GetValue(fullName), secret, parsed.GetValue(admin), token);
                return result.User is { } user
                    ? CommandHost.Say(parsed, $"Added user {user.UserName}.")
                    : CommandHost.Fail(parsed, result.Message);
            },
            cancellation));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var search = new Option<string?>("--search") { Description = "Only those whose name or mail address contains this.", HelpName = "TEXT" };
        var command = new Command(
            "list",
            "Lists people by name: mail address, full name, since when, how many repositories they own, what they are, and whether the address is confirmed."
                + " Separated by tabs when a program reads it.") { search };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var list = services.GetRequiredService<PeopleList>();
                var rows = new List<string[]>();
                string? after = null;
                do
                {
                    var page = await list.ReadAsync(parsed.GetValue(search), after, RowsAtOnce, token);
                    rows.AddRange(page.People.Select(Cells));
                    after = page.Next;
                }
                while (after is not null);
                OutputTable.Write(parsed.InvocationConfiguration.Output, Columns, rows);
                return 0;
            },
            cancellation));
        return command;
    }

    private static string[] Cells(ListedPerson person) =>
    [
        person.UserName,
        person.Email,
        person.FullName,
        person.CreatedAt.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        person.Repositories.ToString(CultureInfo.InvariantCulture),
        person.Disabled ? "disabled" : person.IsAdministrator ? "administrator" : "active",
        person.EmailConfirmed ? "confirmed" : "not confirmed",
    ];

    private static Command Password(CommandHost host)
    {
        var name = new Argument<string>("NAME") { Description = "The user name." };
        var password = new Option<bool>("--password-stdin")
        {
            Description = $"Take the password from the first line of standard input ({UserAccounts.MinPasswordLength} to {UserAccounts.MaxPasswordLength} characters).",
        };
        var command = new Command("password", "Sets a person's password, and ends their browser sessions. Tokens live on.") { name, password };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(name);
                var users = services.GetRequiredService<UserAccounts>();
                if (!parsed.GetValue(password))
                    return CommandHost.Fail(parsed, "A password on the command line could be read by others. Send it on standard input, and add --password-stdin.");
                if (await users.FindAsync(asked, token) is not { } user)
                    return CommandHost.Fail(parsed, $"There is no user {asked}.");
                if (user.IsService)
                    return CommandHost.Fail(parsed, $"{user.UserName} is a service account, which has no password.");
                return await users.SetPasswordAsync(user.Id, await host.Input.ReadLineAsync(token) ?? "", token)
                    ? CommandHost.Say(parsed, $"User {user.UserName} has a new password, and is signed out everywhere.")
                    : CommandHost.Fail(parsed, $"A password has {UserAccounts.MinPasswordLength} to {UserAccounts.MaxPasswordLength} characters. Nothing was changed.");
            },
            cancellation));
        return command;
    }

    private static Command Confirm(CommandHost host)
    {
        var name = new Argument<string>("NAME") { Description = "The user name." };
        var command = new Command(
            "confirm",
            "Counts a person's mail address as confirmed, for people whom you know and who can't open a mailed link."
                + " Addresses given with 'user add' are confirmed already.") { name };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(name);
                return await services.GetRequiredService<UserAccounts>().ConfirmEmailAsync(asked, token) is { } user
                    ? CommandHost.Say(parsed, $"The mail address of {user.UserName} is confirmed: {user.Email}.")
                    : CommandHost.Fail(parsed, $"There is no user {asked}.");
            },
            cancellation));
        return command;
    }

    private static Command Admin(CommandHost host)
    {
        var name = new Argument<string>("NAME") { Description = "The user name." };
        var remove = new Option<bool>("--remove") { Description = "Take the right away again." };
        var command = new Command("admin", "Makes a person an administrator, who may manage users. This gives no access to gated files.") { name, remove };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(name);
                var administrator = !parsed.GetValue(remove);
                return await services.GetRequiredService<UserAccounts>().SetAdministratorAsync(asked, administrator, token) is { } user
                    ? CommandHost.Say(parsed, $"User {user.UserName} is {(administrator ? "an administrator" : "no administrator any more")}.")
                    : CommandHost.Fail(parsed, $"There is no user {asked}.");
            },
            cancellation));
        return command;
    }

    private static Command Switch(CommandHost host, string word, string description, bool disabled)
    {
        var name = new Argument<string>("NAME") { Description = "The user name." };
        var command = new Command(word, description) { name };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(name);
                if (await services.GetRequiredService<UserAccounts>().DisableAsync(asked, disabled, token) is not { } user)
                    return CommandHost.Fail(parsed, $"There is no user {asked}.");
                CommandHost.Say(parsed, $"User {user.UserName} is {word}d.");

                // Shutting somebody out can't wait until they are replaced; it only must not go unnoticed.
                if (disabled && await services.GetRequiredService<Organizations>().OnlyAdministeredByAsync(user.Id, token) is { Count: > 0 } orphaned)
                    CommandHost.Say(parsed, $"Nobody can administer {string.Join(", ", orphaned)} now. Make somebody else admin: org member {orphaned[0]} USER --role admin");
                return 0;
            },
            cancellation));
        return command;
    }
}
