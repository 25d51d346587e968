using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Pages.Access;

/// <summary>A repository's settings: each section a form of its own, with the same rules as the routes of the API.</summary>
[PageAccess(RouteAccess.ChangeSettings)]
internal sealed class SettingsModel(
    GateSettings settings, CardGateRemoval cardGate, RepositoryMoves moves, RepositoryRemoval removal, RepositoryCatalog catalog, UserAccounts accounts, AccessRequestList requests,
    StorageLimits storage)
    : RepositorySitePage
{
    private const string SavedSection = "SavedSection";
    private const string SavedSentence = "SavedSentence";

    /// <summary>Fields that hold what was sent when something was wrong with it.</summary>
    private static readonly string[] Kept = ["email", "owner", "newname", "confirm", "openfiles"];

    /// <summary>Whom the repository could belong to, by the rules for creating one.</summary>
    public IReadOnlyList<string> Owners { get; private set; } = [];

    public int Pending { get; private set; }

    /// <summary>The open files, and what is there at present; null for nothing.</summary>
    public IReadOnlyList<(TreePath Path, RepositoryFile? File)> OpenNow { get; private set; } = [];

    public RepositorySize Size { get; private set; } = new(0, 0, RepositoryUsage.NoLimit, null);

    /// <summary>The card itself holds a gate that could be taken out of it.</summary>
    public bool CardGates => Repository.Card.Card is { Readable: true, Gated: not (null or GateMode.Open) };

    /// <summary>The setting that was asked for can't hold because of the card.</summary>
    public bool OffersUncard { get; private set; }

    /// <summary>The setting that holds once the card says nothing.</summary>
    public GateMode AfterUncard => ModeOf(Sent("gated")) ?? Policy.SettingMode;

    public string CardWords => Repository.Card.Card switch
    {
        null => "there is none",
        { Readable: false } => Policy.CardMode is { } last ? $"can't be read; the last one that could: {Words(last)}" : "can't be read",
        { Gated: { } mode } => Words(mode),
        _ => "nothing about access requests",
    };

    public Task OnGetAsync() => LoadAsync();

    public async Task<IActionResult> OnPostAsync() => Sent("section") switch
    {
        "gate" => await SetGateAsync(),
        "uncard" => await RemoveFromCardAsync(),
        "openfiles" => await SetOpenFilesAsync(),
        "members" => await ChangeAsync("members", new(null, null, Sent("membersgated") is not null, null, null)),
        "notifications" => await SetNotificationsAsync(),
        "visibility" => await SetVisibilityAsync(),
        "move" => await MoveAsync(),
        "delete" => await DeleteAsync(),
        _ => Incomplete(),
    };

    public static string Words(GateMode mode) => mode switch
    {
        GateMode.Manual => "manual approval",
        GateMode.Auto => "automatic approval",
        _ => "no access requests",
    };

    /// <summary>What an open path leads to.</summary>
    public static string Words(RepositoryFile? file) => file switch
    {
        null => "not there",
        { Entry.Kind: not (GitEntryKind.File or GitEntryKind.Executable) } => "no file, so nothing is open",
        { Lfs: not null } => $"{ByteCount.Of(file.Size)} in LFS",
        _ => ByteCount.Of(file.Size),
    };

    public static string WordOf(GateMode mode) => mode switch { GateMode.Manual => "manual", GateMode.Auto => "auto", _ => "false" };

    public string? ErrorOf(string field) => ModelState.GetValueOrDefault(field)?.Errors.FirstOrDefault()?.ErrorMessage;

    public string? Sent(string field) => Request.HasFormContentType && Request.Form.TryGetValue(field, out var value) ? value.ToString() : null;

    /// <summary>What was done in this section just now; empty for nothing.</summary>
    public string SavedIn(string section) =>
        // Looked for only where there is one, or every answer would carry a cookie that deletes it.
        Request.Cookies.ContainsKey(SiteCookies.Notice) && TempData.Peek(SavedSection) as string == section && TempData.Remove(SavedSection) ? TempData[SavedSentence] as string ?? "" : "";

    private async Task<IActionResult> SetGateAsync() =>
        ModeOf(Sent("gated")) is { } mode ? await ChangeAsync("gate", new(mode, null, null, null, null)) : Incomplete();

    /// <summary>The card first: until it is changed the setting can't be lowered, and in between the stricter of the two holds.</summary>
    private async Task<IActionResult> RemoveFromCardAsync()
    {
        if (ModeOf(Sent("gated")) is not { } mode)
            return Incomplete();
        if (await cardGate.RemoveAsync(Repository, Caller, HttpContext.RequestAborted) is { } refusal)
            return await WrongAsync("gated", refusal.Message);
        return await ChangeAsync("gate", new(mode, null, null, null, null), "The gate is taken out of the card. ");
    }

    private async Task<IActionResult> SetNotificationsAsync()
    {
        if (Sent("frequency") is not ("bulk" or "real-time"))
            return Incomplete();
        var email = (Sent("email") ?? "").Trim();
        if (email.Length > 0 && !UserAccounts.IsEmail(email))
            return await WrongAsync("email", "This is not a mail address. Leave the field empty to use the default.");
        return await ChangeAsync("notifications", new(null, null, null, Sent("frequency") == "bulk" ? NotificationsMode.Bulk : NotificationsMode.RealTime, email));
    }

    private async Task<IActionResult> SetOpenFilesAsync()
    {
        if (!OpenFiles.TryRead(Sent("openfiles") ?? "", out var files, out var fault))
            return await WrongAsync("openfiles", fault);
        if (Repository.Card.Tip is { } tip
            && files.Paths.FirstOrDefault(path => Repository.Git.Find(tip, path) is { Kind: GitEntryKind.Directory }) is { IsRoot: false } folder)
            return await WrongAsync("openfiles", $"\"{folder.Value}\" is a folder. Name each of its files that is to be open.");
        if (await settings.ChangeOpenFilesAsync(Repository, Caller, files, HttpContext.RequestAborted) is { } refusal)
            return await WrongAsync("openfiles", $"Only someone who passes the gate can open files. {refusal.Message}");
        return Saved("openfiles", Links.Settings(Record), files.Paths.Count switch
        {
            0 => "No further files are open.",
            1 => "1 file is open.",
            var count => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count} files are open."),
        });
    }

    private async Task<IActionResult> SetVisibilityAsync() =>
        Sent("visibility") is "public" or "private" ? await ChangeAsync("visibility", new(null, Sent("visibility") == "private", null, null, null)) : Incomplete();

    private async Task<IActionResult> ChangeAsync(string section, GateSettingsChange change, string before = "")
    {
        if (await settings.ChangeAsync(Repository, change, HttpContext.RequestAborted) is { } holds)
        {
            OffersUncard = CardGates;
            return await WrongAsync("gated", CardProblemText.StillGates(Repository.Card, holds));
        }

        return Saved(section, Links.Settings(Record), before + change switch
        {
            { Gated: GateMode.Open } => "Access requests are disabled.",
            { Gated: { } mode } => $"Access requests are enabled, with {Words(mode > (Policy.CardMode ?? GateMode.Open) || before.Length > 0 ? mode : Policy.Mode)}.",
            { Private: true } => "The repository is private now.",
            { Private: false } => "The repository is public now.",
            { OrgMembersGated: true } => "Members have to ask too now.",
            { OrgMembersGated: false } => "Members have access without asking.",
            _ => "Saved.",
        });
    }

    private async Task<IActionResult> MoveAsync()
    {
        var (owner, name) = (Sent("owner") ?? "", (Sent("newname") ?? "").Trim());
        if (await moves.MoveAsync(Record, Caller, owner, name, HttpContext.RequestAborted) is { } refusal)
            return await WrongAsync(refusal.Status == 403 ? "owner" : "newname", refusal.Status == 403 ? "You may not create repositories there." : refusal.Message);

        // Whoever gave it away may have no say in it any more.
        var moved = await catalog.FindByIdAsync(Record.Id, HttpContext.RequestAborted);
        Notify($"The repository is {moved?.FullName} now. The former name leads to it.");
        return new SeeOtherResult(moved is null ? Links.Home : Links.Repository(moved));
    }

    private async Task<IActionResult> DeleteAsync()
    {
        if (Sent("confirm")?.Trim() != Record.FullName)
            return await WrongAsync("confirm", $"Type the full name, {Record.FullName}. Nothing was deleted.");
        if (!await removal.RemoveAsync(Record.Id, HttpContext.RequestAborted))
            return Refuse(HubErrors.RepositoryNotFound);
        Notify($"{Record.FullName} is deleted.");
        return new SeeOtherResult(Links.Account(Record.Namespace));
    }

    private SeeOtherResult Saved(string section, string path, string sentence)
    {
        (TempData[SavedSection], TempData[SavedSentence]) = (section, sentence);
        return new($"{path}#{section}");
    }

    private async Task<IActionResult> WrongAsync(string field, string sentence)
    {
        foreach (var kept in Kept)
        {
            if (Sent(kept) is { } sent)
                ModelState.SetModelValue(kept, sent, sent);
        }

        // A box that is not among what was sent belongs to another form, and shows what holds.
        if (Sent("section") != "members" && Record.OrgMembersGated)
            ModelState.SetModelValue("membersgated", "true", "true");
        ModelState.AddModelError(field, sentence);
        await LoadAsync();
        return Page();
    }

    private static IActionResult Incomplete() => Refuse(HubErrors.BadRequest("The form is not complete. Load the page again and send it once more."));

    private async Task LoadAsync()
    {
        var person = await accounts.DescribeAsync(Caller, HttpContext.RequestAborted);
        var organizations = person?.Organizations.Where(o => o.Role >= OrganizationRole.Contributor).Select(o => o.Name) ?? [];
        Owners = [.. new[] { Record.Namespace, Caller.UserName! }.Concat(organizations).Distinct(StringComparer.OrdinalIgnoreCase)];
        Size = await storage.OfRepositoryAsync(Record.Id, HttpContext.RequestAborted) ?? Size;
        OpenNow = settings.OpenFilesNow(Repository);
        Pending = (await requests.CountAsync(Record.Id, HttpContext.RequestAborted)).GetValueOrDefault(AccessState.Pending);
    }

    private static GateMode? ModeOf(string? word) => word switch
    {
        "manual" => GateMode.Manual,
        "auto" => GateMode.Auto,
        "false" => GateMode.Open,
        _ => null,
    };
}
