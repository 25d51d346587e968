using System.Text;
using Microsoft.EntityFrameworkCore;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class CallerAuthenticationTests : IAsyncLifetime
{
    private Rooms rooms = null!;
    private User ada = null!;
    private IssuedToken token = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        ada = await rooms.AddUserAsync("ada");
        token = await rooms.Tokens.IssueAsync(ada, "laptop", TokenRole.Write, null, Cancel);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    public static TheoryData<string> Envelopes =>
    [
        "Bearer {0}", "bearer {0}", "Bearer   {0} ", "Basic <ada:{0}>", "basic <somebody else:{0}>", "Basic <:{0}>", "Basic <{0}:>", "Basic <{0}:x-oauth-basic>",
    ];

    [Theory]
    [MemberData(nameof(Envelopes))]
    public async Task A_token_is_the_same_person_in_every_envelope(string envelope)
    {
        var kind = envelope.StartsWith("bearer", StringComparison.OrdinalIgnoreCase) ? CredentialKind.Bearer : CredentialKind.Basic;
        for (var round = 0; round < 2; round++)
        {
            var caller = await rooms.AskAsync(Fill(envelope));
            Assert.Equal(
                (CallerKind.Person, kind, ada.Id, "ada", token.Id, TokenRole.Write, true),
                (caller.Kind, caller.CredentialKind, caller.UserId, caller.UserName, caller.TokenId, caller.TokenRole, caller.Scopes == TokenScopes.Everything));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer null")]
    [InlineData("Bearer hf_")]
    [InlineData("Bearer hf_123456789012345678901234567890123456789012345")]
    [InlineData("Bearer {0}x")]
    [InlineData("Bearer {0} {0}")]
    [InlineData("Bearer {0},Bearer {0}")]
    [InlineData("Bearer Bearer {0}")]
    [InlineData("{0}")]
    [InlineData("Token {0}")]
    [InlineData("Negotiate YII=")]
    [InlineData("Basic")]
    [InlineData("Basic !!!")]
    [InlineData("Basic <>")]
    [InlineData("Basic <:>")]
    [InlineData("Basic <no colon {0}>")]
    [InlineData("Basic <ada:the password>")]
    [InlineData("Basic <{0}:wrong>")]
    [InlineData("Basic <ada:{0} >")]
    [InlineData("Basic <ada:{0}:>")]
    [InlineData("Basic {0}")]
    public async Task Junk_is_an_invalid_credential_and_never_nobody(string header)
    {
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(Fill(header))).Kind);
        // Not warmed by a good one either.
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync(Fill("Bearer {0}"))).Kind);
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(Fill(header))).Kind);
    }

    [Fact]
    public async Task Two_headers_are_refused_whatever_is_in_them()
    {
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(Fill("Bearer {0}"), Fill("Bearer {0}"))).Kind);
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(Fill("Bearer {0}"), Fill("Basic <a:b>"))).Kind);
    }

    [Fact]
    public async Task A_very_long_header_is_refused_cheaply()
    {
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync("Bearer hf_" + new string('a', 100_000))).Kind);
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync("Basic " + new string('A', 100_000))).Kind);
    }

    [Fact]
    public async Task Without_credentials_the_caller_is_nobody_and_a_token_in_the_address_changes_nothing()
    {
        var caller = await rooms.AskAsync(context => context.Request.QueryString = new($"?access_token={token.Text}&token={token.Text}"));
        Assert.Same(Caller.Anonymous, caller);
        Assert.Same(TokenScopes.Nothing, caller.Scopes);
    }

    [Fact]
    public async Task A_read_token_may_not_write()
    {
        var read = await rooms.Tokens.IssueAsync(ada, "reader", TokenRole.Read, null, Cancel);
        Assert.Same(TokenScopes.Reading, (await rooms.AskAsync($"Bearer {read.Text}")).Scopes);
        Assert.Same(TokenScopes.Reading, (await rooms.AskAsync($"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"a:{read.Text}"))}")).Scopes);
    }

    [Fact]
    public async Task A_warm_request_asks_no_database()
    {
        await rooms.AskAsync(Fill("Bearer {0}"));
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(rooms.Directory, "repohost.db*"))
            File.Delete(file);

        Assert.Equal(CallerKind.Person, (await rooms.AskAsync(Fill("Bearer {0}"))).Kind);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync(Fill("Basic <a:{0}>"))).Kind);
    }

    [Fact]
    public async Task A_database_that_can_not_be_asked_is_a_fault_and_not_a_stranger()
    {
        await rooms.DisposeAsync();
        rooms = await Rooms.OpenAsync();
        ada = await rooms.AddUserAsync("ada");
        token = await rooms.Tokens.IssueAsync(ada, "laptop", TokenRole.Write, null, Cancel);
        await using (var db = await rooms.Databases.CreateDbContextAsync(Cancel))
            await db.Database.ExecuteSqlRawAsync("""DROP TABLE "AccessTokens";""", Cancel);

        await Assert.ThrowsAnyAsync<Exception>(() => rooms.AskAsync(Fill("Bearer {0}")));
    }

    [Fact]
    public async Task A_token_ends_with_its_time_also_when_it_is_warm()
    {
        var brief = await rooms.Tokens.IssueAsync(ada, "brief", TokenRole.Read, TimeSpan.FromMinutes(5), Cancel);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {brief.Text}")).Kind);
        rooms.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1));
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {brief.Text}")).Kind);
        rooms.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync($"Bearer {brief.Text}")).Kind);
    }

    [Fact]
    public async Task Revoking_in_one_process_ends_the_token_in_another_with_its_next_request()
    {
        await using var other = rooms.OpenAgain();
        foreach (var process in new[] { rooms, other })
            Assert.Equal(CallerKind.Person, (await process.AskAsync(Fill("Bearer {0}"))).Kind);

        Assert.True(await other.Tokens.RevokeAsync(token.Id, Cancel));

        foreach (var process in new[] { rooms, other, rooms })
        {
            foreach (var envelope in Envelopes.Select(row => row.Data))
                Assert.Equal(CallerKind.InvalidCredential, (await process.AskAsync(Fill(envelope))).Kind);
        }
    }

    [Fact]
    public async Task Disabling_a_person_in_one_process_ends_their_tokens_in_another_and_enabling_brings_them_back()
    {
        await using var other = rooms.OpenAgain();
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync(Fill("Bearer {0}"))).Kind);

        await other.Users.DisableAsync("ADA", disabled: true, Cancel);
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(Fill("Bearer {0}"))).Kind);
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(Fill("Basic <ada:{0}>"))).Kind);

        await other.Users.DisableAsync("ada", disabled: false, Cancel);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync(Fill("Bearer {0}"))).Kind);
    }

    [Fact]
    public async Task A_revocation_by_a_process_that_died_before_it_could_tell_holds_within_a_minute()
    {
        await rooms.AskAsync(Fill("Bearer {0}"));
        await using (var db = await rooms.Databases.CreateDbContextAsync(Cancel))
            await db.AccessTokens.ExecuteUpdateAsync(set => set.SetProperty(t => t.RevokedAt, rooms.Time.GetUtcNow()), Cancel);
        rooms.Time.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(Fill("Bearer {0}"))).Kind);
    }

    [Fact]
    public async Task Nobody_revokes_the_token_of_somebody_else()
    {
        var eve = await rooms.AddUserAsync("eve");
        Assert.False(await rooms.Tokens.RevokeAsync(token.Id, eve.Id, Cancel));
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync(Fill("Bearer {0}"))).Kind);
        Assert.True(await rooms.Tokens.RevokeAsync(token.Id, ada.Id, Cancel));
        Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync(Fill("Bearer {0}"))).Kind);
    }

    [Fact]
    public async Task Revocation_wins_over_any_number_of_requests_that_run_at_the_same_time()
    {
        await using var other = rooms.OpenAgain();
        for (var round = 0; round < 20; round++)
        {
            var issued = await rooms.Tokens.IssueAsync(ada, "r", TokenRole.Read, null, Cancel);
            var asking = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => rooms.AskAsync($"Bearer {issued.Text}"), Cancel)));
            await other.Tokens.RevokeAsync(issued.Id, Cancel);
            Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync($"Bearer {issued.Text}")).Kind);
            await asking;
            Assert.Equal(CallerKind.InvalidCredential, (await rooms.AskAsync($"Bearer {issued.Text}")).Kind);
        }
    }

    [Fact]
    public async Task No_token_reaches_the_log_or_the_database()
    {
        foreach (var envelope in Envelopes.Select(row => row.Data).Append("Bearer {0}x").Append("Token {0}").Append("Bearer {0} {0}"))
            await rooms.AskAsync(Fill(envelope));
        var forged = new ForgedTokens(rooms, ada, token.Id);
        string[] forgeries = [forged.Make(audience: "web"), forged.Make(secret: new byte[32]), forged.Make(algorithm: "none"), forged.Make(expires: 1)];
        foreach (var forgery in forgeries)
            await rooms.AskAsync($"Bearer {forgery}");
        await rooms.Tokens.RevokeAsync(token.Id, Cancel);
        await rooms.AskAsync(Fill("Bearer {0}"));

        Assert.NotEmpty(rooms.Logs.Text);
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        var database = string.Concat(Directory.GetFiles(rooms.Directory, "repohost.db*").Select(file => File.ReadAllText(file, Encoding.Latin1)));
        foreach (var secret in forgeries.Append(token.Text))
        {
            var jwt = TokenSpelling.ReadOrNull(secret)!;
            Assert.DoesNotContain(secret, rooms.Logs.Text, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain(jwt, rooms.Logs.Text, StringComparison.Ordinal);
            if (jwt.Split('.')[2] is { Length: > 0 } signature)
                Assert.DoesNotContain(signature, rooms.Logs.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, database, StringComparison.OrdinalIgnoreCase);
        }

        Assert.DoesNotContain("mail.example", rooms.Logs.Text, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_token_has_a_length_and_letters_that_all_clients_accept()
    {
        Assert.Matches("^hf_[A-Za-z0-9]{34,253}$", token.Text);
        Assert.DoesNotContain(token.Text, token.ToString(), StringComparison.Ordinal);
        Assert.Equal(rooms.Time.GetUtcNow().AddDays(365), token.ExpiresAt);
        await Assert.ThrowsAsync<ArgumentException>(() => rooms.Tokens.IssueAsync(ada, "DEFAULT", TokenRole.Read, null, Cancel));
    }

    /// <summary>Puts the token in and turns what stands between angle brackets into base64.</summary>
    private string Fill(string header)
    {
        var filled = header.Replace("{0}", token.Text, StringComparison.Ordinal);
        var start = filled.IndexOf('<', StringComparison.Ordinal);
        return start < 0 ? filled : filled[..start] + Convert.ToBase64String(Encoding.UTF8.GetBytes(filled[(start + 1)..^1]));
    }
}
