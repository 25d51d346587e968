using System.Diagnostics;
using System.Globalization;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>A hundred thousand requests at one repository: every page of the review stays quick, and the report takes no more memory than a short one. Alone, because it measures the whole process.</summary>
[CollectionDefinition(nameof(ReviewScaleTests), DisableParallelization = true)]
[Collection(nameof(ReviewScaleTests))]
public sealed class ReviewScaleTests(ReviewScaleTests.CrowdedWorld world, ITestOutputHelper output) : IClassFixture<ReviewScaleTests.CrowdedWorld>
{
    private const int People = 100_000;

    /// <summary>Measured it is a tenth of this; a query that looks at every row takes more.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(600);

    [Theory]
    [InlineData("")]
    [InlineData("?status=pending&q=user-0420")]
    [InlineData("?status=pending&q=user-")]
    [InlineData("?status=pending&q=nobody-of-that-name")]
    [InlineData("?status=accepted")]
    [InlineData("?status=pending&q=number%2042000")]
    [InlineData("?status=rejected&q=user-042000")]
    [InlineData("middle")]
    [InlineData("end")]
    public async Task A_page_of_the_review_is_quick_wherever_it_is(string query)
    {
        using var reviewer = await PageVisitor.OpenAsync(world, "boss");
        var address = $"/{world.Repository.FullName}/settings/access-requests{(query is "middle" or "end" ? await world.PageAsync(query == "end" ? 0.999 : 0.5) : query)}";
        Assert.Equal(200, (await reviewer.GetAsync(address)).Status);
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 5; i++)
        {
            var start = Stopwatch.GetTimestamp();
            var page = await reviewer.GetAsync(address);
            var took = Stopwatch.GetElapsedTime(start);
            best = took < best ? took : best;
            Assert.Equal(200, page.Status);
        }

        output.WriteLine($"{query}: {best.TotalMilliseconds:0} ms");
        Assert.True(best < Patience, $"{query} took {best.TotalMilliseconds:0} ms");
    }

    [Theory]
    [InlineData("")]
    [InlineData("?format=csv")]
    public async Task The_report_of_all_of_them_streams(string format)
    {
        using var client = world.Client(world.Boss.Token);
        var start = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync($"/{world.Repository.FullName}/user-access-report{format}", HttpCompletionOption.ResponseHeadersRead);
        await using var body = await answer.Content.ReadAsStreamAsync();
        var buffer = new byte[64 * 1024];
        var (total, most, before) = (0L, 0L, GC.GetTotalMemory(forceFullCollection: true));
        for (int read, chunk = 0; (read = await body.ReadAsync(buffer)) > 0; total += read, chunk++)
        {
            if (chunk % 100 == 50)
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true) - before);
        }

        output.WriteLine($"{total} bytes, {most} bytes of memory, {Stopwatch.GetElapsedTime(start).TotalMilliseconds:0} ms");
        Assert.True(total > People * 100L, $"{total} bytes");
        Assert.True(most < 16 << 20, $"{most} bytes of memory for {total} bytes of report");
    }

    public sealed class CrowdedWorld : HubApplication
    {
        internal RepositoryRecord Repository { get; private set; } = null!;

        internal TestPerson Boss { get; private set; } = null!;

        protected override async Task FillAsync()
        {
            Boss = await AddPersonAsync("boss", TokenRole.Write);
            Repository = await AddRepositoryAsync(RepositoryType.Model, "boss/crowded", new Dictionary<string, string> { ["README.md"] = GatePagesWorld.Card("manual") });
            await using var db = await Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
            await db.Database.ExecuteSqlRawAsync($$"""
                WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {{People - 1}})
                INSERT INTO "Users" ("Id", "UserName", "NormalizedUserName", "Email", "NormalizedEmail", "FullName", "Disabled", "IsAdministrator", "CreatedAt", "Version",
                                     "EmailConfirmed", "PhoneNumberConfirmed", "TwoFactorEnabled", "LockoutEnabled", "AccessFailedCount")
                SELECT printf('%024x', (i * 48271) % 2147483647), printf('user-%06d', i), printf('USER-%06d', i), printf('user-%06d@example.org', i), printf('USER-%06d@EXAMPLE.ORG', i),
                       printf('Person number %d', i), 0, 0, 0, 1, 0, 0, 0, 0, 0 FROM n
                """);
            // Nine in ten wait, one in twenty is in, one in twenty is out.
            await db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO "AccessRequests" ("RepositoryId", "UserId", "RequestId", "State", "RequestedAt", "Asked", "Fields", "Version")
                SELECT {0}, "Id", lower(hex(randomblob(12))), CASE substr("UserName", -1) WHEN '9' THEN (CASE WHEN substr("UserName", -2, 1) < '5' THEN 2 ELSE 3 END) ELSE 1 END,
                       1700000000000 + 1000 * CAST(substr("UserName", 6) AS INTEGER), 1,
                       json_object('Company', 'Company of ' || "UserName", 'Country', 'FR', 'I agree', 'on'), 1
                FROM "Users" WHERE "UserName" LIKE 'user-%'
                """,
                Repository.Id);
            await db.Database.ExecuteSqlRawAsync(
                """
                INSERT INTO "AccessEvents" ("RepositoryId", "UserId", "ActorId", "At", "Action", "From", "To")
                SELECT {0}, "UserId", "UserId", "RequestedAt", 'ask', 0, 1 FROM "AccessRequests"
                """,
                Repository.Id);
        }

        /// <summary>The address of a page that begins that far into the pending requests.</summary>
        internal async Task<string> PageAsync(double share)
        {
            await using var db = await Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync();
            var pending = db.AccessRequests.Where(r => r.RepositoryId == Repository.Id && r.State == AccessState.Pending);
            var at = await pending.OrderBy(r => r.RequestedAt).ThenBy(r => r.UserId).Skip((int)(share * await pending.CountAsync())).FirstAsync();
            return $"?status=pending&after={RepoHost.Hosting.PageLink.Pack(at.RequestedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture), at.UserId)}";
        }
    }
}
