namespace RepoHost.Data;

/// <summary>What a mail is about, which decides how it is written when it is sent. Stored as numbers: never renumber.</summary>
internal enum MailKind
{
    /// <summary>About somebody's account (a password reset, an invitation): carries its own text.</summary>
    Account = 0,

    /// <summary>New access requests, told at once.</summary>
    Requests = 1,

    /// <summary>New access requests, told once a day.</summary>
    Digest = 2,

    /// <summary>What became of somebody's own request.</summary>
    Decision = 3,
}
