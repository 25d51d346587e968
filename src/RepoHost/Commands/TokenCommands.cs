using System.CommandLine;
using System.Globalization;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Commands;

/// <summary><c>token add</c>, <c>token revoke</c>, <c>token list</c>, <c>token rotate-key</c>.</summary>
internal static class TokenCommands
{
    private static readonly string[] Columns = ["ID", "NAME", "ROLE", "CREATED", "LAST USED", "STANDING", "RIGHTS"];

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
            Description = "read: downloads what the person may read. write: also pushes, uploads and changes settings. fineGrained: only what the options below say;"
                + " never more than the person may.",
            HelpName = "read|write|fineGrained",
            Required = true,
        };
        role.AcceptOnlyFromAmong("read", "write", "fineGrained");
        var days = new Option<int?>("--days") { Description = "How long it lives, 1 to 3650 days. Without it, what Accounts:TokenDays says (365).", HelpName = "N" };
        days.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && result.GetValueOrDefault<int?>() is < 1 or > 3650)
                result.AddError("--days takes 1 to 3650.");
        });

        var command = new Command("add", "Makes a token and prints it, and nothing else, on standard output. It can't be shown again.") { user, name, role, days };
        var grant = new TokenGrantOptions();
        grant.AddTo(command);
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            (services, token) => AddAsync(
                parsed,
                services,
                new(parsed.GetRequiredValue(user), parsed.GetRequiredValue(name), Enum.Parse<TokenRole>(parsed.GetRequiredValue(role), ignoreCase: true), parsed.GetValue(days)),
                grant,
                token),
            cancellation));
        return command;
    }

    private static async Task<int> AddAsync(ParseResult parsed, IServiceProvider services, Asked asked, TokenGrantOptions options, CancellationToken cancellationToken)
    {
        if (await services.GetRequiredService<UserAccounts>().FindAsync(asked.User, cancellationToken) is not { } person)
            return CommandHost.Fail(parsed, $"There is no user {asked.User}.");
        if (!TokenNames.IsValid(asked.Name))
            return CommandHost.Fail(parsed, TokenNames.Rule);
        if (options.FaultIn(parsed, asked.Role) is { } fault)
            return CommandHost.Fail(parsed, fault);

        var issuer = services.GetRequiredService<TokenIssuer>();
        var lifetime = asked.Days is { } count ? TimeSpan.FromDays(count) : (TimeSpan?)null;
        if (asked.Role != TokenRole.FineGrained)
            return CommandHost.Say(parsed, (await issuer.IssueAsync(person, asked.Name, asked.Role, lifetime, cancellationToken)).Text);

        var (grant, unknown) = await options.ReadAsync(parsed, person.Id, person.UserName!, services.GetRequiredService<TokenEntities>(), cancellationToken);
        return grant is null
            ? CommandHost.Fail(parsed, unknown!)
            : CommandHost.Say(parsed, (await issuer.IssueAsync(person, asked.Name, grant, lifetime, cancellationToken)).Text);
    }

    private sealed record Asked(string User, string Name, TokenRole Role, int? Days);

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
            "list", "Lists a person's tokens: id, name, role, made, last used, whether it still works, and what a fine-grained one may do. Separated by tabs when a program reads it.")
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
                var rights = await services.GetRequiredService<TokenEntities>().DescribeAsync(person.Id, [.. tokens.Select(row => row.Id)], token);
                OutputTable.Write(parsed.InvocationConfiguration.Output, Columns, tokens.Select(row => Cells(row, rights[row.Id], now)));
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

    private static string[] Cells(AccessToken token, IEnumerable<ScopeGrant> rights, DateTimeOffset now) =>
    [
        token.Id,
        token.Name,
        token.Role == TokenRole.FineGrained ? "fineGrained" : token.Role.ToString().ToLowerInvariant(),
        Day(token.CreatedAt),
        token.LastUsedAt is { } used ? Day(used) : "never",
        token.RevokedAt is { } revoked ? $"revoked {Day(revoked)}" : token.ExpiresAt <= now ? $"expired {Day(token.ExpiresAt)}" : $"until {Day(token.ExpiresAt)}",
        token.Role == TokenRole.FineGrained ? Rights(token, rights) : "",
    ];

    private static string Rights(AccessToken token, IEnumerable<ScopeGrant> rights)
    {
        var words = rights.Select(scope => $"{scope.Entity.Path}: {scope.Rights.Words()}").Prepend(token.CanReadGatedRepos ? "read-gated" : "").Where(word => word.Length > 0).ToList();
        return words.Count == 0 ? "none" : string.Join("; ", words);
    }

    private static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
