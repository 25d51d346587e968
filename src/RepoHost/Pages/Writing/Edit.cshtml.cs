using System.Security.Cryptography;
using System.Text;
using GateMiddleware;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Pages.Files;
using RepoHost.Pages.Markup;

namespace RepoHost.Pages.Writing;

/// <summary>
/// Changes a text of a branch, or writes a new one. What the edit began with comes back with the form, so nobody overwrites what somebody else has written
/// meanwhile without having seen it.
/// </summary>
[PageAccess(RouteAccess.Edit, PublicFiles = true)]
internal sealed class EditModel(PageCommits commits, RepositoryFiles files, TextRenderer renderer) : WritingPage(commits)
{
    public const int LargestEdited = 1_000_000;

    private const int MostAttempts = 3;

    /// <summary>Stricter than what git decodes: a byte that is no UTF-8 would be lost with the first commit.</summary>
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The path of a new file, as the person writes it.</summary>
    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Text { get; set; }

    /// <summary>The blob that the edit began with; empty for a new file.</summary>
    [BindProperty]
    public string? Blob { get; set; }

    public override string UsualSummary => IsNew ? $"Create {OneLine(Name is { Length: > 0 } ? Name.Split('/')[^1] : "a file")}" : $"Update {FilePath.Name}";

    public bool IsNew { get; private set; }

    /// <summary>Where a new file goes; empty for the root.</summary>
    public string Folder { get; private set; } = "";

    /// <summary>What stands there by now, when that is not what the edit began with.</summary>
    public FileText? Theirs { get; private set; }

    /// <summary>The commit that somebody else has made meanwhile.</summary>
    public GitCommit? TheirCommit { get; private set; }

    /// <summary>The model card, whose front matter is the gate.</summary>
    public bool IsCard => TargetPath == CardReader.FileName && Branch == DefaultBranch;

    public bool HasPreview => IsCard || TargetPath.EndsWith(".md", StringComparison.OrdinalIgnoreCase);

    /// <summary>The card as it would be read.</summary>
    public ModelCard? Card { get; private set; }

    /// <summary>The gate as it would be.</summary>
    public GatePolicy? NextPolicy { get; private set; }

    public RenderedText? Rendered { get; private set; }

    public RenderedText? GatePrompt { get; private set; }

    public RenderedText? GateDescription { get; private set; }

    private string TargetPath => !IsNew ? FilePath.Value : Folder.Length == 0 ? Name ?? "" : $"{Folder}/{Name}";

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (Find(out var entry) is { } other)
            return other;
        if (entry is not null)
        {
            var (text, fault) = await ReadAsync(entry, cancellationToken);
            if (fault is not null)
                return Refuse(new Refusal(400, null, fault, HttpContext.RequestServices.GetRequiredService<GatedRepositories>().PageOf(Record)));
            (Text, Blob) = (text!.TrimStart('\ufeff'), entry.Oid.ToString());
        }

        if (HasPreview)
            await PreviewAsync(cancellationToken);
        return Page();
    }

    /// <summary>The card and the gate's form as they would be; with script only that part of the page.</summary>
    public async Task<IActionResult> OnPostPreviewAsync(CancellationToken cancellationToken)
    {
        if (Find(out _) is { } other)
            return other;
        CheckText();
        if (ModelState.IsValid)
            await PreviewAsync(cancellationToken);
        return Request.Headers["X-Part"] == "preview" ? Partial("/Pages/Writing/_Preview.cshtml", this) : Page();
    }

    /// <summary>
    ///  1 the text and the path are usable
    ///  2 what stands there is what the edit began with; else both are shown, and the next attempt means it
    ///  3 the commit, on exactly the tip that was looked at; again when somebody else was faster with another file
    /// </summary>
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        // 1
        if (Find(out _) is { } other)
            return other;
        CheckText();
        if (!CommitPath.TryParse(TargetPath, out var path, out var pathFault))
            ModelState.AddModelError(nameof(Name), $"That can't be a file's name: {pathFault}.");

        CommitOutcome? outcome = null;
        GitOid? before = null;
        for (var attempt = 1; ModelState.IsValid && attempt <= MostAttempts && outcome is null or { Refusal.Status: StatusCodes.Status412PreconditionFailed }; attempt++)
        {
            // 2
            var tip = Git.FindRef(RefName.Heads + Branch);
            var there = tip is { } commit ? Git.Find(commit, path) : null;
            if ((there?.Oid.ToString() ?? "") != (Blob ?? ""))
            {
                await ConflictAsync(tip, path, there, cancellationToken);
                break;
            }

            // 3
            before = tip;
            var bytes = BytesLike(there is { IsBlob: true } ? await FileText.ReadBytesAsync(Git, there, LargestEdited, cancellationToken) : null);
            outcome = await TryCommitAsync(tip, new PutFile(path, bytes.Length, () => new MemoryStream(bytes, writable: false)));
            if (outcome is null)
                break;
        }

        if (outcome is not null && Say(outcome) is { } made)
        {
            if (made == before)
                Notify("The text is as it was, so there was nothing to commit.");
            return new SeeOtherResult(IsCard ? Links.Repository(Record) : Links.Blob(Record, Branch!, path.Value));
        }

        if (HasPreview)
            await PreviewAsync(cancellationToken);
        return Page();
    }

    private IActionResult? Find(out GitEntry? entry)
    {
        entry = null;
        if (FindBranch() is { } missing)
            return missing;
        entry = IsEmpty || FilePath.IsRoot ? null : Git.Find(Commit, FilePath);
        IsNew = entry is null or { Kind: GitEntryKind.Directory };
        if (entry is { Kind: GitEntryKind.Directory })
            (Folder, entry) = (FilePath.Value, null);
        else if (IsNew && Name is null)
            Name = FilePath.Value;
        // The gate was asked about the path in the address alone, which may be open to whom the others are closed.
        if (!Decision.IsAllowed && TargetPath != FilePath.Value)
            return Refuse(HttpContext.Features.Get<IGateFeature>() is { } gate ? Refusals.For(gate.Repository, gate.Decision) : Refusals.Unavailable);
        return null;
    }

    private async Task<(string? Text, string? Fault)> ReadAsync(GitEntry entry, CancellationToken cancellationToken)
    {
        if (entry.Kind is not (GitEntryKind.File or GitEntryKind.Executable) || files.Describe(Git, entry).Lfs is not null)
            return (null, $"{VisibleText.Of(FilePath.Value)} is no plain text of the repository (it is a link, a submodule or kept in LFS), so it can't be edited here. Upload a new version instead.");
        if (await FileText.ReadBytesAsync(Git, entry, LargestEdited, cancellationToken) is not { } bytes)
            return (null, $"{VisibleText.Of(FilePath.Value)} is larger than {ByteCount.Of(LargestEdited)}, so it can't be edited here. Upload a new version instead.");
        try
        {
            return FileText.IsBinary(bytes.Span) ? (null, NotText()) : (Strict.GetString(bytes.Span), null);
        }
        catch (DecoderFallbackException)
        {
            return (null, NotText());
        }
    }

    private string NotText() => $"{VisibleText.Of(FilePath.Value)} is not text in UTF-8, so it can't be edited here. Upload a new version instead.";

    private void CheckText()
    {
        if ((Text ?? "").Contains('\0', StringComparison.Ordinal))
            ModelState.AddModelError(nameof(Text), "A text can't hold a zero character.");
        if (Encoding.UTF8.GetByteCount(Text ?? "") > LargestEdited)
            ModelState.AddModelError(nameof(Text), $"A text that is written here may have {ByteCount.Of(LargestEdited)}. Upload larger files instead.");
    }

    /// <summary>Forms end lines as the network does; files go on as they were.</summary>
    private byte[] BytesLike(ReadOnlyMemory<byte>? before)
    {
        var text = (Text ?? "").ReplaceLineEndings("\n");
        if (before is { } bytes && bytes.Span.IndexOf("\r\n"u8) >= 0)
            text = text.Replace("\n", "\r\n", StringComparison.Ordinal);
        var encoded = Encoding.UTF8.GetBytes(text);
        return before is { } old && old.Span.StartsWith(Encoding.UTF8.Preamble) ? [.. Encoding.UTF8.Preamble, .. encoded] : encoded;
    }

    private async Task ConflictAsync(GitOid? tip, TreePath path, GitEntry? there, CancellationToken cancellationToken)
    {
        Response.StatusCode = StatusCodes.Status412PreconditionFailed;
        if (there is { Kind: GitEntryKind.Directory })
        {
            ModelState.AddModelError(nameof(Name), $"{VisibleText.Of(path.Value)} is a folder. Choose another name, or write a file into it: {VisibleText.Of(path.Value)}/…");
            return;
        }

        var began = string.IsNullOrEmpty(Blob);
        Blob = there?.Oid.ToString() ?? "";
        ModelState.AddModelError("", there is null
            ? "Somebody has deleted this file since you began. Commit again to put it back as you have it."
            : began
                ? "There is a file of that name already. It is shown below your text. Choose another name, or commit again to replace it."
                : "Somebody has changed this file since you began. Their version is shown below yours: take over what you need, then commit again to replace it.");
        if (there is null || tip is not { } at)
            return;
        TheirCommit = Git.LastCommits(at, [path], LookBack.Glance).GetValueOrDefault(path);
        if (there.IsBlob && await FileText.ReadBytesAsync(Git, there, LargestEdited, cancellationToken) is { } bytes && !FileText.IsBinary(bytes.Span))
            Theirs = FileText.Of(bytes.Span);
    }

    private async Task PreviewAsync(CancellationToken cancellationToken)
    {
        var bytes = Encoding.UTF8.GetBytes((Text ?? "").ReplaceLineEndings("\n"));
        Card = await CardWork.ReadAsync(bytes.AsMemory(0, Math.Min(bytes.Length, CardReader.CardBytes)), cancellationToken);
        if (IsCard)
            NextPolicy = GatePolicy.Combine(Card, Record.GateSetting, Repository.Card.Policy.CardMode, Record.OrgMembersGated, Record.Type.Singular());
        Rendered = await RenderAsync(Encoding.UTF8.GetString(bytes.AsSpan(Math.Min(Card.BodyOffset, bytes.Length))), cancellationToken);
        if (NextPolicy is { Mode: not GateMode.Open, Form: var form })
        {
            GatePrompt = form.Prompt is { } prompt ? await RenderAsync(prompt, cancellationToken, "gate-prompt-") : null;
            GateDescription = form.Description is { } description ? await RenderAsync(description, cancellationToken, "gate-description-") : null;
        }
    }

    /// <summary>As the card's page does it, with its bounds; known by the text, since there is no blob yet.</summary>
    private Task<RenderedText> RenderAsync(string markdown, CancellationToken cancellationToken, string idPrefix = "card-")
    {
        var folder = TreePath.TryParse(TargetPath, out var path) ? path.Parent.Value : "";
        return renderer.RenderAsync(
            idPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(markdown))), new MarkupPlace(Record, Branch!, folder, ShowsPictures: Decision.IsAllowed), () => Task.FromResult(markdown), cancellationToken, idPrefix);
    }

    private static string OneLine(string name) => string.Concat(name.Take(200).Where(c => !char.IsControl(c)));
}
