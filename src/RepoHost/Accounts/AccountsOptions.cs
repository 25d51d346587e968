namespace RepoHost.Accounts;

/// <summary>Section <c>Accounts</c>.</summary>
internal sealed class AccountsOptions
{
    public const string Everyone = "everyone";
    public const string Nobody = "nobody";

    /// <summary>How long a token lives when its issuer names no other time; 1 to 3,650 days.</summary>
    public int TokenDays { get; set; } = 365;

    /// <summary>How long a browser session lives without a request; 1 to 365 days.</summary>
    public int SessionDays { get; set; } = 14;

    /// <summary><c>everyone</c> or <c>nobody</c> may make an account for themselves; with <see cref="JoinDomains"/>, only who has such a mail address.</summary>
    public string Join { get; set; } = Everyone;

    /// <summary>Mail domains, separated by commas or blanks, that addresses must have. Unset: any. An address is proved by a mailed link before it counts.</summary>
    public string? JoinDomains { get; set; }

    /// <summary>How many wrong passwords, new accounts and asked-for mails one client address may have in ten minutes; 1 to 1,000,000.</summary>
    public int AttemptsPerAddress { get; set; } = 100;

    /// <summary>Everybody with an account may make organizations; otherwise only administrators.</summary>
    public bool OrganizationsByEveryone { get; set; } = true;

    /// <summary>How long the token of a browser login (<c>hf auth login</c>) lives before the program renews it, which it does a day ahead; 2 to 365 days.</summary>
    public int LoginDays { get; set; } = 30;

    /// <summary>How long after its last renewal such a login can still be renewed; from LoginDays to 3,650 days.</summary>
    public int LoginRenewDays { get; set; } = 90;
}
