using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class ServiceAccountsTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private User ada = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        ada = await rooms.AddUserAsync("ada");
        await rooms.Organizations.AddAsync("acme", "Acme", "ada", Cancel);
        await rooms.Organizations.AddAsync("other", "Other", "ada", Cancel);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task Two_machines_may_lack_a_mail_address_and_each_shows_where_it_belongs()
    {
        await rooms.ServiceAccounts.AddAsync("acme", "bot-b", "Builds", OrganizationRole.Write, Cancel);
        await rooms.ServiceAccounts.AddAsync("other", "bot-a", null, null, Cancel);
        Assert.Equal(
            [("bot-a", "other", null, 0), ("bot-b", "acme", (OrganizationRole?)OrganizationRole.Write, 0)],
            (await rooms.ServiceAccounts.ListAsync(null, Cancel)).Select(a => (a.Account.UserName!, a.Organization, a.Role, a.Tokens)));
        var acme = await rooms.Organizations.FindAsync("acme", Cancel);
        Assert.Equal(["bot-b"], (await rooms.ServiceAccounts.ListAsync(acme!.Id, Cancel)).Select(a => a.Account.UserName!));
        Assert.Null(await rooms.ServiceAccounts.FindAsync(acme.Id, "bot-a", Cancel));
        Assert.Null(await rooms.ServiceAccounts.FindAsync(null, "ada", Cancel));
    }

    [Fact]
    public async Task A_machine_gets_no_session_whatever_way_it_is_tried()
    {
        var bot = await AddAsync("bot");
        Assert.False(await rooms.Users.SetPasswordAsync(bot.Id, "correct horse", Cancel));

        // Even if a row had come by a password and a stamp.
        await using (var db = await rooms.Databases.CreateDbContextAsync(Cancel))
        {
            var hash = rooms.Services.GetRequiredService<IPasswordHasher<User>>().HashPassword(bot, "correct horse");
            await db.Users.Where(u => u.Id == bot.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.PasswordHash, hash).SetProperty(x => x.SecurityStamp, "stamp"), Cancel);
        }

        await using var scope = rooms.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = context;
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<User>>();
        var row = (await signIn.UserManager.FindByNameAsync("bot"))!;
        Assert.False((await signIn.CheckPasswordSignInAsync(row, "correct horse", lockoutOnFailure: false)).Succeeded);

        await signIn.SignInAsync(row, isPersistent: true);
        var cookie = context.Response.Headers.SetCookie.ToString().Split(';')[0];
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(asked => asked.Request.Headers.Cookie = cookie)).Kind);
    }

    [Fact]
    public async Task It_belongs_to_its_own_organization_and_never_administers()
    {
        await AddAsync("bot");
        Assert.Equal(MembershipOutcome.Done, await rooms.Organizations.ChangeRoleAsync("acme", "bot", OrganizationRole.Write, Cancel));
        Assert.Equal(MembershipOutcome.ServiceAsAdministrator, await rooms.Organizations.SetMemberAsync("acme", "bot", OrganizationRole.Admin, Cancel));
        Assert.Equal(MembershipOutcome.ServiceOfAnother, await rooms.Organizations.SetMemberAsync("other", "bot", OrganizationRole.Read, Cancel));
        Assert.Contains("can't be an admin", (await rooms.ServiceAccounts.AddAsync("acme", "bot2", null, OrganizationRole.Admin, Cancel)).Message, StringComparison.Ordinal);
        Assert.Equal(AddOrganizationOutcome.NoSuchUser, (await rooms.Organizations.AddAsync("third", null, "bot", Cancel)).Outcome);
    }

    [Fact]
    public async Task It_owns_no_namespace()
    {
        var bot = await AddAsync("bot");
        await rooms.Organizations.SetMemberAsync("acme", "bot", OrganizationRole.Contributor, Cancel);
        Assert.False(await rooms.Roles.MayCreateInAsync("bot", bot.Id, Cancel));
        Assert.True(await rooms.Roles.MayCreateInAsync("acme", bot.Id, Cancel));
        Assert.Equal(CreateRepositoryOutcome.NoSuchNamespace, (await rooms.Catalog.CheckAsync(RepositoryType.Model, "bot", "x", null, false, Cancel)).Outcome);
        var repository = await rooms.AddRepositoryAsync("ada", "bert", ada);
        Assert.Equal(MoveRepositoryOutcome.NoSuchNamespace, await rooms.Catalog.MoveAsync(repository.Id, "bot", "bert", Cancel));
    }

    [Fact]
    public async Task Deleting_it_ends_its_tokens_and_leaves_the_repositories_that_it_made_and_its_name_to_nobody()
    {
        var bot = await AddAsync("bot");
        await rooms.Organizations.SetMemberAsync("acme", "bot", OrganizationRole.Contributor, Cancel);
        var kept = await rooms.AddRepositoryAsync("acme", "kept", bot);
        var moved = await rooms.AddRepositoryAsync("acme", "moved", bot);
        await rooms.AddUserAsync("eve");
        await rooms.Catalog.MoveAsync(moved.Id, "eve", "moved", Cancel);
        var token = await rooms.Tokens.IssueAsync(bot, "t", TokenRole.Write, TimeSpan.FromDays(1), Cancel);
        Assert.True((await rooms.AskAsync($"Bearer {token.Text}")).IsService);

        Assert.True(await rooms.ServiceAccounts.DeleteAsync(bot.Id, Cancel));

        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync($"Bearer {token.Text}")).Kind);
        await using (var db = await rooms.Databases.CreateDbContextAsync(Cancel))
        {
            var nobody = await db.Users.SingleAsync(u => u.DeletedAt != null, Cancel);
            Assert.Equal(("Deleted service account", null, true), (nobody.FullName, nobody.OwnerOrganizationId, nobody.IsService));
            Assert.Equal(2, await db.Repositories.CountAsync(r => (r.Id == kept.Id || r.Id == moved.Id) && r.CreatedById == nobody.Id, Cancel));
        }

        Assert.StartsWith("The name bot is taken.", (await rooms.ServiceAccounts.AddAsync("acme", "bot", null, null, Cancel)).Message, StringComparison.Ordinal);
        Assert.False(await rooms.ServiceAccounts.DeleteAsync(bot.Id, Cancel));
        Assert.False(await rooms.ServiceAccounts.DeleteAsync(ada.Id, Cancel));
    }

    [Fact]
    public async Task Its_organization_switches_it_off_and_on_but_not_what_the_operator_has_switched_off()
    {
        var bot = await AddAsync("bot");
        var (acme, other) = ((await rooms.Organizations.FindAsync("acme", Cancel))!.Id, (await rooms.Organizations.FindAsync("other", Cancel))!.Id);
        var token = $"Bearer {(await rooms.Tokens.IssueAsync(bot, "t", TokenRole.Read, TimeSpan.FromDays(1), Cancel)).Text}";
        Assert.False(await rooms.ServiceAccounts.SwitchAsync(other, bot.Id, disabled: true, Cancel));
        Assert.False(await rooms.ServiceAccounts.SwitchAsync(acme, ada.Id, disabled: true, Cancel));
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync(token)).Kind);

        Assert.True(await rooms.ServiceAccounts.SwitchAsync(acme, bot.Id, disabled: true, Cancel));
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(token)).Kind);
        Assert.True(await rooms.ServiceAccounts.SwitchAsync(acme, bot.Id, disabled: false, Cancel));
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync(token)).Kind);

        await rooms.ServiceAccounts.SwitchAsync(acme, bot.Id, disabled: true, Cancel);
        await rooms.Users.DisableAsync("bot", disabled: true, Cancel);
        Assert.False(await rooms.ServiceAccounts.SwitchAsync(acme, bot.Id, disabled: false, Cancel));
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(token)).Kind);
    }

    [Theory]
    [InlineData("acme", "ada", "The name ada is taken.")]
    [InlineData("acme", "other", "The name other is taken.")]
    [InlineData("acme", "a..b", "A name has 2 to 42")]
    [InlineData("nowhere", "bot", "There is no organization nowhere.")]
    [InlineData("ada", "bot", "There is no organization ada.")]
    public async Task What_is_wrong_with_a_new_one_is_said(string organization, string name, string sentence) =>
        Assert.StartsWith(sentence, (await rooms.ServiceAccounts.AddAsync(organization, name, null, null, Cancel)).Message, StringComparison.Ordinal);

    [Fact]
    public async Task An_organization_has_a_hundred_at_most()
    {
        for (var i = 0; i < ServiceAccounts.MostOfOneOrganization; i++)
            await AddAsync($"bot{i}");
        Assert.Contains("which is the most", (await rooms.ServiceAccounts.AddAsync("acme", "one-more", null, null, Cancel)).Message, StringComparison.Ordinal);
    }

    private async Task<User> AddAsync(string name) => (await rooms.ServiceAccounts.AddAsync("acme", name, null, null, Cancel)).Account!;
}
