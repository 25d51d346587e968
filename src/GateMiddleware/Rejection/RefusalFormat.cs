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
}
