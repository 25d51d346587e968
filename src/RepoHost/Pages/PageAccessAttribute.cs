using RepoHost.Gating;

namespace RepoHost.Pages;

/// <summary>
/// Declares whom a page lets in, as <c>WithAccess</c> does for routes. Every page has one, or the server does not start. A page whose template begins with
/// <c>/{namespace}/{name}</c> is about a repository and is there for models, datasets and spaces.
/// </summary>
/// <param name="access">Who may open the page.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class PageAccessAttribute(RouteAccess access) : Attribute
{
    public RouteAccess Access { get; } = access;

    /// <summary>Who may send the page's forms, where that is not the same; set through <see cref="Post"/>.</summary>
    public RouteAccess? PostAccess { get; private set; }

    public RouteAccess Post
    {
        get => PostAccess ?? Access;
        set => PostAccess = value;
    }

    /// <summary>The root files that are open to everybody are so on this page too (<see cref="Gating.PublicFiles"/>).</summary>
    public bool PublicFiles { get; set; }

    /// <summary>HEAD of the page's address is a route of its own.</summary>
    public bool GetOnly { get; set; }

    /// <summary>The page shows a form again whose sender's session began anew meanwhile (<see cref="Hosting.KeptForm"/>).</summary>
    public bool ShowsKeptForm { get; set; }

    /// <summary>How many bytes a form of the page may have; 0 is what the server allows for any request.</summary>
    public long LargestPost { get; set; }
}
