using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Notifications;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>A server without a mail server said "we have written to you", and people who had forgotten a password waited for ever.</summary>
public sealed class NoMailTests(NoMailTests.World world) : IClassFixture<NoMailTests.World>
{
    private const string NewPassword = "chosen by its person";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public class World : HubApplication
    {
        internal UserAccounts Users => Services.GetRequiredService<UserAccounts>();

        protected override IEnumerable<string> Settings => ["--Mail:PickedUp=false", "--Accounts:AttemptsPerAddress=100000"];

        protected override async Task FillAsync()
        {
            await AddPersonAsync("root", TokenRole.Write);
            await Users.SetAdministratorAsync("root", true, CancellationToken.None);
        }
    }

    public sealed class DomainWorld : World
    {
        protected override IEnumerable<string> Settings => [.. base.Settings, "--Accounts:JoinDomains=example.org"];
    }

    [Fact]
    public async Task No_page_says_that_a_mail_was_sent()
    {
        using var visitor = await PageVisitor.OpenAsync(world, null);
        var reset = await visitor.GetAsync("/password-reset");
        Assert.Contains("This server sends no mail. Ask one of its administrators", reset.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-form=\"password-reset\"", reset.Html, StringComparison.Ordinal);
        var sent = await visitor.PostFromAsync("/login", "/password-reset", ("email", "root@example.org"));
        AssertNoPromise(sent);

        Assert.Equal(303, (await visitor.PostAsync("/join", ("name", "joiner"), ("email", "joiner@example.org"), ("password", "a password of mine"))).Status);
        var welcome = await visitor.GetAsync("/");
        Assert.Contains("Welcome, joiner. This server sends no mail. An administrator can confirm that joiner@example.org is yours.", welcome.Text, StringComparison.Ordinal);
        AssertNoPromise(welcome);
        var profile = await visitor.GetAsync("/settings/profile");
        Assert.Contains("Ask an administrator to confirm that this address is yours.", profile.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-form=\"confirm\"", profile.Html, StringComparison.Ordinal);
        AssertNoPromise(profile);
        Assert.Equal(303, (await visitor.PostFromAsync("/settings/profile", "/settings/profile?handler=confirm")).Status);
        AssertNoPromise(await visitor.GetAsync("/settings/profile"));
        Assert.Equal(303, (await visitor.PostAsync("/settings/profile?handler=mail", ("email", "other@example.org"), ("password", "a password of mine"))).Status);
        AssertNoPromise(await visitor.GetAsync("/settings/profile"));
        AssertNoPromise(await visitor.GetAsync("/settings/notifications"));

        var gated = await world.AddRepositoryAsync(RepositoryType.Model, "root/gated", new Dictionary<string, string> { ["README.md"] = "---\ngated: auto\n---\n" });
        var gate = await visitor.GetAsync($"/{gated.FullName}");
        Assert.Equal("confirm", gate.Attribute("data-gate"));
        Assert.Contains("Ask one of its administrators to confirm that joiner@example.org is yours", gate.Text, StringComparison.Ordinal);
        AssertNoPromise(gate);

        using var root = await PageVisitor.OpenAsync(world, "root");
        Assert.Contains("This server sends no mail.", (await root.GetAsync("/admin")).TextOf("data-no-mail"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Where_domains_are_limited_joining_says_that_the_link_has_to_be_passed_on()
    {
        await using var domains = new DomainWorld();
        await domains.InitializeAsync();
        using var visitor = await PageVisitor.OpenAsync(domains, null);
        AssertNoPromise(await visitor.GetAsync("/join"));
        var sent = await visitor.PostAsync("/join", ("email", "ada@example.org"));
        Assert.Contains("The link for ada@example.org lies in a file on the server.", sent.Text, StringComparison.Ordinal);
        AssertNoPromise(sent);
    }

    [Fact]
    public async Task An_administrator_passes_on_a_link_that_sets_a_password_once()
    {
        var person = await world.AddPersonAsync("forgetful");
        await world.Users.SetPasswordAsync(person.Id, "forgotten long ago", Cancel);
        using var root = await PageVisitor.OpenAsync(world, "root");
        var page = await root.PostAsync("/admin/people/forgetful?handler=Reset");
        var link = LinkOn(page);
        Assert.Contains("It works once, within an hour, and is shown now only.", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("password-reset", (await root.GetAsync("/admin/people/forgetful")).Html, StringComparison.Ordinal);

        using var theirs = await PageVisitor.OpenAsync(world, null);
        Assert.Equal(303, (await theirs.PostAsync(link, ("password", NewPassword))).Status);
        Assert.Equal(303, (await theirs.PostAsync("/login", ("name", "forgetful"), ("password", NewPassword))).Status);
        using var second = await PageVisitor.OpenAsync(world, null);
        Assert.Contains("This link has ended", (await second.PostFromAsync("/login", link, ("password", "somebody else's"))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_account_that_an_administrator_makes_gets_its_password_by_a_link_to_pass_on()
    {
        using var root = await PageVisitor.OpenAsync(world, "root");
        var page = await root.PostAsync("/admin/new", ("name", "newcomer"), ("email", "newcomer@example.org"));
        var link = LinkOn(page);
        Assert.True((await world.Users.FindAsync("newcomer", Cancel))!.EmailConfirmed);
        using var theirs = await PageVisitor.OpenAsync(world, null);
        Assert.Equal(303, (await theirs.PostAsync(link, ("password", NewPassword))).Status);
        Assert.Equal(303, (await theirs.PostAsync("/login", ("name", "newcomer"), ("password", NewPassword))).Status);
    }

    [Fact]
    public async Task An_organizations_admin_passes_on_the_link_of_an_invitation()
    {
        await world.Services.GetRequiredService<Organizations>().AddAsync("lab", "Lab", "root", Cancel);
        var guest = await world.AddPersonAsync("guest");
        using var root = await PageVisitor.OpenAsync(world, "root");
        const string Members = "/organizations/lab/settings/members";
        var page = await root.PostAsync($"{Members}?handler=Invite", ("Invitee", "somebody@example.org"), ("InviteRole", "read"));
        Assert.Contains("This server sends no mail. Pass this link on to somebody@example.org", page.Text, StringComparison.Ordinal);
        var link = LinkOn(page);
        Assert.DoesNotContain("/organizations/join/", (await root.GetAsync(Members)).Html, StringComparison.Ordinal);
        using var theirs = await PageVisitor.OpenAsync(world, guest.Name);
        Assert.Equal(303, (await theirs.PostAsync(link)).Status);
        Assert.Contains("guest", (await root.GetAsync(Members)).Attributes("data-member"));
    }

    [Theory]
    [InlineData("Production", "", false, true)]
    [InlineData("Production", "smtp.example.org", false, false)]
    [InlineData("Production", "", true, false)]
    [InlineData("Development", "", false, false)]
    public async Task The_log_says_at_the_start_that_nobody_gets_mails(string environment, string host, bool pickedUp, bool warned)
    {
        var options = Options.Create(new MailOptions { PickedUp = pickedUp });
        options.Value.Smtp.Host = host;
        var log = new Lines();
        var start = new MailAtStart(new MailReach(options), new HostingEnvironment { EnvironmentName = environment }, log);
        await start.StartAsync(Cancel);
        Assert.Equal(warned, log.Written.Count == 1 && log.Written[0].StartsWith("Warning No mail server is set (Mail:Smtp:Host)", StringComparison.Ordinal));
        Assert.Contains(world.Services.GetServices<IHostedService>(), service => service is MailAtStart);
    }

    private static void AssertNoPromise(SeenPage page)
    {
        foreach (var promise in (string[])["We have written to", "we have sent", "We send a link", "Send the link", "Mails go to", "gets a link;"])
            Assert.DoesNotContain(promise, page.Text, StringComparison.OrdinalIgnoreCase);
    }

    private static string LinkOn(SeenPage page) => new Uri(Regex.Match(page.Html, "<code id=\"[a-z]+-link\">([^<]+)</code>").Groups[1].Value).PathAndQuery;

    private sealed class Lines : ILogger<MailAtStart>
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add($"{logLevel} {formatter(state, exception)}");
    }
}
