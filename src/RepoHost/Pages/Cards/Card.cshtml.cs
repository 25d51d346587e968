using System.Text;
using GateMiddleware.Decisions;
using GateMiddleware.ModelCards;
using GateMiddleware.Policy;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Pages.Markup;

namespace RepoHost.Pages.Cards;

/// <summary>The page of a repository: its card at the tip of the default branch, what is known of it, and how it is used.</summary>
[PageAccess(RouteAccess.SeeRepository)]
internal sealed class CardModel(TextRenderer renderer, CardReader reader, FileTotals totals, RepositoryAdmission admissions, PublicUrl publicUrl) : RepositorySitePage
{
    /// <summary>Four bytes for each character that is shown, and the front matter before them.</summary>
    private const int MostBytes = CardReader.CardBytes + (4 * TextRenderer.MostCharacters);

    private const int ContentsFrom = 4;

    private static readonly string[] Examples = ["config.json", "model.safetensors", "README.md"];

    public GitOid? Tip => Repository.Card.Tip;

    public GitCommit? Latest { get; private set; }

    public FileTotal? Files { get; private set; }

    /// <summary>README.md; null without one.</summary>
    public RepositoryFile? Readme { get; private set; }

    /// <summary>Null when there is no README.md, or when it is none that can be shown.</summary>
    public RenderedText? Text { get; private set; }

    public IReadOnlyList<TextHeading> Contents { get; private set; } = [];

    public IReadOnlyList<CardBadge> Badges { get; private set; } = [];

    public int MoreBadges { get; private set; }

    public string? License { get; private set; }

    public IReadOnlyList<Related> Datasets { get; private set; } = [];

    public IReadOnlyList<Related> BaseModels { get; private set; } = [];

    public IReadOnlyList<UseSnippet> Snippets { get; private set; } = [];

    public string Address => $"{publicUrl.Base}/{Record.Type.Prefix()}{Record.FullName}";

    public string Server => publicUrl.Base;

    public bool Passes => Decision.Verdict == AccessVerdict.Allowed;

    /// <summary>What is wrong with the card, for those who can repair it.</summary>
    public IReadOnlyList<CardProblem> Problems => MayWrite && Repository.ShownCard.Card is { } card ? card.Problems : [];

    public bool CardIsUnreadable => Repository.Card.Card is { Readable: false };

    /// <summary>No commit, or nothing but what a repository is made with.</summary>
    public bool IsEmpty { get; private set; } = true;

    public bool IsGated => Policy.Mode != GateMode.Open;

    public async Task OnGetAsync()
    {
        var cancellation = HttpContext.RequestAborted;
        var metadata = Repository.ShownCard.Card?.Metadata;
        (Badges, MoreBadges) = CardBadge.Of(Record.Type, metadata);
        License = CardTags.Values(metadata?["license"]).FirstOrDefault();
        Datasets = await Related.OfAsync(admissions, Caller, RepositoryType.Dataset, metadata?["datasets"], cancellation);
        BaseModels = await Related.OfAsync(admissions, Caller, RepositoryType.Model, metadata?["base_model"], cancellation);
        if (Tip is not { } tip)
            return;

        var git = Repository.Git;
        Latest = git.ReadCommit(tip);
        IsEmpty = git.Walk(tip, TreePath.Root, recursive: false).Take(2).All(e => e.Path.Name == ".gitattributes");
        Files = totals.Of(git, tip);
        Readme = Repository.MayReadCard ? reader.Find(git, tip) : null;
        Snippets = UseSnippets.Of(Record, Repository.ShownCard, publicUrl.Base, Repository.IsGuarded, DefaultBranch, ExampleFile(git, tip));
        if (Readme is null || !CardReader.IsRegular(Readme))
            return;

        var place = new MarkupPlace(Record, DefaultBranch, ShowsPictures: Passes) { AtDefaultTip = true };
        Text = await renderer.RenderAsync(Readme.Entry.Oid.ToString(), place, () => ReadAsync(git, Readme, cancellation), cancellation);
        if (Text.Headings.Count >= ContentsFrom)
            Contents = [.. Text.Headings.Where(h => h.Level <= 3).Take(100)];
    }

    /// <summary>What follows the front matter.</summary>
    private async Task<string> ReadAsync(GitRepository git, RepositoryFile file, CancellationToken cancellationToken)
    {
        var bytes = await CardReader.ReadBeginningAsync(git, file, MostBytes, cancellationToken);
        var from = Math.Min(Repository.Card.Card?.BodyOffset ?? 0, bytes.Length);
        return Encoding.UTF8.GetString(bytes.Span[from..]);
    }

    private static string? ExampleFile(GitRepository git, GitOid tip) =>
        Examples.FirstOrDefault(name => git.Find(tip, TreePath.Parse(name)) is { Kind: GitEntryKind.File or GitEntryKind.Executable });
}
