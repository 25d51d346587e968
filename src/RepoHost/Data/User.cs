using Microsoft.AspNetCore.Identity;

namespace RepoHost.Data;

/// <summary>
/// A person with an account, or an organization's machine. <see cref="IdentityUser{TKey}.UserName"/> is the namespace; the id is 24 hex digits, as the Hub's
/// <c>_id</c>.
/// </summary>
internal sealed class User : IdentityUser
{
    public string FullName { get; set; } = "";

    /// <summary>A disabled account ends every session and token at once (design 2).</summary>
    public bool Disabled { get; set; }

    /// <summary>May manage users; this is not access to gated files (design 2).</summary>
    public bool IsAdministrator { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>
    /// Set for a service account: a machine that this organization answers for. It has no password and no mail address (<see cref="NoAddress"/>), never has a
    /// browser session, and owns no namespace; it has tokens. Null for people. Not a foreign key: SQLite would have to write the table anew for one, and a
    /// process killed meanwhile would leave it in halves.
    /// </summary>
    public string? OwnerOrganizationId { get; set; }

    /// <summary>A machine was disabled by its own organization, which may enable it again; not so if the operator disabled it.</summary>
    public bool DisabledByOwner { get; set; }

    /// <summary>Also of the row that stands for a deleted one, which belongs to no organization any more: what it was stays known by the name.</summary>
    public bool IsService => OwnerOrganizationId is not null || (DeletedAt is not null && UserName?.StartsWith(DeletedService, StringComparison.Ordinal) == true);

    /// <summary>How the names of rows that are nobody's begin. Two hyphens in a row: no account can be called so.</summary>
    public const string DeletedPerson = "deleted-user--";
    public const string DeletedService = "deleted-service--";

    /// <summary>What stands in the unique column of addresses for a machine; no address has a space.</summary>
    public static string NoAddress(string id) => $"SERVICE {id}";

    /// <summary>IANA name; null is the server's. Decides when the mail of the day comes, and how times read in mails.</summary>
    public string? TimeZone { get; set; }

    /// <summary>Wants no mails about requests to their repositories.</summary>
    public bool RequestMailsOff { get; set; }

    /// <summary>Wants no mails about what became of their own requests.</summary>
    public bool DecisionMailsOff { get; set; }

    /// <summary>How many bytes their own repositories may have together; null: the server's own limit, <see cref="RepositoryUsage.NoLimit"/>: none.</summary>
    public long? BytesLimit { get; set; }

    /// <summary>How many repositories they may own, in the same way.</summary>
    public long? RepositoriesLimit { get; set; }

    /// <summary>Set on a row that is nobody's any more: it stands, under a new id and without a name of anybody's, for a deleted person in what must stay of them.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Set to a new <see cref="ChangeCounter"/> value by every change that can alter what this person may do.</summary>
    public long Version { get; set; }
}
