using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class UserAccountsTests : IAsyncLifetime
{
    private Rooms rooms = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => rooms = await Rooms.OpenAsync();

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Theory]
    [InlineData("ab", true)]
    [InlineData("Ada-Lovelace_1.x", true)]
    [InlineData("a", false)]
    [InlineData("", false)]
    [InlineData("-ada", false)]
    [InlineData("ada-", false)]
    [InlineData("_ada", false)]
    [InlineData("ada.", false)]
    [InlineData("a--b", false)]
    [InlineData("a..b", false)]
    [InlineData("ada.git", false)]
    [InlineData("ada.GIT", false)]
    [InlineData("a/b", false)]
    [InlineData("a b", false)]
    [InlineData("ädä", false)]
    [InlineData("a\nb", false)]
    [InlineData("Datasets", false)]
    [InlineData("api", false)]
    [InlineData("settings", false)]
    [InlineData("undefined", false)]
    [InlineData("a23456789012345678901234567890123456789012", true)]
    [InlineData("a234567890123456789012345678901234567890123", false)]
    public void Names_follow_the_rules_of_the_clients_and_spare_our_routes(string name, bool allowed) => Assert.Equal(allowed, AccountNames.IsNamespace(name));

    [Theory]
    [InlineData("a", true)]
    [InlineData("_a_", true)]
    [InlineData("bert-base.v1_2", true)]
    [InlineData("settings", false)]
    [InlineData("Resolve", false)]
    [InlineData("", false)]
    [InlineData(".", false)]
    [InlineData("..", false)]
    [InlineData("a.git", false)]
    [InlineData("a.ipynb", false)]
    [InlineData("-a", false)]
    [InlineData("a--b", false)]
    [InlineData("a\\b", false)]
    public void Repository_names_likewise(string name, bool allowed) => Assert.Equal(allowed, RepositoryName.TryCreate("ada", name, out _, out _));

    [Theory]
    [InlineData("x", "a@b.example", null, null, nameof(AddUserOutcome.BadName))]
    [InlineData("ADA", "a@b.example", null, null, nameof(AddUserOutcome.NameTaken))]
    [InlineData("Acme", "a@b.example", null, null, nameof(AddUserOutcome.NameTaken))]
    [InlineData("eve", "ADA@mail.example", null, null, nameof(AddUserOutcome.EmailTaken))]
    [InlineData("eve", "nothing", null, null, nameof(AddUserOutcome.BadEmail))]
    [InlineData("eve", "Eve <a@b.example>", null, null, nameof(AddUserOutcome.BadEmail))]
    [InlineData("eve", "a@b.example\nBcc: x@y.example", null, null, nameof(AddUserOutcome.BadEmail))]
    [InlineData("eve", "a@b.example", "two\nlines", null, nameof(AddUserOutcome.BadFullName))]
    [InlineData("eve", "a@b.example", null, "too short", nameof(AddUserOutcome.BadPassword))]
    [InlineData("eve", "a@b.example", "Eve", "long enough", nameof(AddUserOutcome.Added))]
    public async Task Adding_says_what_is_wrong(string name, string email, string? fullName, string? password, string expected)
    {
        await rooms.AddUserAsync("ada");
        await rooms.Organizations.AddAsync("acme", null, null, Cancel);

        var result = await rooms.Users.AddAsync(name, email, fullName, password, isAdministrator: false, Cancel);

        Assert.Equal(Enum.Parse<AddUserOutcome>(expected), result.Outcome);
        Assert.Equal(result.Outcome == AddUserOutcome.Added, result.User is not null);
        Assert.Equal(result.Outcome == AddUserOutcome.Added, result.Message.Length == 0);
    }

    [Fact]
    public async Task Of_many_who_want_one_name_at_once_in_any_letter_case_exactly_one_gets_it()
    {
        await using var other = rooms.OpenAgain();
        var wishes = Enumerable.Range(0, 12).Select(i => Task.Run(
            async () => i % 3 == 0
                ? (await rooms.Organizations.AddAsync(i % 2 == 0 ? "TEAM" : "team", null, null, Cancel)).Organization is not null
                : (await (i % 3 == 1 ? rooms : other).Users.AddAsync(i % 2 == 0 ? "Team" : "tEAM", $"m{i}@mail.example", null, null, false, Cancel)).User is not null,
            Cancel));

        Assert.Single(await Task.WhenAll(wishes), won => won);
    }

    [Fact]
    public async Task Identity_knows_the_password_and_the_person_as_added()
    {
        var ada = await rooms.AddUserAsync("ada", "correct horse");
        Assert.Matches("^[0-9a-f]{24}$", ada.Id);
        using var scope = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions.CreateScope(rooms.Services);
        var identity = Microsoft.Extensions.DependencyInjection.ServiceProviderServiceExtensions
            .GetRequiredService<Microsoft.AspNetCore.Identity.UserManager<User>>(scope.ServiceProvider);
        var found = await identity.FindByNameAsync("ADA");
        Assert.True(await identity.CheckPasswordAsync(found!, "correct horse"));
        Assert.False(await identity.CheckPasswordAsync(found!, "correct house"));
    }

    [Fact]
    public async Task Every_change_of_a_person_has_a_larger_version()
    {
        var ada = await rooms.AddUserAsync("ada");
        var disabled = await rooms.Users.DisableAsync("ada", disabled: true, Cancel);
        await rooms.Organizations.AddAsync("acme", null, "ada", Cancel);
        var member = await rooms.Users.FindByIdAsync(ada.Id, Cancel);
        Assert.True(ada.Version < disabled!.Version && disabled.Version < member!.Version);
        Assert.Null(await rooms.Users.DisableAsync("nobody", disabled: true, Cancel));
    }

    [Fact]
    public async Task Whoami_has_the_person_their_organizations_and_the_token()
    {
        var ada = await rooms.AddUserAsync("ada");
        await rooms.Organizations.AddAsync("zoo", "The Zoo", "ada", Cancel);
        await rooms.Organizations.AddAsync("acme", null, null, Cancel);
        await rooms.Organizations.SetMemberAsync("acme", "ada", OrganizationRole.Contributor, Cancel);
        var token = await rooms.Tokens.IssueAsync(ada, "laptop", TokenRole.Read, null, Cancel);

        var who = await rooms.Users.DescribeAsync(await rooms.AskAsync($"Bearer {token.Text}"), Cancel);

        Assert.Equal((ada.Id, "ada", "ada", "ada@mail.example", true), (who!.Id, who.Name, who.FullName, who.Email, who.EmailVerified));
        Assert.Equal([("acme", "acme", OrganizationRole.Contributor), ("zoo", "The Zoo", OrganizationRole.Admin)], who.Organizations.Select(o => (o.Name, o.FullName, o.Role)));
        Assert.Equal(new WhoAmIToken("laptop", TokenRole.Read, rooms.Time.GetUtcNow()), who.Token);
        Assert.Null(await rooms.Users.DescribeAsync(Caller.Anonymous, Cancel));
    }

    [Theory]
    [InlineData("laptop", true)]
    [InlineData("my [old laptop", true)]
    [InlineData("default", true)]
    [InlineData("DEFAULT", false)]
    [InlineData("a]b", false)]
    [InlineData("a\nb", false)]
    [InlineData("a\u2028b", false)]
    [InlineData("", false)]
    [InlineData("   ", false)]
    public void Token_names_can_be_sections_of_an_ini_file(string name, bool allowed) => Assert.Equal(allowed, TokenNames.IsValid(name));
}
