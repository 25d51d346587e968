namespace RepoHost.Accounts;

internal enum MailedLinkPurpose : byte
{
    /// <summary>Make an account with this address.</summary>
    Join = 1,
    ResetPassword = 2,

    /// <summary>This address, which the account has already, is really the person's.</summary>
    ConfirmEmail = 3,

    /// <summary>The account shall have a new address.</summary>
    ChangeEmail = 4,

    /// <summary>A password for an account that an administrator has made. As <see cref="ResetPassword"/>, and holds longer.</summary>
    FirstPassword = 5,
}

/// <summary>What the secret part of a link in a mail says.</summary>
internal sealed record MailedLink(MailedLinkPurpose Purpose, string Email)
{
    public string UserId { get; init; } = "";

    /// <summary>The account's at that time: a new password makes another, and so ends the link.</summary>
    public string SecurityStamp { get; init; } = "";

    public string NewEmail { get; init; } = "";

    /// <summary>Set by <see cref="MailedLinks.Write"/>.</summary>
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Without the addresses, which must not reach a log.</summary>
    public override string ToString() => Purpose.ToString();
}
