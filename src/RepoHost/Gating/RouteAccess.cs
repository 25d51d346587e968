namespace RepoHost.Gating;

/// <summary>
/// What a route lets happen, and so whom it lets in. Every route declares one; a route without is refused and fails a test (design 4).
/// Rules hang on the route and on the repository that was found, never on the text of the URL.
/// </summary>
internal enum RouteAccess
{
    /// <summary>No repository, no person needed.</summary>
    Anyone,

    /// <summary>No repository; somebody must be known by a valid credential.</summary>
    Person,

    /// <summary>Lists and facts that stay public on a gated repository: whoever may see the repository.</summary>
    SeeRepository,

    /// <summary>Contents: whoever may see the repository and passes its gate.</summary>
    ReadContent,

    /// <summary>Something about the caller's own request: whoever may see the repository and is known.</summary>
    OwnRequest,

    /// <summary>Propose a change as a pull request: whoever passes the gate, is known, and has a credential that may write.</summary>
    Propose,

    /// <summary>
    /// Bring content that becomes part of the repository by what is done with it later, which asks for itself: whoever may write to the repository, and whoever may propose
    /// a change, both with a credential that may write. The gate is asked of those who can only propose.
    /// </summary>
    Contribute,

    /// <summary>Whoever may write to the repository, with a credential that may write.</summary>
    Write,

    /// <summary>Change what is there after seeing it: whoever may write to the repository, with a credential that may write, and passes its gate.</summary>
    Edit,

    /// <summary>Review access requests (design 3): owner, org admins, members with write.</summary>
    Review,

    /// <summary>The repository's settings: owner and org admins.</summary>
    ChangeSettings,

    /// <summary>What an organization shows to its members: whoever is one.</summary>
    BelongToOrganization,

    /// <summary>An organization's settings, members, invitations and machines: its admins, with a credential that may write.</summary>
    AdministerOrganization,

    /// <summary>Manage people: administrators of this server, by a browser's session. It opens no repository to them.</summary>
    ManagePeople,
}

internal static class RouteAccessRules
{
    /// <summary>Contents are handed out, so the gate is asked; elsewhere its answer is only known.</summary>
    public static bool AsksGate(this RouteAccess access) => access is RouteAccess.ReadContent or RouteAccess.Propose or RouteAccess.Contribute or RouteAccess.Edit;
}
