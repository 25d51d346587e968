using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>The organization acme with an admin, a writer and a member, strangers, and a repository of its own for every test.</summary>
public sealed class GatePagesWorld : HubApplication
{
    private int _names;

    /// <summary>All that the form of <see cref="Card"/> asks for.</summary>
    internal static readonly (string Label, string Answer)[] Answers = [("Company", "Example & Söhne"), ("Country", "FR"), ("Born", "1990-02-28"), ("Use", "other"), ("I agree", "on")];

    internal Dictionary<string, TestPerson> People { get; } = [];

    internal static string Card(string gated) =>
        $"---\nlicense: mit\n{(gated.Length == 0 ? "" : $"gated: {gated}\n")}extra_gated_prompt: Be **kind**.\nextra_gated_fields:\n  Company: text\n  Country: country\n  Born: date_picker\n  Use:\n    type: select\n    options:\n    - Research\n    - label: Something else\n      value: other\n  I agree: checkbox\n---\n# Card\n";

    protected override async Task FillAsync()
    {
        foreach (var name in (string[])["author", "writer", "member", "stranger", "dana", "erin", "owner"])
            People[name] = await AddPersonAsync(name, TokenRole.Write);
        var organizations = Services.GetRequiredService<Organizations>();
        await organizations.AddAsync("acme", "Acme", "author", CancellationToken.None);
        await organizations.SetMemberAsync("acme", "writer", OrganizationRole.Write, CancellationToken.None);
        await organizations.SetMemberAsync("acme", "member", OrganizationRole.Read, CancellationToken.None);
    }

    internal string NewName(string prefix = "r") => $"{prefix}{Interlocked.Increment(ref _names)}";

    internal async Task<RepositoryRecord> AddAsync(string card, string owner = "acme", bool isPrivate = false) =>
        await AddRepositoryAsync(RepositoryType.Model, $"{owner}/{NewName()}", new Dictionary<string, string> { ["README.md"] = card, ["config.json"] = "{}\n" }, isPrivate);

    internal async Task<RepositoryRecord> NowAsync(RepositoryRecord record) =>
        (await Services.GetRequiredService<RepositoryCatalog>().FindByIdAsync(record.Id, CancellationToken.None))!;

    internal Task UpdateAsync(RepositoryRecord record, Action<RepoHost.Data.Repository> change) =>
        Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(record.Id, change, CancellationToken.None);

    internal async Task AskAsync(RepositoryRecord record, string person, params (string Label, string Answer)[] answers)
    {
        var card = await Services.GetRequiredService<CardPolicies>().FindAsync(await NowAsync(record), CancellationToken.None);
        var asked = await Services.GetRequiredService<AccessRequests>().AskAsync(
            record, card, People[person].Id, [.. answers.Select(a => KeyValuePair.Create(a.Label, a.Answer))], CancellationToken.None);
        Assert.True(asked.Changed);
    }

    internal async Task ReviewAsync(RepositoryRecord record, string person, AccessState to, string? reason = null, string by = "author") =>
        Assert.Equal(ReviewOutcome.Done, await Services.GetRequiredService<AccessRequests>().ReviewAsync(record, People[by].Id, new(person, null), to, reason, CancellationToken.None));

    internal async Task<AccessRequest?> FindRequestAsync(RepositoryRecord record, string person) =>
        await Services.GetRequiredService<AccessRequestList>().FindAsync(record.Id, People[person].Id, CancellationToken.None);

    internal async Task<AccessState> StateAsync(RepositoryRecord record, string person) => (await FindRequestAsync(record, person))?.State ?? AccessState.None;

    internal async Task<int> EventsAsync(RepositoryRecord record)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
        return await db.AccessEvents.CountAsync(e => e.RepositoryId == record.Id);
    }

    /// <summary>Replaces the card by a commit of the author.</summary>
    internal async Task CommitCardAsync(RepositoryRecord record, string card)
    {
        using var client = Client(People["author"].Token);
        var body = $$$"""
            {"key":"header","value":{"summary":"card","description":""}}
            {"key":"file","value":{"content":"{{{Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(card))}}}","path":"README.md","encoding":"base64"}}
            """;
        using var answer = await client.PostAsync($"/api/models/{record.FullName}/commit/main", new StringContent(body, null, "application/x-ndjson"));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    internal Task<PageVisitor> VisitAsync(string? person) => PageVisitor.OpenAsync(this, person);

    /// <summary>Status and sentence of the API's own answer to the same person.</summary>
    internal async Task<(int Status, string Text)> AuthCheckAsync(RepositoryRecord record, string? person)
    {
        using var client = Client(person is null ? null : People[person].Token);
        using var answer = await client.GetAsync($"/api/models/{record.FullName}/auth-check");
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }
}
