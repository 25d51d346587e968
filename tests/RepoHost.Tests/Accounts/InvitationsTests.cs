using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class InvitationsTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private User ada = null!;
    private User eve = null!;
    private Organization acme = null!;
    private readonly List<InvitationToSend> sent = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        ada = await rooms.AddUserAsync("ada");
        eve = await rooms.AddUserAsync("eve");
        acme = (await rooms.Organizations.AddAsync("acme", "Acme", "ada", Cancel)).Organization!;
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task A_person_invited_by_name_becomes_what_they_were_invited_as_and_only_once()
    {
        var invited = await InviteAsync("EVE", OrganizationRole.Write);
        Assert.Equal(("eve@mail.example", null), (sent.Single().Address, sent.Single().Secret));
        Assert.Equal(("acme", "ada"), (await rooms.Invitations.ListOfPersonAsync(eve.Id, Cancel)).Select(i => (i.Organization!.Name, i.InvitedBy!.UserName!)).Single());

        Assert.Equal(AcceptOutcome.Accepted, await rooms.Invitations.AcceptAsync(invited.Invitation!.Id, eve.Id, Cancel));
        Assert.Equal(OrganizationRole.Write, await rooms.Organizations.RoleOfAsync(acme.Id, eve.Id, Cancel));

        await rooms.Organizations.RemoveMemberAsync("acme", "eve", Cancel);
        Assert.Equal(AcceptOutcome.NoSuchInvitation, await rooms.Invitations.AcceptAsync(invited.Invitation.Id, eve.Id, Cancel));
        Assert.Null(await rooms.Organizations.RoleOfAsync(acme.Id, eve.Id, Cancel));
    }

    [Fact]
    public async Task Nobody_accepts_or_declines_what_was_meant_for_somebody_else()
    {
        var mallory = await rooms.AddUserAsync("mallory");
        var id = (await InviteAsync("eve", OrganizationRole.Admin)).Invitation!.Id;
        Assert.Equal(AcceptOutcome.NoSuchInvitation, await rooms.Invitations.AcceptAsync(id, mallory.Id, Cancel));
        Assert.False(await rooms.Invitations.DeclineAsync(id, mallory.Id, Cancel));
        Assert.True(await rooms.Invitations.DeclineAsync(id, eve.Id, Cancel));
        Assert.Equal(AcceptOutcome.NoSuchInvitation, await rooms.Invitations.AcceptAsync(id, eve.Id, Cancel));
    }

    [Fact]
    public async Task Of_many_who_use_one_link_at_once_one_gets_in()
    {
        var secret = await LinkAsync(OrganizationRole.Read);
        List<User> people = [];
        for (var i = 0; i < 5; i++)
            people.Add(await rooms.AddUserAsync($"person{i}"));
        var outcomes = await Task.WhenAll(people.Select(p => Task.Run(() => rooms.Invitations.AcceptBySecretAsync(secret, p.Id, Cancel), Cancel)));
        Assert.Single(outcomes, AcceptOutcome.Accepted);
        Assert.Equal(4, outcomes.Count(o => o == AcceptOutcome.NoSuchInvitation));
        Assert.Equal(2, (await rooms.Organizations.ListMembersAsync(acme.Id, Cancel)).Count);
    }

    [Fact]
    public async Task The_secret_of_a_link_is_in_no_row_and_no_text_of_the_result()
    {
        var secret = await LinkAsync(OrganizationRole.Read);
        Assert.DoesNotContain(secret, sent[^1].ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(secret, rooms.Logs.Text, StringComparison.Ordinal);
        await using var db = await rooms.Databases.CreateDbContextAsync(Cancel);
        var row = await db.Invitations.AsNoTracking().SingleAsync(Cancel);
        Assert.NotEqual(secret, row.SecretHash);
        Assert.Equal(64, row.SecretHash!.Length);
        Assert.Null(await rooms.Invitations.FindBySecretAsync(row.SecretHash, Cancel));
        Assert.Equal(row.Id, (await rooms.Invitations.FindBySecretAsync(secret, Cancel))!.Id);
    }

    [Theory]
    [InlineData("expired")]
    [InlineData("withdrawn")]
    [InlineData("declined")]
    [InlineData("sent again")]
    [InlineData("inviter demoted")]
    [InlineData("inviter removed")]
    [InlineData("inviter disabled")]
    [InlineData("organization deleted")]
    [InlineData("accepter disabled")]
    public async Task An_invitation_that_does_not_hold_any_more_lets_nobody_in(string why)
    {
        await rooms.AddUserAsync("boss");
        await rooms.Organizations.SetMemberAsync("acme", "boss", OrganizationRole.Admin, Cancel);
        var secret = await LinkAsync(OrganizationRole.Admin);
        switch (why)
        {
            case "expired": rooms.Time.Advance(TimeSpan.FromDays(Invitations.Days)); break;
            case "withdrawn": Assert.True(await rooms.Invitations.WithdrawAsync(acme.Id, sent[^1].Invitation.Id, Cancel)); break;
            case "declined": Assert.True(await rooms.Invitations.DeclineBySecretAsync(secret, Cancel)); break;
            case "sent again": await rooms.Invitations.InviteAddressAsync(acme.Id, "NEW@mail.example", OrganizationRole.Read, ada.Id, Keep, Cancel); break;
            case "inviter demoted": await rooms.Organizations.SetMemberAsync("acme", "ada", OrganizationRole.Write, Cancel); break;
            case "inviter removed": await rooms.Organizations.RemoveMemberAsync("acme", "ada", Cancel); break;
            case "inviter disabled": await rooms.Users.DisableAsync("ada", disabled: true, Cancel); break;
            case "organization deleted": await rooms.Services.GetRequiredService<OrganizationRemoval>().RemoveAsync(acme.Id, Cancel); break;
            default: await rooms.Users.DisableAsync("eve", disabled: true, Cancel); break;
        }

        Assert.Equal(AcceptOutcome.NoSuchInvitation, await rooms.Invitations.AcceptBySecretAsync(secret, eve.Id, Cancel));
        Assert.Null(await rooms.Organizations.RoleOfAsync(acme.Id, eve.Id, Cancel));
        Assert.Equal(why is "accepter disabled" ? 1 : why is "sent again" ? 1 : 0, (await rooms.Invitations.ListAsync(acme.Id, Cancel)).Count);
    }

    [Fact]
    public async Task An_invitation_does_not_change_what_a_member_is_already()
    {
        // An old invitation as a reader could otherwise take an admin's role away, the last one's too.
        var link = await LinkAsync(OrganizationRole.Read);
        Assert.Equal(AcceptOutcome.AlreadyMember, await rooms.Invitations.AcceptBySecretAsync(link, ada.Id, Cancel));
        Assert.Equal(OrganizationRole.Admin, await rooms.Organizations.RoleOfAsync(acme.Id, ada.Id, Cancel));
        Assert.Equal(AcceptOutcome.Accepted, await rooms.Invitations.AcceptBySecretAsync(link, eve.Id, Cancel));
        Assert.Contains("is a member already", (await InviteAsync("eve", OrganizationRole.Admin)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_made_a_member_otherwise_has_no_invitation_left()
    {
        var id = (await InviteAsync("eve", OrganizationRole.Admin)).Invitation!.Id;
        await rooms.Organizations.SetMemberAsync("acme", "eve", OrganizationRole.Read, Cancel);
        await rooms.Organizations.RemoveMemberAsync("acme", "eve", Cancel);
        Assert.Equal(AcceptOutcome.NoSuchInvitation, await rooms.Invitations.AcceptAsync(id, eve.Id, Cancel));
    }

    [Fact]
    public async Task Open_invitations_and_mails_are_bounded()
    {
        for (var i = 0; i < InvitationMailLimit.MostADay; i++)
            Assert.NotNull((await rooms.Invitations.InviteAddressAsync(acme.Id, $"p{i}@mail.example", OrganizationRole.Read, ada.Id, Keep, Cancel)).Invitation);
        // Who is invited by name is so all the same, without a mail.
        var count = sent.Count;
        Assert.NotNull((await InviteAsync("eve", OrganizationRole.Read)).Invitation);
        Assert.Equal(count, sent.Count);
        await rooms.Invitations.DeclineAsync((await rooms.Invitations.ListOfPersonAsync(eve.Id, Cancel)).Single().Id, eve.Id, Cancel);
        Assert.Contains("by mail today", (await rooms.Invitations.InviteAddressAsync(acme.Id, "more@mail.example", OrganizationRole.Read, ada.Id, Keep, Cancel)).Message, StringComparison.Ordinal);

        rooms.Time.Advance(TimeSpan.FromDays(1));
        for (var i = InvitationMailLimit.MostADay; i < Invitations.MostOpen; i++)
            Assert.NotNull((await rooms.Invitations.InviteAddressAsync(acme.Id, $"p{i}@mail.example", OrganizationRole.Read, ada.Id, Keep, Cancel)).Invitation);
        Assert.Contains("100 invitations are open", (await InviteAsync("eve", OrganizationRole.Read)).Message, StringComparison.Ordinal);

        // What has ended makes room.
        rooms.Time.Advance(TimeSpan.FromDays(Invitations.Days));
        Assert.NotNull((await InviteAsync("eve", OrganizationRole.Read)).Invitation);
    }

    [Theory]
    [InlineData("nobody", "There is no user nobody.")]
    [InlineData("acme", "acme is an organization. Only people can be members.")]
    [InlineData("bot", "bot is a service account. It belongs to one organization, whose admins give it a role.")]
    [InlineData("gone", "There is no user gone.")]
    public async Task Who_can_t_be_invited_is_said(string name, string sentence)
    {
        await rooms.ServiceAccounts.AddAsync("acme", "bot", null, null, Cancel);
        await rooms.AddUserAsync("gone");
        await rooms.Users.DisableAsync("gone", disabled: true, Cancel);
        Assert.Equal(sentence, (await InviteAsync(name, OrganizationRole.Read)).Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nothing")]
    [InlineData("a@b\r\nBcc: c@d")]
    [InlineData("Ada <ada@mail.example>")]
    public async Task An_address_that_is_none_is_refused(string address) =>
        Assert.Equal("This is not a mail address.", (await rooms.Invitations.InviteAddressAsync(acme.Id, address, OrganizationRole.Read, ada.Id, Keep, Cancel)).Message);

    private Task<InviteResult> InviteAsync(string name, OrganizationRole role) => rooms.Invitations.InvitePersonAsync(acme.Id, name, role, ada.Id, Keep, Cancel);

    private async Task<string> LinkAsync(OrganizationRole role)
    {
        Assert.NotNull((await rooms.Invitations.InviteAddressAsync(acme.Id, "new@mail.example", role, ada.Id, Keep, Cancel)).Invitation);
        return sent[^1].Secret!;
    }

    private Task Keep(RepoHostDb db, InvitationToSend invitation, CancellationToken cancellationToken)
    {
        sent.Add(invitation);
        return Task.CompletedTask;
    }
}
