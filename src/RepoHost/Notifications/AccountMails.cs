using System.Security.Cryptography;
using System.Text;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Notifications;

/// <summary>
/// The changes of an account that its owner is written about. A mail that tells of a change is saved with the change. Links in mails open pages and decide nothing
/// by themselves, since mail programs open links too. However often somebody asks, an address gets one mail of a kind in five minutes.
/// </summary>
internal sealed class AccountMails(MailOutbox outbox, MailReach reach, MailedLinks links, Credentials credentials, PublicUrl publicUrl, TimeProvider time)
{
    private const long SecondsBetweenMails = 300;

    /// <summary>Whether anybody gets them.</summary>
    public bool ReachPeople => reach.SendsMail;

    /// <summary>To an address that wants to join; whoever has an account already hears so there, and nowhere else.</summary>
    public async Task InviteAsync(string email, string? next, CancellationToken cancellationToken)
    {
        var key = $"join:{Short(email.ToUpperInvariant())}:{Moment()}";
        var after = next is null ? "" : $"?next={Uri.EscapeDataString(next)}";
        var mail = await credentials.FindByEmailAsync(email, cancellationToken) is { } user
            ? AccountLetters.HasAccount(user, publicUrl, key)
            : AccountLetters.Join(email, publicUrl, $"/join/{links.Write(new(MailedLinkPurpose.Join, email))}{after}", key);
        await outbox.EnqueueAsync(mail with { ExpiresAt = Ends(MailedLinkPurpose.Join) }, cancellationToken);
    }

    /// <summary>For <see cref="NewUser.Alongside"/>: asks a new person to confirm their address.</summary>
    public Task WelcomeAsync(RepoHostDb db, User user) => WelcomeAsync(db, user, next: null);

    /// <param name="next">The page of this site where the person goes on when they have confirmed.</param>
    public async Task WelcomeAsync(RepoHostDb db, User user, string? next)
    {
        if (!user.EmailConfirmed)
            await outbox.EnqueueAsync(db, Confirmation(user, next), CancellationToken.None);
    }

    /// <summary>What was saved alongside may go out.</summary>
    public void Saved() => outbox.Committed();

    /// <summary>Asks again.</summary>
    /// <param name="next">As in <see cref="WelcomeAsync(RepoHostDb, User, string?)"/>.</param>
    public Task ConfirmAsync(User user, string? next, CancellationToken cancellationToken) => outbox.EnqueueAsync(Confirmation(user, next), cancellationToken);

    /// <summary>Does the same for the caller whether there is an account or not.</summary>
    public async Task ResetAsync(string email, CancellationToken cancellationToken)
    {
        if (await credentials.FindByEmailAsync(email, cancellationToken) is not { Disabled: false, Email: not null } user)
            return;
        await outbox.EnqueueAsync(
            AccountLetters.Reset(user, publicUrl, PasswordPage(MailedLinkPurpose.ResetPassword, user), $"reset:{user.Id}:{Moment()}") with { ExpiresAt = Ends(MailedLinkPurpose.ResetPassword) },
            cancellationToken);
    }

    /// <summary>The address that a mail would hold, for somebody to pass on where there are no mails. It ends with the next change of the password.</summary>
    public string WritePasswordLink(User user, MailedLinkPurpose purpose) => publicUrl.Of(PasswordPage(purpose, user));

    /// <summary>For <see cref="NewUser.Alongside"/>: tells somebody that there is an account for them, and lets them choose its password.</summary>
    public Task TellOfAccountAsync(RepoHostDb db, User user) => outbox.EnqueueAsync(
        db,
        AccountLetters.NewAccount(user, publicUrl, PasswordPage(MailedLinkPurpose.FirstPassword, user), $"account:{user.Id}") with { ExpiresAt = Ends(MailedLinkPurpose.FirstPassword) },
        CancellationToken.None);

    /// <summary><see cref="Credentials.SetPasswordAsync"/>, with a mail that says so.</summary>
    public async Task<User?> SetPasswordAsync(PasswordChange change, CancellationToken cancellationToken)
    {
        var changed = await credentials.SetPasswordAsync(
            change with { Alongside = (db, user) => outbox.EnqueueAsync(db, AccountLetters.PasswordChanged(user, publicUrl, $"password:{user.Id}:{user.SecurityStamp}"), CancellationToken.None) },
            cancellationToken);
        Saved();
        return changed;
    }

    /// <summary>Sends the new address the link that makes it the account's.</summary>
    public Task ChangeEmailAsync(User user, string email, CancellationToken cancellationToken)
    {
        var link = links.Write(new(MailedLinkPurpose.ChangeEmail, user.Email!) { UserId = user.Id, SecurityStamp = user.SecurityStamp!, NewEmail = email });
        return outbox.EnqueueAsync(
            AccountLetters.NewAddress(user, email, publicUrl, MailPage(link), $"address:{user.Id}:{Short(email)}:{Moment()}") with { ExpiresAt = Ends(MailedLinkPurpose.ChangeEmail) }, cancellationToken);
    }

    /// <summary><see cref="Credentials.SetEmailAsync"/>, with a note to the old address.</summary>
    public async Task<ChangeEmailOutcome> SetEmailAsync(MailedLink link, CancellationToken cancellationToken)
    {
        var outcome = await credentials.SetEmailAsync(
            link, (db, user) => outbox.EnqueueAsync(db, AccountLetters.AddressChanged(user, link, publicUrl, $"address-changed:{user.Id}:{Short(link.NewEmail)}:{Moment()}"), CancellationToken.None), cancellationToken);
        Saved();
        return outcome;
    }

    private AccountMail Confirmation(User user, string? next)
    {
        var after = next is null ? "" : $"?next={Uri.EscapeDataString(next)}";
        var link = links.Write(new(MailedLinkPurpose.ConfirmEmail, user.Email!) { UserId = user.Id });
        return AccountLetters.Confirm(user, publicUrl, MailPage(link) + after, $"confirm:{user.Id}:{Short(user.Email!)}:{Moment()}") with
        {
            ExpiresAt = Ends(MailedLinkPurpose.ConfirmEmail),
        };
    }

    private string PasswordPage(MailedLinkPurpose purpose, User user) =>
        $"/password-reset/{links.Write(new(purpose, user.Email!) { UserId = user.Id, SecurityStamp = user.SecurityStamp! })}";

    private static string MailPage(string link) => $"/settings/profile/mail/{link}";

    private DateTimeOffset Ends(MailedLinkPurpose purpose) => time.GetUtcNow() + MailedLinks.LifeOf(purpose);

    private long Moment() => time.GetUtcNow().ToUnixTimeSeconds() / SecondsBetweenMails;

    /// <summary>An address for a key: keys are neither secret nor long.</summary>
    private static string Short(string email) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(email)).AsSpan(0, 8));
}
