using System.CommandLine;
using RepoHost.Accounts;
using RepoHost.Data;

namespace RepoHost.Commands;

/// <summary>The options of <c>token add</c> that say what a fine-grained token may do.</summary>
internal sealed class TokenGrantOptions
{
    private readonly Option<string[]> repository = new("--repo")
    {
        Description = "Fine-grained: a repository that it has the rights at; may be given several times. datasets/NS/NAME and spaces/NS/NAME for those.",
        HelpName = "NS/NAME",
    };

    private readonly Option<string[]> @namespace = new("--namespace")
    {
        Description = "Fine-grained: a user or organization, with all repositories it has and will have; may be given several times.",
        HelpName = "NAME",
    };

    private readonly Option<string[]> right = new("--right")
    {
        Description = "Fine-grained: what it may do at each of them; may be given several times. read: private and gated contents. write: push, upload, pull requests, and new"
            + " repositories in a namespace. settings: settings, move, delete. review: access requests.",
        HelpName = "read|write|settings|review",
    };

    private readonly Option<bool> readGated = new("--read-gated")
    {
        Description = "Fine-grained: it also reads the public gated repositories that USER has access to, whosever they are.",
    };

    public TokenGrantOptions() => right.AcceptOnlyFromAmong([.. TokenRightWords.Each.Select(each => each.Word())]);

    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[repository, @namespace, right, readGated])
            command.Add(option);
    }

    /// <summary>What is wrong with the line as it stands; null when nothing is.</summary>
    public string? FaultIn(ParseResult parsed, TokenRole role)
    {
        var (entities, rights) = (Values(parsed, repository).Length + Values(parsed, @namespace).Length, Values(parsed, right).Length);
        if (role != TokenRole.FineGrained)
            return entities + rights > 0 || parsed.GetValue(readGated) ? "--repo, --namespace, --right and --read-gated go with --role fineGrained." : null;
        if (entities > 0 && rights == 0)
            return "Say what the token may do there: add --right read, write, settings or review.";
        if (entities == 0 && rights > 0)
            return "Say where the token has the right: add --repo NS/NAME or --namespace NAME.";
        return entities > TokenGrant.MostScopes ? $"A token has rights at {TokenGrant.MostScopes} repositories and namespaces at most. Name a namespace instead of its repositories." : null;
    }

    /// <summary>The grant, or the sentence about a name that there is not.</summary>
    public async Task<(TokenGrant? Grant, string? Fault)> ReadAsync(ParseResult parsed, string userId, string userName, TokenEntities entities, CancellationToken cancellationToken)
    {
        var rights = Values(parsed, right).Aggregate(TokenRights.None, (all, word) => all | TokenRightWords.Parse(word)!.Value);
        List<ScopeGrant> scopes = [];
        foreach (var name in Values(parsed, @namespace))
        {
            if (await entities.FindNamespaceAsync(name, cancellationToken) is not { } found)
                return (null, $"There is no user or organization {name}.");
            scopes.Add(new(found, rights));
        }

        foreach (var path in Values(parsed, repository))
        {
            if (await entities.FindRepositoryAsync(userId, path, cancellationToken) is not { } found)
                return (null, $"There is no repository {path} that {userName} may see. Models are named NS/NAME, others datasets/NS/NAME or spaces/NS/NAME.");
            scopes.Add(new(found, rights));
        }

        return (new(parsed.GetValue(readGated), scopes), null);
    }

    private static string[] Values(ParseResult parsed, Option<string[]> option) => parsed.GetValue(option) ?? [];
}
