namespace RepoHost.Hosting;

/// <summary>The site's cookies, in one place: their names, and what all of them have in common.</summary>
internal static class SiteCookies
{
    public const string Session = "repohost-session";

    /// <summary>Antiforgery's half that is not in the form.</summary>
    public const string Antiforgery = "repohost-csrf";

    /// <summary>A sentence for the next page.</summary>
    public const string Notice = "repohost-notice";

    /// <summary>Who somebody is at the external issuer, until they are logged in here or have chosen a user name.</summary>
    public const string External = "repohost-external";

    /// <summary>Begins the names of the two cookies that tie an answer of the external issuer to the browser that asked.</summary>
    public const string ExternalState = "repohost-external-";

    /// <summary>
    /// No script reads it, no form of another site carries it along, and it is sent over TLS only where clients use TLS: by the public address, because behind a
    /// proxy the request itself looks like plain HTTP.
    /// </summary>
    public static void Protect(CookieBuilder cookie, RepoHostOptions host)
    {
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = PublicUrl.IsHttps(host.PublicUrl) ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
    }
}
