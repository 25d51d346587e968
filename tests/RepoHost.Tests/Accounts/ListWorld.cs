using System.Text.Json.Nodes;
using GateMiddleware.Policy;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

#pragma warning disable RS0030 // Seeded: a question that is answered wrong must come again with the next run.

/// <summary>A catalog made by dice: people, organizations, repositories with random names, words, gates and visibility; and the same in memory.</summary>
internal sealed class ListWorld(Rooms rooms, int seed)
{
    private static readonly string[] Words = ["onnx", "tiny", "license:mit", "en", "transformers", "t:x", "text-generation", "gguf"];
    private static readonly string[] Parts = ["bert", "gpt", "tiny", "large", "v2", "base", "x", "llama"];

    private readonly Random dice = new(seed);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public List<Known> Repositories { get; } = [];

    /// <summary>By name: their ids, and the ids of their organizations.</summary>
    public Dictionary<string, (string Id, HashSet<string> Organizations)> People { get; } = [];

    public List<string> Owners { get; } = ["ada", "eve", "acme", "zeta"];

    public async Task FillAsync(int count)
    {
        foreach (var name in (string[])["ada", "eve", "sam"])
            People[name] = ((await rooms.AddUserAsync(name)).Id, []);
        foreach (var (organization, members) in new[] { ("acme", (string[])["ada", "sam"]), ("zeta", ["eve"]) })
        {
            await rooms.Organizations.AddAsync(organization, null, members[0], Cancel);
            foreach (var member in members.Skip(1))
                await rooms.Organizations.SetMemberAsync(organization, member, OrganizationRole.Read, Cancel);
            var id = (await rooms.Organizations.FindAsync(organization, Cancel))!.Id;
            foreach (var member in members)
                People[member].Organizations.Add(id);
        }

        for (var i = 0; i < count; i++)
            Repositories.Add(await AddAsync(i));
    }

    /// <summary>A question by dice, and who asks it.</summary>
    public RepositoryQuery Ask(out string? person)
    {
        person = dice.Next(4) switch { 0 => null, 1 => "ada", 2 => "eve", _ => "sam" };
        var type = (RepositoryType)dice.Next(2);
        return new RepositoryQuery(type)
        {
            VisibleTo = person is null ? null : People[person].Id,
            Reach = person is not null && dice.Next(3) == 0 ? Reach() : TokenScopes.Everything,
            OwnedBy = person is not null && dice.Next(6) == 0 ? People[person].Id : null,
            Author = dice.Next(3) == 0 ? Pick(["ada", "EVE", "Acme", "zeta", "ac", "nobody"]) : null,
            Search = dice.Next(2) == 0 ? [] : [.. Enumerable.Range(0, dice.Next(1, 3)).Select(_ => Pick([.. Parts, "ber", "EE", "a/", "-", "%", "ada/b", "zzz", "b"]))],
            Tags = dice.Next(2) == 0 ? [] : [.. Enumerable.Range(0, dice.Next(1, 3)).Select(_ => Pick([.. Words, "none", ""]))],
            Task = dice.Next(5) == 0 ? Pick([.. Words, "none"]) : null,
            Libraries = dice.Next(4) == 0 ? [Pick(Words)] : [],
            Gated = dice.Next(4) == 0 ? dice.Next(2) == 0 : null,
            Sort = (RepositorySort)dice.Next(3),
            Reversed = dice.Next(2) == 0,
            Limit = dice.Next(1, 9),
        };
    }

    /// <summary>What the list holds, said as simply as it can be.</summary>
    public List<string> Reference(RepositoryQuery query, string? person)
    {
        var (id, organizations) = person is null ? ("", []) : People[person];
        var rows = Repositories.Where(r =>
            r.Record.Type == query.Type
            && (!r.Record.Private || ((r.Record.OwnerUserId == id || organizations.Contains(r.Record.OwnerOrganizationId ?? "")) && query.Reach.At(r.Record) != TokenRights.None))
            && (query.OwnedBy is null || r.Record.OwnerUserId == id || organizations.Contains(r.Record.OwnerOrganizationId ?? ""))
            && (query.Author is not { } author || r.Record.Namespace.Equals(author, StringComparison.OrdinalIgnoreCase))
            && query.Search.All(part => r.Record.FullName.Contains(part, StringComparison.OrdinalIgnoreCase))
            && query.Tags.All(r.Tags.Contains)
            && (query.Task is null || r.Task == query.Task)
            && query.Libraries.All(library => library == r.Library || r.Tags.Contains(library))
            && (query.Gated is not { } gated || gated == (r.Gate != GateMode.Open)));
        rows = query.Sort switch
        {
            RepositorySort.Name => rows.OrderBy(r => r.Record.FullName.ToLowerInvariant(), StringComparer.Ordinal),
            RepositorySort.CreatedAt => rows.OrderByDescending(r => r.Record.CreatedAt).ThenByDescending(r => r.Record.Id, StringComparer.Ordinal),
            _ => rows.OrderByDescending(r => r.Record.LastModified).ThenByDescending(r => r.Record.Id, StringComparer.Ordinal),
        };
        return [.. (query.Reversed ? rows.Reverse() : rows).Select(r => r.Record.FullName)];
    }

    private async Task<Known> AddAsync(int number)
    {
        var type = (RepositoryType)dice.Next(2);
        var owner = Pick([.. Owners]);
        var isPrivate = dice.Next(3) == 0;
        var made = (await rooms.Catalog.CreateAsync(
            new(type, owner, $"{Pick(Parts)}-{Pick(Parts)}{number}", People["ada"].Id, isPrivate, HubId.New(), Gate: (GateMode)dice.Next(3)), null, Cancel)).Repository!;
        if (dice.Next(3) > 0)
            rooms.Time.Advance(TimeSpan.FromMilliseconds(1));

        List<string> tags = [.. Words.Where(_ => dice.Next(3) == 0), .. dice.Next(5) == 0 ? [""] : (string[])[]];
        var library = dice.Next(2) == 0 ? Pick(Words) : null;
        // As cards of models have it.
        if (type == RepositoryType.Model && library is not null && !tags.Contains(library))
            tags.Insert(0, library);
        var (task, cardGate) = (dice.Next(2) == 0 ? Pick(Words) : null, dice.Next(2) == 0 ? (GateMode?)(GateMode)dice.Next(3) : null);
        Assert.True(await rooms.Catalog.NoteAsync(
            made.Id, new(null, null, null, CatalogCard.Readable, cardGate, task, library, tags, new JsonObject()), dice.Next(2) == 0 ? rooms.Time.GetUtcNow().AddMilliseconds(dice.Next(20)) : null));

        // Names, owners, visibility and settings change after cards were read, too.
        if (dice.Next(4) == 0)
            Assert.Equal(MoveRepositoryOutcome.Moved, await rooms.Catalog.MoveAsync(made.Id, Pick([.. Owners]), $"{Pick(Parts)}.{number}", Cancel));
        if (dice.Next(3) == 0)
        {
            var (setting, hidden) = ((GateMode)dice.Next(3), dice.Next(2) == 0);
            await rooms.Catalog.UpdateAsync(made.Id, row => (row.GateSetting, row.Private) = (setting, hidden), Cancel);
        }

        var record = (await rooms.Catalog.FindByIdAsync(made.Id, Cancel))!;
        return new(record, tags, task, library, cardGate > record.GateSetting ? cardGate.Value : record.GateSetting);
    }

    /// <summary>A fine-grained credential that names some repositories, people and organizations.</summary>
    private TokenScopes Reach()
    {
        var row = new AccessToken { Id = "t", UserId = "u", Name = "n", Role = TokenRole.FineGrained };
        foreach (var known in Repositories.Where(_ => dice.Next(8) == 0))
            row.Scopes.Add(new() { TokenId = "t", RepositoryId = known.Record.Id, Rights = TokenRights.Read });
        if (dice.Next(2) == 0)
            row.Scopes.Add(new() { TokenId = "t", UserId = People["ada"].Id, Rights = TokenRights.Read });
        if (dice.Next(2) == 0)
            row.Scopes.Add(new() { TokenId = "t", OrganizationId = People["ada"].Organizations.First(), Rights = TokenRights.Read });
        return TokenScopes.Of(row);
    }

    private string Pick(string[] choices) => choices[dice.Next(choices.Length)];

    internal sealed record Known(RepositoryRecord Record, List<string> Tags, string? Task, string? Library, GateMode Gate);
}
