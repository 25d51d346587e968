using GateMiddleware.Policy;

namespace RepoHost.Data;

/// <summary>A repository: who owns it, who sees it, and the gate that its settings and its card ask for. Grants hang on <see cref="Id"/>, never on the name.</summary>
internal sealed class Repository
{
    /// <summary>24 hex digits; also the name of its folder on disk, so a rename moves nothing.</summary>
    public required string Id { get; set; }
    public RepositoryType Type { get; set; }
    public required string Namespace { get; set; }
    public required string Name { get; set; }

    /// <summary><c>namespace/name</c> in lower case; unique together with <see cref="Type"/>.</summary>
    public required string NameKey { get; set; }

    public string? OwnerUserId { get; set; }
    public string? OwnerOrganizationId { get; set; }
    public required string CreatedById { get; set; }
    public bool Private { get; set; }

    /// <summary>Switched off by an administrator: every content route answers 403 (contract 2.3 row 9).</summary>
    public bool Disabled { get; set; }

    /// <summary>The gate of the settings page and <c>PUT settings</c>. The stricter of this and the card's holds.</summary>
    public GateMode GateSetting { get; set; }

    /// <summary>"Also gate access for members" (design 2).</summary>
    public bool OrgMembersGated { get; set; }

    public NotificationsMode GatedNotificationsMode { get; set; }
    public string? GatedNotificationsEmail { get; set; }

    /// <summary>Paths that everybody may read although the repository is gated, a line each; null for none (<c>Gating/OpenFiles</c>).</summary>
    public string? OpenFiles { get; set; }

    /// <summary>The gate of the last card of the default branch that could be read; null while none could. Holds when the present card can't be read.</summary>
    public GateMode? LastReadableCardGate { get; set; }

    /// <summary>Whether that card refuses visitors from the European Union. It is also how the start finds such repositories without reading their cards.</summary>
    public bool LastReadableCardEuDisallowed { get; set; }

    /// <summary>Blob id of the card that <see cref="LastReadableCardGate"/> came from.</summary>
    public string? LastReadableCardBlob { get; set; }

    /// <summary>From this size on, LFS objects are uploaded in parts; null: the server's own setting (contract 14.1, <c>lfsmultipartthresh</c>).</summary>
    public long? LfsMultipartBytes { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset LastModified { get; set; }

    /// <summary>Set to a new <see cref="ChangeCounter"/> value by every change of the fields above.</summary>
    public long Version { get; set; }

    /// <summary>Who may see it, computed by the database: empty for everybody, else the id of the person or organization that owns it.</summary>
    public string? Scope { get; private set; }

    /// <summary>The namespace in lower case, computed by the database from <see cref="NameKey"/>.</summary>
    public string? AuthorKey { get; private set; }

    public string FullName => $"{Namespace}/{Name}";
}
