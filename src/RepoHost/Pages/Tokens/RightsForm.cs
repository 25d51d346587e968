using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Pages.Tokens;

/// <summary>The rights of a fine-grained token as a form shows and sends them: a row for each namespace and repository, a checkbox for each right.</summary>
internal sealed class RightsForm
{
    /// <summary>The gated repositories of others.</summary>
    public const string GatedField = "canReadGatedRepos";

    /// <summary>The rows that were there; one without a tick is still a row when the form comes back.</summary>
    public const string RowField = "entity";

    /// <summary>A tick: row and right.</summary>
    public const string RightField = "right";

    /// <summary>What is to become a row.</summary>
    public const string AddField = "add";

    private const int MostSuggestions = 200;

    private readonly List<ScopeGrant> rows = [];

    private RightsForm()
    {
    }

    public bool CanReadGatedRepos { get; private set; }

    /// <summary>The name of the machine whose token it is; null for the person's own who looks.</summary>
    public string? Machine { get; private init; }

    /// <summary>Namespaces first.</summary>
    public IEnumerable<ScopeGrant> Rows => rows.OrderBy(row => row.Entity.IsNamespace ? 0 : 1);

    public IReadOnlyList<ScopeEntity> Suggestions { get; private set; } = [];

    /// <summary>What was typed into <see cref="AddField"/> and is no row yet.</summary>
    public string? Adding { get; private set; }

    public TokenGrant Grant => new(CanReadGatedRepos, [.. rows.Where(row => row.Rights != TokenRights.None)]);

    /// <summary>What a token has now, and the person's namespaces to choose from.</summary>
    public static async Task<RightsForm> ShowAsync(TokenEntities entities, string userId, bool canReadGatedRepos, IEnumerable<ScopeGrant> grants, CancellationToken cancellationToken, string? machine = null)
    {
        var form = new RightsForm { CanReadGatedRepos = canReadGatedRepos, Machine = machine };
        form.rows.AddRange(grants);
        await form.CompleteAsync(entities, userId, cancellationToken);
        return form;
    }

    /// <summary>What was sent. Every row is looked up again: an id in a form is only a claim.</summary>
    public static async Task<RightsForm> ReadAsync(TokenEntities entities, string userId, IFormCollection sent, CancellationToken cancellationToken, string? machine = null)
    {
        var form = new RightsForm { CanReadGatedRepos = sent[GatedField] == "true", Adding = sent[AddField].ToString().Trim(), Machine = machine };
        var ticks = sent[RightField].ToHashSet(StringComparer.Ordinal);
        foreach (var key in sent[RowField].Distinct(StringComparer.Ordinal).Take(TokenGrant.MostScopes))
        {
            if (await entities.FindByKeyAsync(userId, key, cancellationToken) is { } entity)
                form.rows.Add(new(entity, TokenRightWords.Each.Where(right => ticks.Contains(Tick(entity, right))).Aggregate(TokenRights.None, (all, right) => all | right)));
        }

        await form.CompleteAsync(entities, userId, cancellationToken);
        return form;
    }

    /// <summary>The value of a checkbox.</summary>
    public static string Tick(ScopeEntity entity, TokenRights right) => $"{entity.Key}:{right.Word()}";

    /// <summary>Makes a row of what was typed; the sentence says why that is not possible, null when it was.</summary>
    private async Task<string?> AddAsync(TokenEntities entities, string userId, CancellationToken cancellationToken)
    {
        var asked = Adding ?? "";
        if (asked.Length == 0)
            return "Type the name of a repository, such as acme/model or datasets/acme/data, or of a user or organization.";
        var found = asked.Contains('/', StringComparison.Ordinal)
            ? await entities.FindRepositoryAsync(userId, asked, cancellationToken)
            : await entities.FindNamespaceAsync(asked, cancellationToken);
        if (found is null)
            return asked.Contains('/', StringComparison.Ordinal) ? $"There is no repository {asked} that {Machine ?? "you"} can see." : $"There is no user or organization {asked}.";
        if (rows.All(row => row.Entity.Id != found.Id) && rows.Count >= TokenGrant.MostScopes)
            return $"A token has rights at {TokenGrant.MostScopes} repositories and namespaces at most. Choose a namespace instead of its repositories.";

        if (rows.All(row => row.Entity.Id != found.Id))
            rows.Add(new(found, TokenRights.Read));
        Adding = null;
        return null;
    }

    /// <summary>Does what the form's button for rows asks for; the sentence says why that, or keeping what was sent, is not possible yet. Null when it is.</summary>
    public async Task<string?> FaultAsync(TokenEntities entities, string userId, IFormCollection sent, CancellationToken cancellationToken)
    {
        if (sent["do"] == "add")
            return await AddAsync(entities, userId, cancellationToken);
        // Somebody who typed a name and did not press the button beside it means it to be there.
        return string.IsNullOrEmpty(Adding) ? null : $"“{Adding}” is not in the list yet. Press “Add a row” and tick its rights, or empty this field.";
    }

    private async Task CompleteAsync(TokenEntities entities, string userId, CancellationToken cancellationToken)
    {
        foreach (var entity in await entities.NamespacesOfAsync(userId, cancellationToken))
        {
            if (rows.Count < TokenGrant.MostScopes && rows.All(row => row.Entity.Id != entity.Id))
                rows.Add(new(entity, TokenRights.None));
        }

        Suggestions = await entities.SuggestAsync(userId, MostSuggestions, cancellationToken);
    }
}
