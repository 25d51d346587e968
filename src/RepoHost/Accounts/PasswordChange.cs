using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>A new password for somebody who has shown who they are.</summary>
internal sealed record PasswordChange(string UserId, string Password)
{
    /// <summary>The mailed link that allows it; null when the person gave the present password.</summary>
    public MailedLink? ByLink { get; init; }

    /// <summary>Also end every access token.</summary>
    public bool EndTokens { get; init; }

    /// <summary>What is written in the same transaction, such as a mail.</summary>
    public Func<RepoHostDb, User, Task>? Alongside { get; init; }

    /// <summary>A record would write the password into a log line.</summary>
    public override string ToString() => UserId;
}
