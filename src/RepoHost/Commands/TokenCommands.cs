using System.CommandLine;
using System.Globalization;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Commands;

/// <summary><c>token add</c>, <c>token revoke</c>, <c>token list</c>, <c>token rotate-key</c>.</summary>
internal static class TokenCommands
{
    private static readonly string[] Columns = ["ID", "NAME", "ROLE", "CREATED", "LAST USED", "STANDING"];

    public static Command Build(CommandHost host) => new("token", "Makes, lists and ends people's access tokens.")
    {
        Add(host),
        Revoke(host),
        List(host),
        RotateKey(host),
    };

    private static Command Add(CommandHost host)
    {
        var user = new Argument<string>("USER") { Description = "Whose token it is." };
        var name = new Option<string>("--name") { Description = "What it is for. " + TokenNames.Rule, HelpName = "TEXT", Required = true };
        var role = new Option<string>("--role")
        {
            Description = "read: downloads what the person may read. write: also pushes, uploads and changes settings.",
            HelpName = "read|write",
            Required = true,
        };
        role.AcceptOnlyFromAmong("read", "write");
        var days = new Option<int?>("--days") { Description = "How long it lives, 1 to 3650 days. Without it, what Accounts:TokenDays says (365).", HelpName = "N" };
        days.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<int?>() is < 1 or > 3650)
                result.AddError("--days takes 1 to 3650.");
        });

        var command = new Command("add", "Makes a token and prints it, and nothing else, on standard output. It can't be shown again.") { user, name, role, days };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(user);
                if (await services.GetRequiredService<UserAccounts>().FindAsync(asked, token) is not { } person)
                    return CommandHost.Fail(parsed, $"There is no user {asked}.");
                if (!TokenNames.IsValid(parsed.GetRequiredValue(name)))
                    return CommandHost.Fail(parsed, TokenNames.Rule);

                var issued = await services.GetRequiredService<TokenIssuer>().IssueAsync(
                    person,
                    parsed.GetRequiredValue(name),
                    Enum.Parse<TokenRole>(parsed.GetRequiredValue(role), ignoreCase: true),
                    parsed.GetValue(days) is { } count ? TimeSpan.FromDays(count) : null,
                    token);
                return CommandHost.Say(parsed, issued.Text);
            },
            cancellation));
        return command;
    }

    private static Command Revoke(CommandHost host)
    {
        var id = new Argument<string>("ID") { Description = "The token's id, which 'token list' shows." };
        var command = new Command("revoke", "Ends a token at once.") { id };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(id);
                // What was typed is not repeated: it may be the token itself.
                return await services.GetRequiredService<TokenIssuer>().RevokeAsync(asked, token)
                    ? CommandHost.Say(parsed, $"Token {asked} is revoked.")
                    : CommandHost.Fail(parsed, "There is no token with this id. 'token list USER' shows the ids.");
            },
            cancellation));
        return command;
    }

    private static Command List(CommandHost host)
    {
        var user = new Argument<string>("USER") { Description = "Whose tokens." };
        var command = new Command(
            "list", "Lists a person's tokens: id, name, role, made, last used, and whether it still works. Separated by tabs when a program reads it.")
        {
            user,
        };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(user);
                if (await services.GetRequiredService<UserAccounts>().FindAsync(asked, token) is not { } person)
                    return CommandHost.Fail(parsed, $"There is no user {asked}.");

                var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
                var tokens = await services.GetRequiredService<TokenIssuer>().ListAsync(person.Id, token);
                OutputTable.Write(parsed.InvocationConfiguration.Output, Columns, tokens.Select(row => Cells(row, now)));
                return 0;
            },
            cancellation));
        return command;
    }

    private static Command RotateKey(CommandHost host)
    {
        var command = new Command(
            "rotate-key",
            "Makes a new signing key, which signs from now on. Tokens of older keys stay good until their file in keys/ is deleted and the server restarted.");
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            (services, _) => Task.FromResult(CommandHost.Say(parsed, $"Tokens are now signed with key {services.GetRequiredService<SigningKeys>().Rotate().Id}.")),
            cancellation));
        return command;
    }

    private static string[] Cells(AccessToken token, DateTimeOffset now) =>
    [
        token.Id,
        token.Name,
        token.Role.ToString().ToLowerInvariant(),
        Day(token.CreatedAt),
        token.LastUsedAt is { } used ? Day(used) : "never",
        token.RevokedAt is { } revoked ? $"revoked {Day(revoked)}" : token.ExpiresAt <= now ? $"expired {Day(token.ExpiresAt)}" : $"until {Day(token.ExpiresAt)}",
    ];

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
