using System.Collections.Frozen;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>
/// What a credential lets its person do, of what the person may: everything for browser sessions and write tokens, reading for read tokens, and for fine-grained
/// ones what their rows say. Made once for each token, so that a warm request only looks it up.
/// </summary>
internal sealed class TokenScopes
{
    /// <summary>Of browser sessions and write tokens.</summary>
    public static readonly TokenScopes Everything = new(TokenRights.All, readsGated: true, FrozenDictionary<string, TokenRights>.Empty);

    /// <summary>Of read tokens.</summary>
    public static readonly TokenScopes Reading = new(TokenRights.Read, readsGated: true, FrozenDictionary<string, TokenRights>.Empty);

    /// <summary>Of callers that are nobody.</summary>
    public static readonly TokenScopes Nothing = new(TokenRights.None, readsGated: false, FrozenDictionary<string, TokenRights>.Empty);

    private readonly TokenRights everywhere;
    private readonly FrozenDictionary<string, TokenRights> byEntity;

    private TokenScopes(TokenRights everywhere, bool readsGated, FrozenDictionary<string, TokenRights> byEntity)
    {
        this.everywhere = everywhere;
        this.byEntity = byEntity;
        ReadsGated = readsGated;
        EntityIds = [.. byEntity.Keys];
        ReadableIds = [.. byEntity.Where(entry => entry.Value.Includes(TokenRights.Read)).Select(entry => entry.Key)];
    }

    /// <summary>The public gated repositories that the person has access to, whosever they are.</summary>
    public bool ReadsGated { get; }

    /// <summary>Only what <see cref="EntityIds"/> name, instead of all that the person may see.</summary>
    public bool IsLimited => everywhere == TokenRights.None;

    /// <summary>Ids of the repositories, people and organizations that a fine-grained token has a right at.</summary>
    public IReadOnlyList<string> EntityIds { get; }

    /// <summary>Those of <see cref="EntityIds"/> at which it may read.</summary>
    public IReadOnlyList<string> ReadableIds { get; }

    public static TokenScopes Of(AccessToken row) => row.Role switch
    {
        TokenRole.Write => Everything,
        TokenRole.Read => Reading,
        TokenRole.FineGrained => FineGrained(row),
        _ => Nothing,
    };

    /// <summary>At one repository: by its own id, or by its namespace's.</summary>
    public TokenRights At(RepositoryRecord repository) => everywhere | Named(repository.Id) | In(repository.OwnerUserId ?? repository.OwnerOrganizationId);

    /// <summary>Whether the texts of the card may be shown to who comes with this and may see the repository: on a private one they need the right to read.</summary>
    public bool ShowCard(RepositoryRecord repository) => !repository.Private || At(repository).Includes(TokenRights.Read);

    /// <param name="ownerId">Of the person or organization whose namespace it is.</param>
    public TokenRights In(string? ownerId) => everywhere | Named(ownerId);

    private TokenRights Named(string? id) => id is not null && byEntity.TryGetValue(id, out var rights) ? rights : TokenRights.None;

    private static TokenScopes FineGrained(AccessToken row) => new(
        TokenRights.None,
        row.CanReadGatedRepos,
        row.Scopes
            .GroupBy(scope => scope.RepositoryId ?? scope.UserId ?? scope.OrganizationId!, StringComparer.Ordinal)
            .Select(group => KeyValuePair.Create(group.Key, group.Aggregate(TokenRights.None, (rights, scope) => rights | (scope.Rights & TokenRights.All))))
            .Where(entry => entry.Value != TokenRights.None)
            .ToFrozenDictionary(StringComparer.Ordinal));
}
