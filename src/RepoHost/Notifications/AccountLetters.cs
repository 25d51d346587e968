using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Notifications;

/// <summary>What the mails about accounts say. An address on a line of its own becomes a link.</summary>
internal static class AccountLetters
{
    public static AccountMail Join(string email, PublicUrl site, string path, string key) => new(
        email,
        "Finish signing up",
        $"""
        To make an account with this mail address at {site.Base}, open this address within a day and choose a user name and a password:

        {site.Of(path)}

        If you did not ask for this, do nothing: without the link nobody can use your address.
        """,
        key);

    public static AccountMail HasAccount(User user, PublicUrl site, string key) => new(
        user.Email!,
        "You have an account already",
        $"""
        Somebody, probably you, asked to sign up at {site.Base} with this mail address. It belongs to the account {user.UserName}. Log in here:

        {site.Of("/login")}

        If you have forgotten the password, this page sends you a link to set a new one:

        {site.Of("/password-reset")}
        """,
        key);

    public static AccountMail Confirm(User user, PublicUrl site, string path, string key) => new(
        user.Email!,
        "Confirm your mail address",
        $"""
        The account {user.UserName} at {site.Base} was made with this mail address. If it is your account, open this address within a day and confirm:

        {site.Of(path)}

        If it is not yours, do not confirm. To take the account away from whoever used your address, set a new password for it:

        {site.Of("/password-reset")}
        """,
        key);

    public static AccountMail Reset(User user, PublicUrl site, string path, string key) => new(
        user.Email!,
        "Set a new password",
        $"""
        Somebody asked for a new password for the account {user.UserName} at {site.Base}. To choose one, open this address within an hour:

        {site.Of(path)}

        If it was not you, do nothing: the password stays as it is.
        """,
        key);

    public static AccountMail NewAccount(User user, PublicUrl site, string path, string key) => new(
        user.Email!,
        "There is an account for you",
        $"""
        An administrator of {site.Base} has made the account {user.UserName} for you. To choose its password, open this address within a day:

        {site.Of(path)}

        Later, this page sends you another link:

        {site.Of("/password-reset")}

        If you did not expect this, do nothing: without a password nobody can use the account.
        """,
        key);

    public static AccountMail PasswordChanged(User user, PublicUrl site, string key) => new(
        user.Email!,
        "Your password was changed",
        $"""
        The password of the account {user.UserName} at {site.Base} was changed, and all other sessions have ended.

        If it was not you, set a new one at once, and look through your access tokens afterwards:

        {site.Of("/password-reset")}
        """,
        key);

    public static AccountMail NewAddress(User user, string email, PublicUrl site, string path, string key) => new(
        email,
        "Confirm your new mail address",
        $"""
        The account {user.UserName} at {site.Base} is to have this mail address. If that is what you want, open this address within a day and confirm:

        {site.Of(path)}

        If it is not your account, do nothing.
        """,
        key);

    public static AccountMail AddressChanged(User user, MailedLink link, PublicUrl site, string key) => new(
        link.Email,
        "Your mail address was changed",
        $"""
        The account {user.UserName} at {site.Base} has a new mail address: {link.NewEmail}. Mails about it no longer come here.

        If it was not you, write to the operator of the server at once: whoever did it knew your password.
        """,
        key);
}
