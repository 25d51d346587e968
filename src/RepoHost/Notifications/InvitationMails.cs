using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Notifications;

/// <summary>
/// Invites somebody into an organization, and writes to them. The mail is saved with the invitation. It names people and organizations by the names that they have here,
/// which hold no more than letters, digits and a few signs: a stranger reads what strangers have chosen.
/// </summary>
internal sealed class InvitationMails(Invitations invitations, MailOutbox outbox, PublicUrl publicUrl)
{
    /// <param name="guest">A user name, or a mail address.</param>
    public async Task<InviteResult> InviteAsync(Organization organization, string guest, OrganizationRole role, Caller inviter, CancellationToken cancellationToken)
    {
        string? link = null;
        SendInvitation send = (db, invitation, cancel) =>
        {
            link = invitation.Secret is null ? null : publicUrl.Of(AddressOf(invitation));
            return outbox.EnqueueAsync(db, Letter(organization, inviter, invitation), cancel);
        };
        var result = guest.Contains('@', StringComparison.Ordinal)
            ? await invitations.InviteAddressAsync(organization.Id, guest, role, inviter.UserId, send, cancellationToken)
            : await invitations.InvitePersonAsync(organization.Id, guest, role, inviter.UserId, send, cancellationToken);
        if (result.Invitation is not null)
            outbox.Committed();
        return result with { Link = result.Invitation is null ? null : link };
    }

    private static string AddressOf(InvitationToSend sent) => sent.Secret is { } secret ? $"/organizations/join/{secret}" : "/settings/organizations";

    private AccountMail Letter(Organization organization, Caller inviter, InvitationToSend sent)
    {
        var role = sent.Invitation.Role.ToString().ToLowerInvariant();
        var what = sent.Secret is null
            ? "There you can also decline."
            : "The link works once, for whoever opens it and logs in; an account can be made on the way. Keep it to yourself.";
        var text = $"""
            {inviter.UserName} invites you to the organization {organization.Name}, with the role {role}.

            To accept, open:

            {publicUrl.Of(AddressOf(sent))}

            {what} The invitation ends after {Invitations.Days} days. If you did not expect it, do nothing.
            """;
        return new(sent.Address, $"{inviter.UserName} invites you to {organization.Name}", text, $"invitation:{sent.Invitation.Id}") { ExpiresAt = sent.Invitation.ExpiresAt };
    }
}
