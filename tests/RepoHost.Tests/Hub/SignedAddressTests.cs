using System.Net;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating.Persons;
using RepoHost.Lfs;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>A signed address opens what it was made for, to whom it was made for, while they may (design 4; threat rows 5, 10).</summary>
public sealed class SignedAddressTests(LfsWorld world) : IClassFixture<LfsWorld>
{
    private static readonly LfsPointer Secret = new(LfsOid.Parse(LfsWorld.SecretOid), LfsWorld.Secret.Length);

    /// <summary>Threat row 10: what is decided after the batch holds when the address is used.</summary>
    [Fact]
    public async Task Access_that_ended_after_the_batch_is_refused_at_use()
    {
        var person = await world.AddPersonAsync("refused-later");
        await world.LetInAsync(person.Name);
        var href = await DownloadHrefAsync(person);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(href));
        await world.LetInAsync(person.Name, "rejected");
        using var response = await world.Client().GetAsync(href);
        Assert.Equal((HttpStatusCode.Forbidden, "GatedRepo"), (response.StatusCode, response.Headers.GetValues("X-Error-Code").Single()));
        Assert.Contains("\"message\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_revoked_token_and_a_disabled_person_end_their_addresses()
    {
        var revoked = await world.AddPersonAsync("revoked-later");
        var disabled = await world.AddPersonAsync("disabled-later");
        foreach (var person in (TestPerson[])[revoked, disabled])
        {
            await world.LetInAsync(person.Name);
            var href = await DownloadHrefAsync(person);
            Assert.Equal(HttpStatusCode.OK, await GetAsync(href));
            if (person == revoked)
                await world.Services.GetRequiredService<TokenIssuer>().RevokeAsync(await TokenIdAsync(person), CancellationToken.None);
            else
                await world.Services.GetRequiredService<UserAccounts>().DisableAsync(person.Name, true, CancellationToken.None);
            Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(href));
        }
    }

    /// <summary>Both ways, of a member's token that is given fewer rights, of one who is removed from the organization, and of one who is deleted.</summary>
    [Fact]
    public async Task Rights_membership_and_account_that_ended_after_the_batch_end_their_addresses()
    {
        var (organizations, cancel) = (world.Services.GetRequiredService<Organizations>(), TestContext.Current.CancellationToken);
        await organizations.AddAsync("lab", "Lab", "owner", cancel);
        var repository = await world.AddRepositoryAsync(
            RepositoryType.Model, "lab/hidden", new Dictionary<string, string> { [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n", ["model.bin"] = LfsWorld.Secret }, isPrivate: true);
        foreach (var (how, expected) in ((string, HttpStatusCode)[])[("fewer rights", HttpStatusCode.Forbidden), ("removed", HttpStatusCode.NotFound), ("deleted", HttpStatusCode.Unauthorized)])
        {
            var person = await world.AddPersonAsync($"member-{how.Replace(' ', '-')}");
            await organizations.SetMemberAsync("lab", person.Name, OrganizationRole.Write, cancel);
            var user = await world.Services.GetRequiredService<UserAccounts>().FindAsync(person.Name, cancel);
            var issuer = world.Services.GetRequiredService<TokenIssuer>();
            var token = await issuer.IssueAsync(user!, "limited", new TokenGrant(false, [new(ScopeEntity.Of(repository), TokenRights.Read | TokenRights.Write)]), null, cancel);
            var down = await world.HrefAsync(token.Text, "lab/hidden", "download", LfsWorld.SecretOid, LfsWorld.Secret.Length, "download");
            var content = LfsWorld.Bytes(100);
            var up = await world.HrefAsync(token.Text, "lab/hidden", "upload", LfsWorld.Sha(content), content.Length, "upload");
            Assert.Equal(HttpStatusCode.OK, await GetAsync(down));

            if (how == "removed")
                await organizations.RemoveMemberAsync("lab", person.Name, cancel);
            else if (how == "deleted")
                Assert.Equal(PersonRemovalResult.Removed, await world.Services.GetRequiredService<PersonRemoval>().RemoveAsync(person.Id, false, cancel));
            else
                Assert.True(await issuer.ChangeRightsAsync(token.Id, person.Id, new TokenGrant(true, [new(ScopeEntity.Of(repository), TokenRights.Settings)]), cancel));

            Assert.Equal((how, expected), (how, await GetAsync(down)));
            using var put = await world.PutAsync(up, content);
            Assert.Equal((how, expected), (how, put.StatusCode));
            Assert.False(world.HasBlob(LfsWorld.Sha(content)));
        }
    }

    [Fact]
    public async Task An_address_that_a_browser_session_asked_for_ends_with_the_session()
    {
        await world.LetInAsync("stranger");
        var (session, other) = (await world.BeginSessionAsync(world.Stranger.Id), await world.BeginSessionAsync(world.Stranger.Id));
        var link = (await LinkAsync(world.Stranger, "gated")) with { TokenId = null, SessionId = session };
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Href(Links().Write(link))));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(Href(Links().Write(link with { SessionId = HubId.New() }))));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(Href(Links().Write(link with { SessionId = null }))));
        Assert.True(await world.Services.GetRequiredService<BrowserSessions>().EndAsync(world.Stranger.Id, session, CancellationToken.None));
        Assert.Equal(HttpStatusCode.Unauthorized, await GetAsync(Href(Links().Write(link))));
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Href(Links().Write(link with { SessionId = other }))));
        await world.LetInAsync("stranger", "rejected");
    }

    [Fact]
    public async Task An_address_ends_with_its_time()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow().AddMinutes(-20));
        var links = new SignedLinks(world.Services.GetRequiredService<IDataProtectionProvider>(), clock);
        var link = await LinkAsync(world.Reader, "gated");
        var text = links.Write(link with { ExpiresAt = clock.GetUtcNow().AddMinutes(15) });
        Assert.NotNull(links.ReadOrNull(text));
        clock.Advance(TimeSpan.FromMinutes(15));
        Assert.Null(links.ReadOrNull(text));
        using var response = await world.Client().GetAsync(Href(text));
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("This address has expired", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Threat row 5: every part of what was signed is compared with what is asked.</summary>
    [Fact]
    public async Task An_address_opens_nothing_else()
    {
        var link = await LinkAsync(world.Owner, "gated");
        var good = Links().Write(link);
        Assert.Equal(HttpStatusCode.OK, await GetAsync(Href(good)));

        var other = await world.GivenAsync(world.Owner, "owner/gated.git");
        foreach (var (href, expected) in new[]
        {
            (Href(good, oid: LfsWorld.Sha(other)), 403), (Href(good, repository: "owner/private"), 404), (Href(good, repository: "stranger/own"), 404),
            (Href(good, repository: "datasets/owner/data"), 404), (Href(good[..^1] + (good[^1] == 'A' ? 'B' : 'A')), 403), (Href(good[..^4]), 403), (Href("x"), 403), (Href("%20"), 403),
            (Href(new string('A', 5000)), 403), (Href(Links().Write(link with { Operation = LinkOperation.Upload })), 403), (Href(Links().Write(link with { Operation = LinkOperation.Verify })), 403),
            (Href(Links().Write(link with { Part = 1 })), 403), (Href(Links().Write(link with { UserId = null, TokenId = null })), 401), (Href(Links().Write(link with { UserId = world.Stranger.Id })), 401),
        })
            Assert.True(expected == (int)await GetAsync(href), $"{expected} {href}");

        // The same for what writes.
        var upload = Links().Write(link with { Operation = LinkOperation.Upload });
        foreach (var (href, expected) in new[] { (Href(upload), 200), (Href(good), 403), (Href(upload, oid: LfsWorld.Sha(other)), 403), (Href(upload, repository: "owner/private"), 404) })
        {
            using var response = await world.PutAsync(href, System.Text.Encoding.UTF8.GetBytes(LfsWorld.Secret));
            Assert.True(expected == (int)response.StatusCode, $"{expected} {response.StatusCode}");
        }
    }

    [Fact]
    public async Task A_credential_beside_the_address_must_be_good_and_the_same_persons()
    {
        var href = await DownloadHrefAsync(world.Reader);
        foreach (var (token, expected) in new[] { (world.Reader.Token, 200), (world.Owner.Token, 403), (world.Stranger.Token, 403), (world.Reader.Token[..^1] + "x", 401), ("x", 401) })
        {
            using var response = await world.Client(token).GetAsync(href);
            Assert.True(expected == (int)response.StatusCode, $"{expected} {response.StatusCode}");
        }
    }

    [Fact]
    public async Task Write_access_that_ended_after_the_batch_is_refused_at_use()
    {
        var organizations = world.Services.GetRequiredService<Organizations>();
        var person = await world.AddPersonAsync("writer-once", TokenRole.Write);
        await organizations.AddAsync("club", "Club", "owner", CancellationToken.None);
        await organizations.SetMemberAsync("club", person.Name, OrganizationRole.Write, CancellationToken.None);
        await world.AddRepositoryAsync(RepositoryType.Model, "club/shared", new Dictionary<string, string> { ["README.md"] = "---\ngated: manual\n---\n" });
        var content = LfsWorld.Bytes(10);
        var href = await world.UploadHrefAsync(person, "club/shared.git", content);
        await organizations.RemoveMemberAsync("club", person.Name, CancellationToken.None);
        using var response = await world.PutAsync(href, content);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.False(world.HasBlob(LfsWorld.Sha(content)));
    }

    [Fact]
    public async Task An_address_goes_on_under_a_new_name_and_not_to_another_repository_under_the_old_one()
    {
        await world.AddRepositoryAsync(RepositoryType.Model, "owner/before", new Dictionary<string, string> { ["README.md"] = "# One\n" });
        var content = LfsWorld.Bytes(10);
        var href = await world.UploadHrefAsync(world.Owner, "owner/before.git", content);
        var catalog = world.Services.GetRequiredService<RepositoryCatalog>();
        var record = (await catalog.FindAsync(RepositoryType.Model, "owner", "before", CancellationToken.None))!;
        Assert.Equal(MoveRepositoryOutcome.Moved, await catalog.MoveAsync(record.Id, "owner", "after", CancellationToken.None));
        foreach (var name in (string[])["before", "after"])
        {
            using var moved = await world.PutAsync(href.Replace("/owner/before.git/", $"/owner/{name}.git/", StringComparison.Ordinal), content);
            Assert.Equal(HttpStatusCode.OK, moved.StatusCode);
        }

        await world.AddRepositoryAsync(RepositoryType.Model, "owner/before", new Dictionary<string, string> { ["README.md"] = "# Two\n" });
        using var other = await world.PutAsync(href, content);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    private static string Href(string link, string repository = "owner/gated", string? oid = null) => $"/{repository}.git/info/lfs/objects/{oid ?? LfsWorld.SecretOid}/{link}";

    private SignedLinks Links() => world.Services.GetRequiredService<SignedLinks>();

    private Task<string> DownloadHrefAsync(TestPerson person) => world.HrefAsync(person.Token, "owner/gated.git", "download", LfsWorld.SecretOid, Secret.Size, "download");

    private async Task<HttpStatusCode> GetAsync(string href)
    {
        using var response = await world.Client().GetAsync(href);
        return response.StatusCode;
    }

    private async Task<string> TokenIdAsync(TestPerson person)
    {
        await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
        return await db.AccessTokens.Where(t => t.UserId == person.Id).Select(t => t.Id).SingleAsync();
    }

    private async Task<SignedLink> LinkAsync(TestPerson person, string name) => new()
    {
        Operation = LinkOperation.Download,
        RepositoryId = (await world.Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Model, "owner", name, CancellationToken.None))!.Id,
        Object = Secret,
        UserId = person.Id,
        TokenId = await TokenIdAsync(person),
        ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(5),
    };
}
