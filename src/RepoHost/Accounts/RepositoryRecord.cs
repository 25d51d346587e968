using GateMiddleware.Policy;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>A repository's row as it was read; never changes, so it can be shared between requests.</summary>
internal sealed record RepositoryRecord
{
    public required string Id { get; init; }
    public required RepositoryType Type { get; init; }

    /// <summary>As its owner spells it, whatever was asked for.</summary>
    public required string Namespace { get; init; }
    public required string Name { get; init; }

    /// <summary><c>namespace/name</c>.</summary>
    public required string FullName { get; init; }
    public string? OwnerUserId { get; init; }
    public string? OwnerOrganizationId { get; init; }

    /// <summary>Name of the owning person or organization, which is the namespace as it is spelled now.</summary>
    public required string OwnerName { get; init; }
    public required string CreatedById { get; init; }
    public bool Private { get; init; }
    public bool Disabled { get; init; }
    public GateMode GateSetting { get; init; }
    public bool OrgMembersGated { get; init; }
    public NotificationsMode GatedNotificationsMode { get; init; }
    public string? GatedNotificationsEmail { get; init; }
    public string? OpenFiles { get; init; }
    public GateMode? LastReadableCardGate { get; init; }
    public bool LastReadableCardEuDisallowed { get; init; }
    public string? LastReadableCardBlob { get; init; }
    public long? LfsMultipartBytes { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset LastModified { get; init; }
    public long Version { get; init; }

    /// <summary>Found under a former name or in another letter case: answer 307 to those who may see it (contract 1.2).</summary>
    public bool Redirected { get; init; }

    public static RepositoryRecord From(Repository row) => new()
    {
        Id = row.Id,
        Type = row.Type,
        Namespace = row.Namespace,
        Name = row.Name,
        FullName = row.FullName,
        OwnerUserId = row.OwnerUserId,
        OwnerOrganizationId = row.OwnerOrganizationId,
        OwnerName = row.Namespace,
        CreatedById = row.CreatedById,
        Private = row.Private,
        Disabled = row.Disabled,
        GateSetting = row.GateSetting,
        OrgMembersGated = row.OrgMembersGated,
        GatedNotificationsMode = row.GatedNotificationsMode,
        GatedNotificationsEmail = row.GatedNotificationsEmail,
        OpenFiles = row.OpenFiles,
        LastReadableCardGate = row.LastReadableCardGate,
        LastReadableCardEuDisallowed = row.LastReadableCardEuDisallowed,
        LastReadableCardBlob = row.LastReadableCardBlob,
        LfsMultipartBytes = row.LfsMultipartBytes,
        CreatedAt = row.CreatedAt,
        LastModified = row.LastModified,
        Version = row.Version,
    };
}
