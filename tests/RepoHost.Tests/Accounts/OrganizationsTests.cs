using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class OrganizationsTests : IAsyncLifetime
{
    private Rooms rooms = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        await rooms.AddUserAsync("ada");
        await rooms.AddUserAsync("eve");
        await rooms.Organizations.AddAsync("Acme", "Acme Inc.", "ada", Cancel);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task The_last_administrator_can_neither_leave_nor_step_down()
    {
        Assert.Equal(MembershipOutcome.LastAdministrator, await rooms.Organizations.RemoveMemberAsync("acme", "ada", Cancel));
        Assert.Equal(MembershipOutcome.LastAdministrator, await rooms.Organizations.SetMemberAsync("acme", "ada", OrganizationRole.Write, Cancel));

        await rooms.Organizations.SetMemberAsync("acme", "eve", OrganizationRole.Admin, Cancel);
        Assert.Equal(MembershipOutcome.Done, await rooms.Organizations.RemoveMemberAsync("acme", "ada", Cancel));
        var left = await rooms.Organizations.FindAsync("ACME", Cancel);
        Assert.Equal(["eve"], (await rooms.Organizations.ListMembersAsync(left!.Id, Cancel)).Select(m => m.User!.UserName));
    }

    [Fact]
    public async Task Of_two_last_administrators_who_leave_at_once_one_stays()
    {
        await rooms.Organizations.SetMemberAsync("acme", "eve", OrganizationRole.Admin, Cancel);
        var outcomes = await Task.WhenAll(new[] { "ada", "eve" }.Select(name => Task.Run(() => rooms.Organizations.RemoveMemberAsync("acme", name, Cancel), Cancel)));
        Assert.Equal([MembershipOutcome.Done, MembershipOutcome.LastAdministrator], outcomes.Order());
    }

    [Fact]
    public async Task A_disabled_admin_does_not_count_as_another_one()
    {
        await rooms.Organizations.SetMemberAsync("acme", "eve", OrganizationRole.Admin, Cancel);
        var ada = await rooms.Users.FindAsync("ada", Cancel);
        Assert.Empty(await rooms.Organizations.OnlyAdministeredByAsync(ada!.Id, Cancel));

        await rooms.Users.DisableAsync("eve", disabled: true, Cancel);
        Assert.Equal(["Acme"], await rooms.Organizations.OnlyAdministeredByAsync(ada.Id, Cancel));
        Assert.Equal(MembershipOutcome.LastAdministrator, await rooms.Organizations.RemoveMemberAsync("acme", "ada", Cancel));
        Assert.Equal(MembershipOutcome.Done, await rooms.Organizations.RemoveMemberAsync("acme", "eve", Cancel));
    }

    [Fact]
    public async Task A_role_is_changed_only_of_somebody_who_is_a_member()
    {
        Assert.Equal(MembershipOutcome.NotAMember, await rooms.Organizations.ChangeRoleAsync("acme", "eve", OrganizationRole.Read, Cancel));
        Assert.Single(await rooms.Organizations.ListMembersAsync((await rooms.Organizations.FindAsync("acme", Cancel))!.Id, Cancel));
    }

    [Fact]
    public async Task A_person_who_administers_fifty_makes_no_more()
    {
        var caller = Caller.OfSession(PersonRecord.From((await rooms.Users.FindAsync("eve", Cancel))!), "a-session");
        for (var i = 0; i < Organizations.MostOfOnePerson; i++)
            Assert.Equal(AddOrganizationOutcome.Added, (await rooms.Organizations.CreateAsync(caller, $"org{i}", null, Cancel)).Outcome);
        var refused = await rooms.Organizations.CreateAsync(caller, "one-more", null, Cancel);
        Assert.Equal((AddOrganizationOutcome.NotAllowed, "You administer 50 organizations already. Leave or delete one of them first."), (refused.Outcome, refused.Message));
    }

    [Fact]
    public async Task An_organization_with_repositories_is_not_deleted_and_an_empty_one_goes_with_all_that_hangs_on_it()
    {
        var removal = rooms.Services.GetRequiredService<OrganizationRemoval>();
        var acme = (await rooms.Organizations.FindAsync("acme", Cancel))!;
        var ada = (await rooms.Users.FindAsync("ada", Cancel))!;
        var repository = await rooms.AddRepositoryAsync("acme", "bert", ada);
        Assert.Equal(new(RemoveOrganizationOutcome.OwnsRepositories, 1), await removal.RemoveAsync(acme.Id, Cancel));

        await rooms.Catalog.MoveAsync(repository.Id, "ada", "bert", Cancel);
        var bot = (await rooms.ServiceAccounts.AddAsync("acme", "bot", null, OrganizationRole.Read, Cancel)).Account!;
        var token = await rooms.Tokens.IssueAsync(bot, "t", TokenRole.Read, TimeSpan.FromDays(1), Cancel);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {token.Text}")).Kind);
        await rooms.Invitations.InvitePersonAsync(acme.Id, "eve", OrganizationRole.Read, ada.Id, null, Cancel);

        Assert.Equal(RemoveOrganizationOutcome.Removed, (await removal.RemoveAsync(acme.Id, Cancel)).Outcome);
        Assert.Null(await rooms.Organizations.FindAsync("acme", Cancel));
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync($"Bearer {token.Text}")).Kind);
        Assert.Empty(await rooms.Organizations.ListOfPersonAsync(ada.Id, Cancel));
        Assert.Empty(await rooms.Invitations.ListOfPersonAsync((await rooms.Users.FindAsync("eve", Cancel))!.Id, Cancel));
        Assert.Equal(RemoveOrganizationOutcome.NoSuchOrganization, (await removal.RemoveAsync(acme.Id, Cancel)).Outcome);
    }

    [Fact]
    public async Task A_name_under_which_something_was_published_stays_taken_until_the_operator_frees_it()
    {
        // Whoever took the name of a deleted organization could serve other files under addresses that people still have.
        var removal = rooms.Services.GetRequiredService<OrganizationRemoval>();
        var ada = (await rooms.Users.FindAsync("ada", Cancel))!;
        var repository = await rooms.AddRepositoryAsync("acme", "bert", ada);
        await rooms.Catalog.MoveAsync(repository.Id, "ada", "bert", Cancel);
        Assert.True((await removal.RemoveAsync((await rooms.Organizations.FindAsync("acme", Cancel))!.Id, Cancel)).NameKept);

        Assert.Null(await new Profiles(rooms.Databases).FindAsync("acme", null, Cancel));
        Assert.Equal(AddOrganizationOutcome.NameTaken, (await rooms.Organizations.AddAsync("ACME", null, "eve", Cancel)).Outcome);
        Assert.Equal(AddUserOutcome.NameTaken, (await rooms.Users.AddAsync("acme", "x@mail.example", null, null, false, Cancel)).Outcome);
        Assert.Equal(MoveRepositoryOutcome.NoSuchNamespace, await rooms.Catalog.MoveAsync(repository.Id, "acme", "bert", Cancel));
        Assert.Equal(CreateRepositoryOutcome.NoSuchNamespace, (await rooms.Catalog.CreateAsync(new(RepositoryType.Model, "acme", "x", ada.Id, false, HubId.New()), null, Cancel)).Outcome);

        Assert.False(await removal.FreeNameAsync("ada", Cancel));
        Assert.True(await removal.FreeNameAsync("Acme", Cancel));
        Assert.Equal(AddOrganizationOutcome.Added, (await rooms.Organizations.AddAsync("acme", null, "eve", Cancel)).Outcome);
    }

    [Fact]
    public async Task A_name_under_which_nothing_ever_was_is_free_at_once()
    {
        var removal = rooms.Services.GetRequiredService<OrganizationRemoval>();
        Assert.False((await removal.RemoveAsync((await rooms.Organizations.FindAsync("acme", Cancel))!.Id, Cancel)).NameKept);
        Assert.Equal(AddOrganizationOutcome.Added, (await rooms.Organizations.AddAsync("acme", null, "eve", Cancel)).Outcome);
    }

    [Theory]
    [InlineData(false, null, false)]
    [InlineData(true, null, true)]
    [InlineData(true, false, false)]
    [InlineData(false, true, true)]
    public async Task A_new_repository_is_what_its_maker_says_or_else_what_the_organization_has_set(bool byDefault, bool? asked, bool expected)
    {
        var acme = (await rooms.Organizations.FindAsync("acme", Cancel))!;
        Assert.Null(await rooms.Services.GetRequiredService<OrganizationSettings>().ChangeAsync(acme.Id, new(null, byDefault), Cancel));
        var made = await rooms.Services.GetRequiredService<RepositoryIntake>().AddAsync(new(RepositoryType.Model, "acme", "bert", null, asked, null), null, Cancel);
        Assert.Equal(expected, made.Repository!.Private);
        Assert.False((await rooms.Services.GetRequiredService<RepositoryIntake>().AddAsync(new(RepositoryType.Model, "ada", "bert", null, null, null), null, Cancel)).Repository!.Private);
    }

    [Fact]
    public async Task What_does_not_exist_is_named()
    {
        Assert.Equal(MembershipOutcome.NoSuchOrganization, await rooms.Organizations.SetMemberAsync("eve", "ada", OrganizationRole.Read, Cancel));
        Assert.Equal(MembershipOutcome.NoSuchUser, await rooms.Organizations.SetMemberAsync("acme", "acme", OrganizationRole.Read, Cancel));
        Assert.Equal(MembershipOutcome.NotAMember, await rooms.Organizations.RemoveMemberAsync("acme", "eve", Cancel));
        Assert.Equal(AddOrganizationOutcome.NoSuchUser, (await rooms.Organizations.AddAsync("other", null, "nobody", Cancel)).Outcome);
        Assert.Equal(AddOrganizationOutcome.NameTaken, (await rooms.Organizations.AddAsync("EVE", null, null, Cancel)).Outcome);
        Assert.Null(await rooms.Organizations.FindAsync("other", Cancel));
    }
}
