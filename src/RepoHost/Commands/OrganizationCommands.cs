using System.CommandLine;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Commands;

/// <summary><c>org add</c>, <c>org member</c>; <see cref="OrganizationSwitchCommands"/> has the rest.</summary>
internal static class OrganizationCommands
{
    private const string NoRole = "none";

    public static Command Build(CommandHost host)
    {
        var org = new Command("org", "Organizations: add, list, change and delete them, and say who belongs to them.") { Add(host), Member(host), LimitCommands.OfOrganizations(host) };
        foreach (var command in OrganizationSwitchCommands.Build(host))
            org.Subcommands.Add(command);
        return org;
    }

    private static Command Add(CommandHost host)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "The organization's name, which is also the namespace of its repositories. " + AccountNames.NamespaceRule,
        };
        var fullName = new Option<string?>("--fullname") { Description = "The name that people read. Without it, NAME.", HelpName = "TEXT" };
        var admin = new Option<string?>("--admin") { Description = "A user who administers the organization.", HelpName = "USER" };
        var command = new Command("add", "Adds an organization.") { name, fullName, admin };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                var result = await services.GetRequiredService<Organizations>().AddAsync(
                    parsed.GetRequiredValue(name), parsed.GetValue(fullName), parsed.GetValue(admin), token);
                return result.Organization is { } organization
                    ? CommandHost.Say(parsed, $"Added organization {organization.Name}.")
                    : CommandHost.Fail(parsed, result.Message);
            },
            cancellation));
        return command;
    }

    private static Command Member(CommandHost host)
    {
        var organization = new Argument<string>("ORG") { Description = "The organization's name." };
        var user = new Argument<string>("USER") { Description = "The user's name." };
        var role = new Option<string>("--role")
        {
            Description = "read: sees private repositories. contributor: also makes repositories and writes to those. write: writes to all, and reviews access requests."
                + $" admin: everything. {NoRole}: no longer a member.",
            HelpName = $"read|contributor|write|admin|{NoRole}",
            Required = true,
        };
        role.AcceptOnlyFromAmong("read", "contributor", "write", "admin", NoRole);
        var command = new Command("member", "Makes a person a member of an organization, or changes or ends that.") { organization, user, role };
        command.SetAction((parsed, cancellation) => host.RunAsync(
            parsed,
            async (services, token) =>
            {
                string org = parsed.GetRequiredValue(organization), person = parsed.GetRequiredValue(user), word = parsed.GetRequiredValue(role);
                var organizations = services.GetRequiredService<Organizations>();
                var outcome = word == NoRole
                    ? await organizations.RemoveMemberAsync(org, person, token)
                    : await organizations.SetMemberAsync(org, person, Enum.Parse<OrganizationRole>(word, ignoreCase: true), token);
                return outcome switch
                {
                    MembershipOutcome.Done when word == NoRole => CommandHost.Say(parsed, $"{person} is no longer a member of {org}."),
                    MembershipOutcome.Done => CommandHost.Say(parsed, $"{person} has the role {word} in {org}."),
                    MembershipOutcome.NoSuchOrganization => CommandHost.Fail(parsed, $"There is no organization {org}."),
                    MembershipOutcome.NoSuchUser => CommandHost.Fail(parsed, $"There is no user {person}."),
                    MembershipOutcome.ServiceOfAnother => CommandHost.Fail(parsed, $"{person} is a service account of another organization."),
                    MembershipOutcome.ServiceAsAdministrator => CommandHost.Fail(parsed, $"{person} is a service account, which can't be an admin."),
                    MembershipOutcome.NotAMember => CommandHost.Fail(parsed, $"{person} is not a member of {org}."),
                    _ => CommandHost.Fail(parsed, $"{person} is the last admin of {org}. Make somebody else admin first."),
                };
            },
            cancellation));
        return command;
    }
}
