using MimeKit;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Notifications;

public sealed class InvitationMailsTests : IAsyncLifetime
{
    private MailRooms rooms = null!;
    private Organization acme = null!;
    private User eve = null!;
    private Caller ada = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await MailRooms.OpenAsync();
        var user = await rooms.AddUserAsync("ada", "Ada, see http://elsewhere.example");
        eve = await rooms.AddUserAsync("eve");
        acme = (await rooms.Organizations.AddAsync("acme", "Acme <b>", "ada", Cancel)).Organization!;
        ada = Caller.OfSession(PersonRecord.From(user), "a-session");
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task A_stranger_gets_the_link_and_nothing_that_strangers_wrote_themselves()
    {
        Assert.NotNull((await rooms.InvitationMails.InviteAsync(acme, "new@elsewhere.example", OrganizationRole.Write, ada, Cancel)).Invitation);
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal(("new@elsewhere.example", "ada invites you to acme"), (mail.To.Mailboxes.Single().Address, mail.Subject));
        Assert.StartsWith("ada invites you to the organization acme, with the role write.", mail.TextBody, StringComparison.Ordinal);
        foreach (var body in (string[])[mail.TextBody!, mail.HtmlBody!])
        {
            Assert.Contains($"{MailRooms.Hub}/organizations/join/", body, StringComparison.Ordinal);
            Assert.DoesNotContain("elsewhere.example", body, StringComparison.Ordinal);
            Assert.DoesNotContain("<b>", body, StringComparison.Ordinal);
        }

        var secret = SecretOf(mail);
        Assert.Equal(AcceptOutcome.Accepted, await rooms.Invitations.AcceptBySecretAsync(secret, eve.Id, Cancel));
        Assert.Equal(OrganizationRole.Write, await rooms.Organizations.RoleOfAsync(acme.Id, eve.Id, Cancel));
        Assert.DoesNotContain(secret, rooms.Logs.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("new@elsewhere.example", rooms.Logs.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_gets_the_address_of_their_page_and_no_secret()
    {
        await rooms.InvitationMails.InviteAsync(acme, "eve", OrganizationRole.Read, ada, Cancel);
        var mail = Assert.Single(await rooms.NewMailsAsync());
        Assert.Equal("eve@mail.example", mail.To.Mailboxes.Single().Address);
        Assert.Contains($"{MailRooms.Hub}/settings/organizations", mail.TextBody, StringComparison.Ordinal);
        Assert.DoesNotContain("/join/", mail.TextBody, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_saved_is_not_sent()
    {
        Assert.Null((await rooms.InvitationMails.InviteAsync(acme, "ada", OrganizationRole.Read, ada, Cancel)).Invitation);
        Assert.Null((await rooms.InvitationMails.InviteAsync(acme, "not an@address", OrganizationRole.Read, ada, Cancel)).Invitation);
        Assert.Empty(await rooms.NewMailsAsync());
    }

    private static string SecretOf(MimeMessage mail) => mail.TextBody!.Split("/organizations/join/")[1].Split('\n')[0].Trim();
}
