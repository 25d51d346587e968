using System.CommandLine;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;

namespace RepoHost.Commands;

/// <summary><c>user limit</c>, <c>org limit</c> and <c>repo limit</c>: in force for the running server's next request.</summary>
internal static class LimitCommands
{
    private const string Shown = " Without options, shows what is used and what is allowed.";

    public static Command OfUsers(CommandHost host) =>
        OfOwners(host, "The user's name.", "How much a person's repositories may hold together, and how many they may be." + Shown, isOrganization: false);

    public static Command OfOrganizations(CommandHost host) =>
        OfOwners(
            host, "The organization's name.", "How much an organization's repositories may hold together, and how many they may be." + Shown, isOrganization: true);

    public static Command OfRepositories(CommandHost host)
    {
        var (type, id, bytes) = (RepositoryCommands.TypeArgument(), RepositoryCommands.IdArgument(), LimitOptions.Bytes());
        var command = new Command("limit", "How much a repository may hold." + Shown) { type, id, bytes };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var catalog = services.GetRequiredService<RepositoryCatalog>();
                if (await RepositorySwitchCommands.FindAsync(parsed, catalog, parsed.GetValue(type)!, parsed.GetValue(id)!, token) is not { } record)
                    return 1;
                var shown = $"{parsed.GetValue(type)} {record.FullName}";
                if (parsed.GetValue(bytes) is { } change && !await services.GetRequiredService<LimitOverrides>().SetForRepositoryAsync(record.Id, change, token))
                    return CommandHost.Fail(parsed, $"There is no {shown}.");
                return await services.GetRequiredService<StorageLimits>().OfRepositoryAsync(record.Id, token) is { } usage
                    ? CommandHost.Say(parsed, $"{shown}: {LimitWords.Bytes(usage.Bytes, usage.BytesLimit)}{LimitOptions.Origin(usage.OwnBytesLimit)}")
                    : CommandHost.Fail(parsed, $"There is no {shown}.");
            },
            cancellation));
        return command;
    }

    private static Command OfOwners(CommandHost host, string nameDescription, string description, bool isOrganization)
    {
        var name = new Argument<string>("NAME") { Description = nameDescription };
        var (bytes, repositories) = (LimitOptions.Bytes(), LimitOptions.Repositories());
        var command = new Command("limit", description) { name, bytes, repositories };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(name);
                var overrides = services.GetRequiredService<LimitOverrides>();
                // Also where nothing is to be changed: it says whether there is such an owner.
                var found = isOrganization
                    ? await overrides.SetForOrganizationAsync(asked, parsed.GetValue(bytes), parsed.GetValue(repositories), token)
                    : await overrides.SetForUserAsync(asked, parsed.GetValue(bytes), parsed.GetValue(repositories), token);
                if (!found || await services.GetRequiredService<StorageLimits>().OfOwnerAsync(asked, token) is not { } owner)
                    return CommandHost.Fail(parsed, $"There is no {(isOrganization ? "organization" : "user")} {asked}.");
                CommandHost.Say(parsed, $"{owner.Name}: {LimitWords.Bytes(owner.Bytes, owner.BytesLimit)}{LimitOptions.Origin(owner.OwnBytesLimit)}");
                var count = LimitWords.Repositories(owner.Repositories, owner.RepositoriesLimit);
                return CommandHost.Say(parsed, $"{owner.Name}: repositories: {count}{LimitOptions.Origin(owner.OwnRepositoriesLimit)}");
            },
            cancellation));
        return command;
    }
}
