using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>One organization with gated repositories and one person for each way of standing to them.</summary>
public class GatedWorld : HubApplication
{
    public const string Card = "---\nlicense: mit\ntags:\n- tiny\ngated: manual\nextra_gated_fields:\n  Company: text\n  I agree: checkbox\n---\n# Gated\n";
    public const string ConfigText = "{\"hidden_size\": 4}\n";
    public const string LfsText = "these bytes are a weight file, tracked by LFS\n";

    internal static readonly Dictionary<string, string> Files = new()
    {
        ["README.md"] = Card,
        ["LICENSE"] = "MIT\n",
        [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n",
        ["config.json"] = ConfigText,
        ["empty.txt"] = "",
        ["model.bin"] = LfsText,
        ["sub/README.md"] = "not the card\n",
        ["sub/ü #%.txt"] = "odd name\n",
    };

    /// <summary>Callers by what they are; each with a write token unless the name says otherwise.</summary>
    internal Dictionary<string, string?> Tokens { get; } = [];

    internal Dictionary<string, TestPerson> People { get; } = [];

    /// <summary>Session cookies of the same people, as a browser sends them.</summary>
    internal Dictionary<string, string> Sessions { get; } = [];

    internal RepositoryRecord Gated { get; private set; } = null!;

    protected override async Task FillAsync()
    {
        foreach (var name in (string[])["author", "writer", "member", "stranger", "pending", "accepted", "rejected", "reset", "revoked", "disabled"])
            People[name] = await AddPersonAsync(name, TokenRole.Write);

        foreach (var name in People.Keys)
            Sessions[name] = await SignInAsync(name);

        var organizations = Services.GetRequiredService<Organizations>();
        await organizations.AddAsync("acme", "Acme", "author", CancellationToken.None);
        await organizations.SetMemberAsync("acme", "writer", OrganizationRole.Write, CancellationToken.None);
        await organizations.SetMemberAsync("acme", "member", OrganizationRole.Read, CancellationToken.None);

        Gated = await AddRepositoryAsync(RepositoryType.Model, "acme/gated", Files);
        await AddRepositoryAsync(RepositoryType.Model, "acme/members-gated", Files);
        await AddRepositoryAsync(RepositoryType.Model, "acme/open", new Dictionary<string, string> { ["README.md"] = "# Open\n", ["config.json"] = ConfigText });
        await AddRepositoryAsync(RepositoryType.Model, "acme/private", Files, isPrivate: true);
        await AddRepositoryAsync(RepositoryType.Dataset, "acme/gated", Files);
        await AddRepositoryAsync(RepositoryType.Space, "acme/gated", Files);
        var membersGated = await FindAsync("members-gated");
        await Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(membersGated.Id, r => r.OrgMembersGated = true, CancellationToken.None);

        foreach (var record in new[] { Gated, await FindAsync("members-gated"), await FindAsync("gated", RepositoryType.Dataset), await FindAsync("gated", RepositoryType.Space) })
            await SetStatesAsync(record);

        foreach (var (name, person) in People)
            Tokens[name] = person.Token;
        Tokens["nobody"] = null;
        Tokens["author with a read token"] = await AddTokenAsync(await UserAsync("author"), TokenRole.Read);
        Tokens["junk"] = "hf_thisisnotatokenatallbutlooksabitlikeoneitdoes";
        await RevokeAsync("revoked");
        await Services.GetRequiredService<UserAccounts>().DisableAsync("disabled", true, CancellationToken.None);
    }

    internal async Task<RepositoryRecord> FindAsync(string name, RepositoryType type = RepositoryType.Model) =>
        (await Services.GetRequiredService<RepositoryCatalog>().FindAsync(type, "acme", name, CancellationToken.None))!;

    internal async Task AskAsync(RepositoryRecord record, string person)
    {
        var card = await Services.GetRequiredService<CardPolicies>().FindAsync(record, CancellationToken.None);
        await Services.GetRequiredService<AccessRequests>().AskAsync(record, card, People[person].Id, [new("Company", "Example"), new("I agree", "on")], CancellationToken.None);
    }

    private async Task SetStatesAsync(RepositoryRecord record)
    {
        var requests = Services.GetRequiredService<AccessRequests>();
        foreach (var (name, state) in new[] { ("pending", AccessState.Pending), ("accepted", AccessState.Accepted), ("rejected", AccessState.Rejected), ("reset", AccessState.Reset) })
        {
            await AskAsync(record, name);
            if (state != AccessState.Pending)
                Assert.Equal(ReviewOutcome.Done, await requests.ReviewAsync(record, People["author"].Id, new(name, null), state, null, CancellationToken.None));
        }
    }

    private async Task<User> UserAsync(string name) => (await Services.GetRequiredService<UserAccounts>().FindAsync(name, CancellationToken.None))!;

    private async Task RevokeAsync(string name)
    {
        await using var db = await Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
        var id = await db.AccessTokens.Where(t => t.UserId == People[name].Id).Select(t => t.Id).SingleAsync();
        await Services.GetRequiredService<TokenIssuer>().RevokeAsync(id, CancellationToken.None);
    }
}
