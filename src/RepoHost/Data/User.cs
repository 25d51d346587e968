using Microsoft.AspNetCore.Identity;

namespace RepoHost.Data;

/// <summary>A person with an account. <see cref="IdentityUser{TKey}.UserName"/> is the namespace; the id is 24 hex digits, as the Hub's <c>_id</c>.</summary>
internal sealed class User : IdentityUser
{
    public string FullName { get; set; } = "";

    /// <summary>A disabled account ends every session and token at once (design 2).</summary>
    public bool Disabled { get; set; }

    /// <summary>May manage users; this is not access to gated files (design 2).</summary>
    public bool IsAdministrator { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>Set on a row that is nobody's any more: it stands, under a new id and without a name of anybody's, for a deleted person in what must stay of them.</summary>
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>Set to a new <see cref="ChangeCounter"/> value by every change that can alter what this person may do.</summary>
    public long Version { get; set; }
}
