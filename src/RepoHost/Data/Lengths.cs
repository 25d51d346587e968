namespace RepoHost.Data;

/// <summary>Longest texts of the columns. SQLite does not enforce them, so whoever writes a row checks first; PostgreSQL does.</summary>
internal static class Lengths
{
    /// <summary>The list of open files of a repository.</summary>
    public const int OpenFiles = 20_000;

    /// <summary>Our own ids have 24 characters; room for those of an external issuer.</summary>
    public const int Id = 64;
    public const int Name = 96;

    /// <summary>Namespace, slash, name.</summary>
    public const int RepositoryId = 193;
    public const int FullName = 200;

    /// <summary>A branch or tag, without <c>refs/…</c>.</summary>
    public const int RefName = 512;

    /// <summary>Of a pull request.</summary>
    public const int Title = 200;
    public const int Email = 254;
    public const int Hash = 64;

    /// <summary>A reviewer's reason (contract 6.4).</summary>
    public const int Reason = 200;

    /// <summary>What a program calls itself; behind "Device login: " it is a token's name.</summary>
    public const int Program = 80;

    /// <summary>A browser's <c>User-Agent</c>; longer ones are cut.</summary>
    public const int Agent = 256;

    /// <summary>An IP address with its scope.</summary>
    public const int Address = 64;

    /// <summary>What makes an outbox mail the only one of its event: a word and ids or an address.</summary>
    public const int MailKey = 320;
    public const int MailSubject = 200;

    /// <summary>An IANA name such as <c>America/Argentina/ComodRivadavia</c>.</summary>
    public const int TimeZone = 64;
}
