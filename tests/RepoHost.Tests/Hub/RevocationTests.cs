using System.Net;
using System.Net.Http.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>What was answered is in force for every request that begins afterwards (design 5; threat rows 26, 27, 32).</summary>
public sealed class RevocationTests(RevocationTests.World world) : IClassFixture<RevocationTests.World>
{
    [Fact]
    public async Task No_download_that_begins_after_the_answer_is_served_under_fifty_parallel_downloads()
    {
        for (var round = 0; round < 5; round++)
        {
            await HandleAsync(round == 0 ? "grant" : "handle", new { user = "reader", status = "accepted" });
            using var stop = new CancellationTokenSource();
            var revoked = 0;
            var served = 0;
            var leaked = 0;
            var readers = Enumerable.Range(0, 50).Select(_ => Task.Run(async () =>
            {
                using var client = world.Client(world.Reader);
                while (!stop.IsCancellationRequested)
                {
                    var begunAfter = Volatile.Read(ref revoked) == 1;
                    using var response = await client.GetAsync("/owner/gated/resolve/main/config.json");
                    if (response.StatusCode == HttpStatusCode.OK)
                    {
                        Interlocked.Increment(ref served);
                        if (begunAfter)
                            Interlocked.Increment(ref leaked);
                    }
                }
            })).ToArray();

            while (Volatile.Read(ref served) < 200)
                await Task.Yield();
            await HandleAsync("handle", new { user = "reader", status = "rejected" });
            Volatile.Write(ref revoked, 1);
            using (var next = await world.Client(world.Reader).GetAsync("/owner/gated/resolve/main/config.json"))
                Assert.Equal(HttpStatusCode.Forbidden, next.StatusCode);
            await Task.Delay(100);
            await stop.CancelAsync();
            await Task.WhenAll(readers);
            Assert.Equal(0, leaked);
        }
    }

    [Fact]
    public async Task Allowed_and_refused_callers_in_turn_on_one_address_never_get_each_others_answer()
    {
        await AcceptAsync("second");
        var wrong = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 1000), new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, cancellation) =>
        {
            var (token, expected) = (i % 3) switch { 0 => (world.Second, 200), 1 => (world.Stranger, 403), _ => (null, 401) };
            using var client = world.Client(token);
            using var response = await client.GetAsync("/owner/gated/resolve/main/config.json", cancellation);
            if ((int)response.StatusCode != expected)
                Interlocked.Increment(ref wrong);
        });
        Assert.Equal(0, wrong);
    }

    [Fact]
    public async Task A_revoked_token_and_a_disabled_user_are_out_with_the_next_request()
    {
        var person = await world.AddPersonAsync($"p{Guid.NewGuid():N}"[..12]);
        await IsAsync(person.Token, "/owner/open/resolve/main/config.json", 200);
        await using (var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync())
            Assert.True(await world.Services.GetRequiredService<TokenIssuer>().RevokeAsync(await db.AccessTokens.Where(t => t.UserId == person.Id).Select(t => t.Id).SingleAsync(), CancellationToken.None));
        await IsAsync(person.Token, "/owner/open/resolve/main/config.json", 401);

        var other = await world.AddPersonAsync($"q{Guid.NewGuid():N}"[..12]);
        await IsAsync(other.Token, "/owner/open/resolve/main/config.json", 200);
        await world.Services.GetRequiredService<UserAccounts>().DisableAsync(other.Name, true, CancellationToken.None);
        await IsAsync(other.Token, "/owner/open/resolve/main/config.json", 401);
        await world.Services.GetRequiredService<UserAccounts>().DisableAsync(other.Name, false, CancellationToken.None);
        await IsAsync(other.Token, "/owner/open/resolve/main/config.json", 200);
    }

    [Fact]
    public async Task Leaving_the_organization_ends_access_at_once()
    {
        var member = await world.AddPersonAsync($"m{Guid.NewGuid():N}"[..12]);
        var organizations = world.Services.GetRequiredService<Organizations>();
        await IsAsync(member.Token, "/lab/gated/resolve/main/config.json", 403);
        await organizations.SetMemberAsync("lab", member.Name, OrganizationRole.Read, CancellationToken.None);
        await IsAsync(member.Token, "/lab/gated/resolve/main/config.json", 200);
        await organizations.RemoveMemberAsync("lab", member.Name, CancellationToken.None);
        await IsAsync(member.Token, "/lab/gated/resolve/main/config.json", 403);
    }

    [Fact]
    public async Task A_repository_made_private_is_gone_for_strangers_with_the_next_request()
    {
        await IsAsync(world.Stranger, "/owner/open/resolve/main/config.json", 200);
        await PutAsync("""{"private":true}""");
        await IsAsync(world.Stranger, "/owner/open/resolve/main/config.json", 404);
        await PutAsync("""{"private":false}""");
        await IsAsync(world.Stranger, "/owner/open/resolve/main/config.json", 200);
    }

    private async Task PutAsync(string body)
    {
        using var response = await world.Client(world.Owner).PutAsync("/api/models/owner/open/settings", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task AcceptAsync(string user) => await HandleAsync("grant", new { user });

    private async Task HandleAsync(string verb, object body)
    {
        using var response = await world.Client(world.Owner).PostAsJsonAsync($"/api/models/owner/gated/user-access-request/{verb}", body);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task IsAsync(string token, string url, int status)
    {
        using var response = await world.Client(token).GetAsync(url);
        Assert.Equal(status, (int)response.StatusCode);
    }

    public sealed class World : HubApplication
    {
        public string Owner { get; private set; } = "";

        public string Reader { get; private set; } = "";

        public string Second { get; private set; } = "";

        public string Stranger { get; private set; } = "";

        protected override async Task FillAsync()
        {
            Owner = (await AddPersonAsync("owner", TokenRole.Write)).Token;
            Reader = (await AddPersonAsync("reader")).Token;
            Second = (await AddPersonAsync("second")).Token;
            Stranger = (await AddPersonAsync("stranger")).Token;
            await Services.GetRequiredService<Organizations>().AddAsync("lab", null, "owner", CancellationToken.None);
            foreach (var id in (string[])["owner/gated", "lab/gated"])
                await AddRepositoryAsync(RepositoryType.Model, id, new Dictionary<string, string> { ["README.md"] = "---\ngated: manual\n---\n", ["config.json"] = "{}" });
            await AddRepositoryAsync(RepositoryType.Model, "owner/open", new Dictionary<string, string> { ["config.json"] = "{}" });
        }
    }
}
