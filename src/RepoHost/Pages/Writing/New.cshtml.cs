using System.Text;
using GateMiddleware.Policy;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Rendering;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Lfs;

namespace RepoHost.Pages.Writing;

/// <summary>Makes a repository, in one's own name or in that of an organization.</summary>
[PageAccess(RouteAccess.Person)]
internal sealed class NewModel(RepositoryCreation creation, TokenNamespaces namespaces, RepositoryCatalog catalog, Organizations organizations) : SitePage
{
    private static readonly string[] Sdks = ["gradio", "streamlit", "docker", "static"];

    [BindProperty(SupportsGet = true)]
    public string? Type { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Owner { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? Name { get; set; }

    [BindProperty]
    public string? License { get; set; }

    [BindProperty]
    public string? Sdk { get; set; }

    [BindProperty]
    public string? Visibility { get; set; }

    /// <summary>The owner that stood there when <see cref="Visibility"/> was chosen: without script, the page does not follow when another one is.</summary>
    [BindProperty]
    public string? VisibilityOf { get; set; }

    [BindProperty]
    public string? Gate { get; set; }

    public IReadOnlyList<SelectListItem> Owners { get; private set; } = [];

    /// <summary>Names of owners whose new repositories are private unless somebody says otherwise.</summary>
    public IReadOnlyList<string> PrivateOwners { get; private set; } = [];

    public static IEnumerable<SelectListItem> LicenseItems { get; } =
        [new("None yet", ""), .. Licenses.Common.Select(license => new SelectListItem(license.Name, license.Identifier))];

    public static IEnumerable<SelectListItem> SdkItems { get; } = Sdks.Select(sdk => new SelectListItem(sdk, sdk));

    private RepositoryType? ChosenType => Type switch
    {
        null or "" or "model" => RepositoryType.Model,
        "dataset" => RepositoryType.Dataset,
        "space" => RepositoryType.Space,
        _ => null,
    };

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Type = (ChosenType ?? RepositoryType.Model).Singular();
        await ReadOwnersAsync(cancellationToken);
        VisibilityOf = Owners.Count > 0 ? Owner ?? Owners[0].Value : null;
        Visibility = VisibilityOf is not null && PrivateOwners.Contains(VisibilityOf, StringComparer.OrdinalIgnoreCase) ? "private" : "public";
    }

    /// <summary>Whether a name could be taken, while it is being typed. Only asked by those who may create there, who would learn it by creating.</summary>
    public async Task<IActionResult> OnGetCheckAsync(CancellationToken cancellationToken)
    {
        if (ChosenType is not { } type || string.IsNullOrEmpty(Owner) || await namespaces.RefusalAsync(Caller, type, Owner, cancellationToken) is not null)
            return new JsonResult(new { ok = false, sentence = "You can't create repositories there." });
        if (!RepositoryName.TryCreate(Owner, Name, out var name, out var why))
            return new JsonResult(new { ok = false, sentence = why });
        var check = await catalog.CheckAsync(type, Owner, name.Name, Caller.UserId, beyondLimits: false, cancellationToken);
        return new JsonResult(check.Outcome == CreateRepositoryOutcome.Created
            ? new { ok = true, sentence = $"{name.FullName} is free." }
            : new { ok = false, sentence = check.Message });
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        await ReadOwnersAsync(cancellationToken);
        var gate = Gate switch { null or "" or "open" => GateMode.Open, "auto" => GateMode.Auto, "manual" => GateMode.Manual, _ => (GateMode?)null };
        if (ChosenType is null)
            ModelState.AddModelError(nameof(Type), "Choose model, dataset or space.");
        if (Visibility is not (null or "public" or "private"))
            ModelState.AddModelError(nameof(Visibility), "Choose public or private.");
        if (gate is null)
            ModelState.AddModelError(nameof(Gate), "Choose one of the three.");
        if (License is { Length: > 0 } license && !Licenses.IsIdentifier(license))
            ModelState.AddModelError(nameof(License), "Choose a license from the list.");
        if (ChosenType == RepositoryType.Space && !Sdks.Contains(Sdk))
            ModelState.AddModelError(nameof(Sdk), "Choose the SDK of the Space.");
        if (string.IsNullOrWhiteSpace(Owner))
            ModelState.AddModelError(nameof(Owner), "Choose who owns the repository.");
        if (string.IsNullOrWhiteSpace(Name))
            ModelState.AddModelError(nameof(Name), "Give the repository a name.");
        AskAgainWhereOthersArePrivate();
        if (!ModelState.IsValid)
            return Page();

        var type = ChosenType!.Value;
        var name = Name!.Trim();
        var sdk = type == RepositoryType.Space ? Sdk : null;
        var order = new RepositoryOrder(type, Owner!.Trim(), name, null, Visibility is null ? null : Visibility == "private", null) { Gate = gate!.Value };
        var result = await creation.CreateAsync(Caller, order, License, sdk, [new(CardReader.FileName, Encoding.UTF8.GetBytes(Card(name, License, sdk)))], cancellationToken);
        if (result.Repository is { } created)
        {
            Notify($"{created.FullName} was created. Now add its files.");
            return new SeeOtherResult(Links.Tree(created, "main"));
        }

        ModelState.AddModelError(result.Refusal!.Status == StatusCodes.Status403Forbidden ? nameof(Owner) : nameof(Name), result.Refusal.Message);
        return Page();
    }

    /// <summary>Public was what the page had for another owner. Nobody has said that it holds for one whose repositories are private unless somebody says otherwise.</summary>
    private void AskAgainWhereOthersArePrivate()
    {
        if (Visibility != "public" || VisibilityOf is null || Owner is null || VisibilityOf.Equals(Owner, StringComparison.OrdinalIgnoreCase)
            || !PrivateOwners.Contains(Owner, StringComparer.OrdinalIgnoreCase))
            return;
        ModelState.AddModelError(nameof(Visibility), $"New repositories of {Owner} are private. If this one is to be public, choose that again.");
        (Visibility, VisibilityOf) = ("private", Owner);
    }

    /// <summary>The card to begin with. The name and the rest were checked: none of them can end the line it stands in.</summary>
    private static string Card(string name, string? license, string? sdk)
    {
        var keys = $"{(string.IsNullOrEmpty(license) ? "" : $"license: {license}\n")}{(sdk is null ? "" : $"sdk: {sdk}\n")}";
        return $"{(keys.Length == 0 ? "" : $"---\n{keys}---\n\n")}# {name}\n";
    }

    private async Task ReadOwnersAsync(CancellationToken cancellationToken)
    {
        var mine = (await organizations.ListOfPersonAsync(Caller.UserId!, cancellationToken)).Where(m => m.Role >= OrganizationRole.Contributor).Select(m => m.Organization!).ToList();
        // A machine owns nothing itself.
        string[] self = Caller.IsService ? [] : [Caller.UserName!];
        Owners = [.. self.Concat(mine.Select(o => o.Name)).Select(name => new SelectListItem(name, name))];
        PrivateOwners = [.. mine.Where(o => o.PrivateByDefault).Select(o => o.Name)];
    }
}
