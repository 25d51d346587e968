namespace RepoHost.Pages.Orgs;

/// <summary>Addresses of an organization's own pages.</summary>
internal static class OrganizationLinks
{
    public static string NewOrganization(this SiteLinks links) => links.Path("/organizations/new");

    public static string OrganizationSettings(this SiteLinks links, string name) => links.Path(Settings(name));

    public static string OrganizationMembers(this SiteLinks links, string name) => links.Path(Members(name));

    public static string ServiceAccounts(this SiteLinks links, string name) => links.Path(Machines(name));

    public static string ServiceAccount(this SiteLinks links, string name, string account) => links.Path(Machine(name, account));

    public static string ServiceAccountToken(this SiteLinks links, string name, string account, string token) => links.Path(MachineToken(name, account, token));

    // As SeeOther takes them: escaped, without what a proxy puts before.
    public static string Settings(string name) => $"/organizations/{Uri.EscapeDataString(name)}/settings";

    public static string Members(string name) => Settings(name) + "/members";

    public static string Machines(string name) => Settings(name) + "/service-accounts";

    public static string Machine(string name, string account) => $"{Machines(name)}/{Uri.EscapeDataString(account)}";

    public static string MachineToken(string name, string account, string token) => $"{Machine(name, account)}/tokens/{Uri.EscapeDataString(token)}";

    public const string Mine = "/settings/organizations";
}
