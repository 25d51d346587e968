using System.CommandLine;
using System.Globalization;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Commands;

/// <summary><c>org list</c>, <c>org members</c>, <c>org settings</c>, <c>org delete</c> and <c>org free</c>.</summary>
internal static class OrganizationSwitchCommands
{
    private static readonly string[] Columns = ["NAME", "FULL NAME", "MEMBERS", "REPOSITORIES", "NEW REPOSITORIES"];
    private static readonly string[] MemberColumns = ["NAME", "ROLE", "KIND", "STANDING"];

    public static IEnumerable<Command> Build(CommandHost host)
    {
        yield return List(host);
        yield return Members(host);
        yield return Settings(host);
        yield return Delete(host);
        yield return Free(host);
    }

    private static Command List(CommandHost host)
    {
        var command = new Command("list", "Lists all organizations: name, full name, number of members and of repositories, and what new repositories are. Separated by tabs when a program reads it.");
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var all = await services.GetRequiredService<Organizations>().AllAsync(token);
                OutputTable.Write(parsed.InvocationConfiguration.Output, Columns, all.Select(o => new[]
                {
                    o.Organization.Name, o.Organization.FullName, Number(o.Members), Number(o.Repositories), o.Organization.PrivateByDefault ? "private" : "public",
                }));
                return 0;
            },
            cancellation));
        return command;
    }

    private static Command Members(CommandHost host)
    {
        var name = NameArgument();
        var command = new Command("members", "Lists an organization's members: name, role, person or service account, and whether the account works. Separated by tabs when a program reads it.") { name };
        command.SetAction((parsed, cancellation) => OnAsync(
            host, parsed, name,
            async (organization, services, token) =>
            {
                var members = await services.GetRequiredService<Organizations>().ListMembersAsync(organization.Id, token);
                OutputTable.Write(parsed.InvocationConfiguration.Output, MemberColumns, members.Select(m => new[]
                {
                    m.User!.UserName!, m.Role.ToString().ToLowerInvariant(), m.User.IsService ? "service" : "person", m.User.Disabled ? "disabled" : "enabled",
                }));
                return 0;
            },
            cancellation));
        return command;
    }

    private static Command Settings(CommandHost host)
    {
        var name = NameArgument();
        var fullName = new Option<string?>("--fullname") { Description = "The name that people read; empty for NAME.", HelpName = "TEXT" };
        var visibility = new Option<string?>("--new-repositories")
        {
            Description = "What a new repository is when whoever makes it doesn't say.",
            HelpName = "private|public",
        };
        visibility.AcceptOnlyFromAmong("private", "public");
        var command = new Command("settings", "Changes an organization's settings.") { name, fullName, visibility };
        command.SetAction((parsed, cancellation) => OnAsync(
            host, parsed, name,
            async (organization, services, token) =>
            {
                var change = new OrganizationSettingsChange(parsed.GetValue(fullName), parsed.GetValue(visibility) is { } word ? word == "private" : null);
                if (change is { FullName: null, PrivateByDefault: null })
                    return CommandHost.Fail(parsed, "Nothing to change: say --fullname or --new-repositories.");
                return await services.GetRequiredService<OrganizationSettings>().ChangeAsync(organization.Id, change, token) is { } sentence
                    ? CommandHost.Fail(parsed, sentence)
                    : CommandHost.Say(parsed, $"Changed organization {organization.Name}.");
            },
            cancellation));
        return command;
    }

    private static Command Delete(CommandHost host)
    {
        var name = NameArgument();
        var yes = new Option<bool>("--yes") { Description = "Really delete it. There is no way back." };
        var command = new Command("delete", "Deletes an organization that owns no repositories, with its memberships, invitations and service accounts.") { name, yes };
        command.SetAction((parsed, cancellation) => OnAsync(
            host, parsed, name,
            async (organization, services, token) =>
            {
                if (!parsed.GetValue(yes))
                    return CommandHost.Fail(parsed, $"This deletes the organization {organization.Name} for good. Say --yes if you mean it.");
                var result = await services.GetRequiredService<OrganizationRemoval>().RemoveAsync(organization.Id, token);
                return result.Outcome switch
                {
                    RemoveOrganizationOutcome.OwnsRepositories => CommandHost.Fail(
                        parsed, $"{organization.Name} owns {Number(result.Repositories)} {(result.Repositories == 1 ? "repository" : "repositories")}. Move or delete them first."),
                    RemoveOrganizationOutcome.NoSuchOrganization => CommandHost.Fail(parsed, $"There is no organization {organization.Name}."),
                    _ => CommandHost.Say(parsed, result.NameKept
                        ? $"Organization {organization.Name} is deleted. Its name stays taken, because there were repositories under it; 'org free {organization.Name}' lets anybody take it."
                        : $"Organization {organization.Name} is deleted."),
                };
            },
            cancellation));
        return command;
    }

    private static Command Free(CommandHost host)
    {
        var name = NameArgument();
        var command = new Command("free", "Lets anybody take the name of a deleted organization. Whoever does can serve files under addresses that people may still have.") { name };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var asked = parsed.GetRequiredValue(name);
                return await services.GetRequiredService<OrganizationRemoval>().FreeNameAsync(asked, token)
                    ? CommandHost.Say(parsed, $"The name {asked} is free.")
                    : CommandHost.Fail(parsed, $"{asked} is not the name of a deleted organization.");
            },
            cancellation));
        return command;
    }

    private static Argument<string> NameArgument() => new("ORG") { Description = "The organization's name." };

    private static Task<int> OnAsync(
        CommandHost host, ParseResult parsed, Argument<string> name, Func<Organization, IServiceProvider, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
        => host.RunAsync(
            parsed,
            async (services, token) => await services.GetRequiredService<Organizations>().FindAsync(parsed.GetRequiredValue(name), token) is { } organization
                ? await work(organization, services, token)
                : CommandHost.Fail(parsed, $"There is no organization {parsed.GetRequiredValue(name)}."),
            cancellationToken);

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
