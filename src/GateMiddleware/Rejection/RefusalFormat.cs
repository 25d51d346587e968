namespace GateMiddleware.Rejection;

/// <summary>How a route's refusals are written.</summary>
public enum RefusalFormat
{
    /// <summary><c>{"error": "…"}</c>; a browser's own navigation gets a small page instead. For API and file routes.</summary>
    Json = 0,

    /// <summary>Plain text, with a Basic challenge on 401: git prints it as <c>remote:</c> and asks for a password. For git routes.</summary>
    Text = 1,

    /// <summary>A small page, whoever asks.</summary>
    Html = 2,

    /// <summary><c>{"error": "…", "message": "…"}</c> with a Basic challenge on 401: what git-lfs and the Hub's clients each look for. For git-lfs routes.</summary>
    Lfs = 3,

    /// <summary>
    /// Like <see cref="Json"/>, and on 401 programs are offered Basic beside Bearer: <c>wget --user</c>, netrc and <c>curl --anyauth</c> send a password only where it is
    /// asked for. A browser is not, since it would ask its person for one. For file routes.
    /// </summary>
    File = 4,
}
