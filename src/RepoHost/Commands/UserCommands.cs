using System.CommandLine;
using RepoHost.Accounts;

namespace RepoHost.Commands;

/// <summary><c>user add</c>, <c>user disable</c>, <c>user enable</c>.</summary>
internal static class UserCommands
{
    public static Command Build(CommandHost host) => new("user", "Adds, disables and enables people's accounts.")
    {
        Add(host),
        Switch(host, "disable", "Ends every session and token of a person at once, and lets nobody sign in as them. Nothing is deleted.", disabled: true),
        Switch(host, "enable", "Lets a disabled person in again, with the tokens they had.", disabled: false),
    };

    private static Command Add(CommandHost host)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "The user name, which is also the namespace of their repositories. " + AccountNames.NamespaceRule,
        };
        var email = new Option<string>("--email") { Description = "Mail address; no two accounts share one.", HelpName = "ADDRESS", Required = true };
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
