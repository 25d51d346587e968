using GateMiddleware.Rejection;

namespace RepoHost.Hosting;

/// <summary>
/// Every error that the Hub's clients know, in one place: status, <c>X-Error-Code</c> and sentence (contract 2.3, 6.4). Clients classify by the code
/// and some grep the sentence, so both stay word for word.
/// </summary>
internal static class HubErrors
{
    public static readonly Refusal AnonymousOrHidden = new(401, "RepoNotFound", "Invalid username or password.", null);
    public static readonly Refusal LoginRequired = new(401, null, "Invalid username or password.", null);
    public static readonly Refusal AdministratorsOnly = new(403, null, "This page is for the administrators of this server.", null);
    public static readonly Refusal SessionRequired = new(403, null, "This page is for people: log in with a browser. A token does not open it.", null);
    public static readonly Refusal InvalidCredentials = new(401, null, "Invalid credentials in Authorization header", null);
    public static readonly Refusal InvalidAddress = new(
        403, null, "This address has expired or was not made for this. Ask for a new one with a batch request.", null);

    public static readonly Refusal RepositoryNotFound = new(404, "RepoNotFound", "Repository not found", null);
    public static readonly Refusal RepositoryDisabled = new(403, null, "Access to this resource is disabled.", null);
    public static readonly Refusal NotPermitted = new(403, null, "You have read access but not the required permissions for this operation", null);
    public static readonly Refusal OrganizationNotFound = new(404, null, "Organization not found", null);
    public static readonly Refusal ServiceCannotAsk = new(
        403, null, "A service account can't ask for access or take a request back. An author of the repository can grant it access.", null);

    public static readonly Refusal AskedTooOften = new(
        429, null, "You have asked for access very often within an hour, so this request was not sent. Wait a while, then send it again.", null);

    public static readonly Refusal EntryNotFound = new(404, "EntryNotFound", "Entry not found", null);
    public static readonly Refusal PageNotFound = new(404, null, "Sorry, we can't find the page you are looking for.", null);
    public static readonly Refusal TokenInAddress = new(
        400, null, "There is an access token in the address, where logs and histories keep it. Revoke it, and send the new one in the Authorization header.", null);

    public static readonly Refusal JoiningIsOff = new(403, null, "On this server people can't make accounts for themselves. Ask its operator for one.", null);
    public static readonly Refusal ForgedForm = BadRequest("The form is out of date or did not come from this site. Load the page again and send it once more.");
    public static readonly Refusal FormTooLarge = new(
        413, null, "What was sent is larger than this form takes. Send less at once; larger files can be uploaded with a browser that runs scripts, with git or with a client.", null);

    public static readonly Refusal DiskFull = new(507, null, Hosting.DiskFull.Sentence, null);
    public static readonly Refusal FileNotFound = new(404, "EntryNotFound", "A file with this name doesn't exist", null);

    /// <summary>Old clients look for the first sentence, new ones for the second (contract 14.1).</summary>
    public static readonly Refusal BranchMoved = new(
        412, null, "A commit has happened since. Please refresh and try again. The branch was updated since you opened this page. Please refresh and try again.", null);

    public static readonly Refusal MethodNotAllowed = new(405, null, "This address does not answer that method.", null);
    public static readonly Refusal UserNotFound = new(404, null, "User not found", null);
    public static readonly Refusal NoMatchingRequest = new(404, null, "No access request found matching your criteria", null);
    public static readonly Refusal NoPendingRequest = new(404, null, "No pending access request found for this repo and this user", null);
    public static readonly Refusal AlreadyHasAccess = new(400, null, "That user already has access to the repo", null);

    /// <summary>The Hub names the revision on API routes; <c>resolve</c> and <c>raw</c> answer the plain sentence (contract 2.3 row 7).</summary>
    public static Refusal RevisionNotFound(string? revision = null) =>
        new(404, "RevisionNotFound", revision is null ? "Revision not found" : $"Invalid rev id: {revision}", null);

    /// <summary>The Hub's words, and what to do. The same for a namespace that there is not.</summary>
    public static Refusal NotTheirNamespace(string kind, string @namespace) => new(
        403, null, $"You don't have the rights to create a {kind} under the namespace \"{@namespace}\". Choose a namespace that you may write to, or ask {@namespace} for the rights.", null);

    /// <summary>The person may, the token may not: only they can change that, so the sentence says what and where (design 2).</summary>
    /// <param name="code">On routes that hand out contents <c>GatedRepo</c>, or the Python client keeps the sentence to itself (contract 2.3 row 6).</param>
    public static Refusal TokenLacksRight(string right, string at, string page, string? code = null) =>
        new(403, code, $"This fine-grained token lacks the right '{right}' on {at}. Change it at {page}.", page);

    /// <summary>The same for a machine, which opens no page: who can change it is somebody else.</summary>
    public static Refusal MachineTokenLacksRight(string right, string at, string machine) =>
        new(403, null, $"This fine-grained token lacks the right '{right}' on {at}. The admins of the organization that {machine} belongs to can change it.", null);

    public static Refusal NotGated(string kind, string name) => new(400, "RepoNotGated", $"{kind} {name} is not gated", null);

    public static Refusal UnsupportedMedia(string sentence) => new(415, null, sentence, null);

    public static readonly Refusal Busy = new(503, null, "The server is busy with other transfers. Try again in a moment.", null);

    public static readonly Refusal TookTooLong = new(
        503, null, "The transfer took longer than this server allows (GitHttp:SessionMinutes). Fetch or push in smaller parts.", null);

    /// <summary>Another attempt later may succeed.</summary>
    public static Refusal NoRoom(string sentence) => new(503, null, sentence, null);

    /// <summary>A storage limit: 413 for what is over it by itself, 507 where too much of it is used.</summary>
    public static Refusal OverLimit(int status, string sentence) => new(status, null, sentence, null);

    public static Refusal BadRequest(string sentence) => new(400, null, sentence, null);

    /// <summary>A validation error in the Hub's spelling (contract 6.4): a cross, the sentence, and on a second line where it is.</summary>
    public static Refusal Invalid(string sentence, string? at = null) => new(400, null, at is null ? $"✖ {sentence}" : $"✖ {sentence}\n  → at {at}", null);

    public static Refusal Internal(string requestId) =>
        new(500, null, $"Something went wrong on the server. Tell its operator this request id: {requestId}", null);
}
