using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages.Administration;

/// <summary>Managing people and leaving: who may, what follows, and that an administrator gets at nothing else (threat rows 24d, 32, 47).</summary>
public sealed class PeoplePageTests(PeoplePageTests.World world) : IClassFixture<PeoplePageTests.World>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public sealed class World : HubApplication
    {
        private int _made;

        internal TestPerson Root { get; private set; } = null!;

        internal UserAccounts Users => Services.GetRequiredService<UserAccounts>();

        protected override async Task FillAsync()
        {
            Root = await AddPersonAsync("root", TokenRole.Write);
            await Users.SetAdministratorAsync("root", true, CancellationToken.None);
        }

        internal async Task<TestPerson> NewPersonAsync(string? password = null)
        {
            var person = await AddPersonAsync($"person{Interlocked.Increment(ref _made)}", TokenRole.Write);
            if (password is not null)
                await Users.SetPasswordAsync(person.Id, password, CancellationToken.None);
            return person;
        }
    }

    [Fact]
    public async Task Only_an_administrators_browser_opens_the_pages()
    {
        var person = await world.NewPersonAsync();
        string[] pages = ["/admin", "/admin/new", $"/admin/people/{person.Name}"];
        string[] forms = ["Disable", "Enable", "Promote", "Demote", "Reset", "Confirm", "Logout", "Delete"];
        using var nobody = await PageVisitor.OpenAsync(world, null);
        using var other = await PageVisitor.OpenAsync(world, person.Name);
        using var root = await PageVisitor.OpenAsync(world, "root");
        foreach (var page in pages)
        {
            Assert.Equal((302, $"/login?next={Uri.EscapeDataString(page)}"), await SeenAsync(nobody, page));
            Assert.Equal((403, null), await SeenAsync(other, page));
            Assert.Equal((200, null), await SeenAsync(root, page));
            using var byToken = await world.Client(world.Root.Token).GetAsync(page, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, byToken.StatusCode);
        }

        foreach (var form in forms)
        {
            var url = $"/admin/people/{person.Name}?handler={form}";
            Assert.Equal(403, (await other.PostFromAsync("/settings/account", url, ("Confirm", person.Name))).Status);
            Assert.Equal(400, (await root.PostWithoutFieldAsync(url, ("Confirm", person.Name))).Status);
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new FormUrlEncodedContent([new("Confirm", person.Name)]) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.Root.Token);
            using var byToken = await world.Client().SendAsync(request, Cancel);
            Assert.Equal(HttpStatusCode.Forbidden, byToken.StatusCode);
        }

        var untouched = (await world.Users.FindAsync(person.Name, Cancel))!;
        Assert.Equal((false, false), (untouched.Disabled, untouched.IsAdministrator));

        static async Task<(int, string?)> SeenAsync(PageVisitor visitor, string page)
        {
            var seen = await visitor.GetAsync(page);
            return (seen.Status, seen.Location);
        }
    }

    [Fact]
    public async Task An_administrator_opens_no_gate()
    {
        var author = await world.NewPersonAsync();
        await world.AddRepositoryAsync(RepositoryType.Model, $"{author.Name}/gated", new Dictionary<string, string> { ["README.md"] = "---\ngated: manual\n---\n", ["config.json"] = "{}" });
        await world.AddRepositoryAsync(RepositoryType.Model, $"{author.Name}/private", new Dictionary<string, string> { ["config.json"] = "{}" }, isPrivate: true);
        using var root = await PageVisitor.OpenAsync(world, "root");
        Assert.Equal(403, (await root.GetAsync($"/{author.Name}/gated/resolve/main/config.json")).Status);
        Assert.Equal(404, (await root.GetAsync($"/{author.Name}/private/resolve/main/config.json")).Status);
        Assert.Equal(403, (await root.GetAsync($"/{author.Name}/gated/settings/access-requests")).Status);
        Assert.DoesNotContain("private", (await root.GetAsync($"/admin/people/{author.Name}")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_sees_how_many_sessions_somebody_has_and_ends_them()
    {
        var person = await world.NewPersonAsync();
        using var first = await PageVisitor.OpenAsync(world, person.Name);
        using var second = await PageVisitor.OpenAsync(world, person.Name);
        using var root = await PageVisitor.OpenAsync(world, "root");
        var page = $"/admin/people/{person.Name}";
        Assert.Equal("2 browsers", (await root.GetAsync(page)).TextOf("data-sessions"));
        Assert.Equal(200, (await first.GetAsync("/settings/profile")).Status);
        Assert.Equal(303, (await root.PostFromAsync(page, $"{page}?handler=Logout")).Status);
        foreach (var visitor in (PageVisitor[])[first, second])
            Assert.Equal(302, (await visitor.GetAsync("/settings/profile")).Status);
        Assert.Equal("none", (await root.GetAsync(page)).TextOf("data-sessions"));
        using var token = await world.Client(person.Token).GetAsync("/api/whoami-v2", Cancel);
        Assert.Equal(HttpStatusCode.OK, token.StatusCode);
    }

    [Fact]
    public async Task People_are_searched_and_paged()
    {
        var names = new List<string>();
        for (var i = 0; i < 53; i++)
            names.Add((await world.Users.AddAsync($"crowd-{i:00}", $"crowd-{i:00}@example.org", "<b>Crowd</b>", null, false, Cancel)).User!.UserName!);
        using var root = await PageVisitor.OpenAsync(world, "root");
        var first = await root.GetAsync("/admin?search=CROWD-");
        Assert.Equal(names[..50], first.Attributes("data-person"));
        Assert.Contains("<b>Crowd</b>", first.Text, StringComparison.Ordinal);
        var next = System.Text.RegularExpressions.Regex.Match(first.Html, "href=\"([^\"]+)\" rel=\"next\"").Groups[1].Value;
        Assert.Equal("/admin?search=CROWD-&after=crowd-49", WebUtility.HtmlDecode(next));
        var second = await root.GetAsync(WebUtility.HtmlDecode(next));
        Assert.Equal(names[50..], second.Attributes("data-person"));
        Assert.DoesNotContain("rel=\"next\"", second.Html, StringComparison.Ordinal);
        Assert.Contains("Nobody's name or mail address contains that.", (await root.GetAsync("/admin?search=%3Cscript%3E")).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await root.GetAsync($"/admin?search={new string('a', 4000)}")).Status);
        Assert.Equal(404, (await root.GetAsync("/admin/people/nobody-of-that-name")).Status);
    }

    [Fact]
    public async Task Disabling_enabling_and_appointing_hold_with_the_next_request()
    {
        var person = await world.NewPersonAsync();
        using var root = await PageVisitor.OpenAsync(world, "root");
        using var theirs = await PageVisitor.OpenAsync(world, person.Name);
        Assert.Equal((200, HttpStatusCode.OK), ((await theirs.GetAsync("/settings/account")).Status, await WhoAmIAsync(person)));

        await DoAsync(root, person, "Disable", $"{person.Name} is disabled: every session and token has ended.");
        Assert.Equal((401, HttpStatusCode.Unauthorized), ((await theirs.GetAsync("/settings/account")).Status, await WhoAmIAsync(person)));
        Assert.Contains("The account is disabled. Enable it first.", (await PostAsync(root, person, "Reset")).Text, StringComparison.Ordinal);
        await DoAsync(root, person, "Enable", $"{person.Name} is let in again.");
        Assert.Equal(HttpStatusCode.OK, await WhoAmIAsync(person));

        // The tokens are good again; a session of before may have been somebody else's.
        Assert.Equal(302, (await theirs.GetAsync("/settings/account")).Status);
        using var again = await PageVisitor.OpenAsync(world, person.Name);
        Assert.Equal(403, (await again.GetAsync("/admin")).Status);
        await DoAsync(root, person, "Promote", $"{person.Name} is an administrator.");
        Assert.Equal(200, (await again.GetAsync("/admin")).Status);
        await DoAsync(root, person, "Demote", $"{person.Name} is no administrator any more.");
        Assert.Equal(403, (await again.GetAsync("/admin")).Status);
    }

    [Fact]
    public async Task A_password_link_goes_to_the_person_and_is_nowhere_on_the_page()
    {
        var person = await world.NewPersonAsync();
        using var root = await PageVisitor.OpenAsync(world, "root");
        await DoAsync(root, person, "Reset", $"A link to set a new password goes to {person.Name}@example.org. It holds for an hour.");
        Assert.DoesNotContain("password-reset", (await root.GetAsync($"/admin/people/{person.Name}")).Html, StringComparison.Ordinal);
        var mail = await new Mailbox(world).LastToAsync($"{person.Name}@example.org", "Set a new password");
        using var nobody = await PageVisitor.OpenAsync(world, null);
        Assert.Equal(200, (await nobody.GetAsync(mail.PathOf("/password-reset/"))).Status);
    }

    [Fact]
    public async Task An_account_is_made_and_its_person_chooses_the_password_by_the_link_in_a_mail()
    {
        using var root = await PageVisitor.OpenAsync(world, "root");
        var wrong = await root.PostAsync("/admin/new", ("name", "-"), ("email", "nowhere"));
        Assert.Equal(200, wrong.Status);
        Assert.Contains(UserAccounts.EmailRule, wrong.Text, StringComparison.Ordinal);
        Assert.Contains("is taken", (await root.PostAsync("/admin/new", ("name", "root"), ("email", "new@example.org"))).Text, StringComparison.Ordinal);

        var made = await root.PostAsync("/admin/new", ("name", "newcomer"), ("fullname", "New Comer"), ("email", "newcomer@example.org"));
        Assert.Equal((303, "/admin/people/newcomer"), (made.Status, made.Location));
        Assert.Contains("A link to choose a password goes to newcomer@example.org. It holds for a day.", (await root.GetAsync("/admin/people/newcomer")).Text, StringComparison.Ordinal);
        Assert.False((await world.Users.FindAsync("newcomer", Cancel))!.EmailConfirmed);
        var link = (await new Mailbox(world).LastToAsync("newcomer@example.org", "There is an account for you")).PathOf("/password-reset/");
        using var newcomer = await PageVisitor.OpenAsync(world, null);
        Assert.Equal(303, (await newcomer.PostAsync(link, ("password", "a password of their own"))).Status);
        Assert.Equal(303, (await newcomer.PostAsync("/login", ("name", "newcomer"), ("password", "a password of their own"))).Status);
        Assert.True((await world.Users.FindAsync("newcomer", Cancel))!.EmailConfirmed);
        Assert.Contains("This link has ended", (await newcomer.GetAsync(link)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_administrator_confirms_an_address_but_not_their_own()
    {
        var added = await world.Users.AddAsync(new NewUser("unproved", "unproved@example.org", null, null), Cancel);
        using var root = await PageVisitor.OpenAsync(world, "root");
        Assert.Equal(303, (await root.PostFromAsync("/admin/people/unproved", "/admin/people/unproved?handler=Confirm")).Status);
        Assert.True((await world.Users.FindByIdAsync(added.User!.Id, Cancel))!.EmailConfirmed);
        Assert.Contains("This is your own address.", (await root.PostFromAsync("/settings/account", "/admin/people/root?handler=Confirm")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_locks_themselves_out()
    {
        using var root = await PageVisitor.OpenAsync(world, "root");
        foreach (var (form, sentence) in new[] { ("Disable", "You can't disable your own account"), ("Demote", "You can't end your own right"), ("Delete", "This is your own account. Delete it in your settings.") })
            Assert.Contains(sentence, (await root.PostFromAsync("/settings/account", $"/admin/people/root?handler={form}", ("Confirm", "root"))).Text, StringComparison.Ordinal);
        var user = (await world.Users.FindAsync("root", Cancel))!;
        Assert.Equal((false, true), (user.Disabled, user.IsAdministrator));
        Assert.DoesNotContain("data-form=\"delete\"", (await root.GetAsync("/admin/people/root")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_person_is_deleted_when_the_name_is_typed_and_what_stands_in_the_way_is_said()
    {
        var person = await world.NewPersonAsync();
        using var root = await PageVisitor.OpenAsync(world, "root");
        await world.AddRepositoryAsync(RepositoryType.Model, $"{person.Name}/one", new Dictionary<string, string> { ["a"] = "a" });
        var organization = $"org-of-{person.Name}";
        await world.Services.GetRequiredService<Organizations>().AddAsync(organization, null, person.Name, Cancel);

        Assert.Contains($"Nobody else administers {organization}", (await root.GetAsync($"/admin/people/{person.Name}")).Text, StringComparison.Ordinal);
        Assert.Contains($"Type {person.Name} to delete the account.", (await PostAsync(root, person, "Delete", ("Confirm", person.Name.ToUpperInvariant()))).Text, StringComparison.Ordinal);
        Assert.Contains($"is the last admin of {organization}", (await PostAsync(root, person, "Delete", ("Confirm", person.Name), ("WithRepositories", "true"))).Text, StringComparison.Ordinal);
        await world.Services.GetRequiredService<Organizations>().SetMemberAsync(organization, "root", OrganizationRole.Admin, Cancel);
        Assert.Contains($"{person.Name} owns repositories: model {person.Name}/one.", (await PostAsync(root, person, "Delete", ("Confirm", person.Name))).Text, StringComparison.Ordinal);
        Assert.NotNull(await world.Users.FindAsync(person.Name, Cancel));

        var deleted = await PostAsync(root, person, "Delete", ("Confirm", person.Name), ("WithRepositories", "true"));
        Assert.Equal((303, "/admin"), (deleted.Status, deleted.Location));
        Assert.Contains($"The account {person.Name} is deleted.", (await root.GetAsync("/admin")).Text, StringComparison.Ordinal);
        Assert.Null(await world.Users.FindAsync(person.Name, Cancel));
        Assert.Equal(HttpStatusCode.Unauthorized, await WhoAmIAsync(person));
    }

    [Fact]
    public async Task A_person_leaves_with_name_and_password_and_takes_their_data_along()
    {
        const string Password = "correct horse battery";
        var person = await world.NewPersonAsync(Password);
        using var visitor = await PageVisitor.OpenAsync(world, person.Name);
        using var second = await PageVisitor.OpenAsync(world, person.Name);
        var file = await visitor.GetAsync("/settings/account/export");
        Assert.Equal((200, person.Id), (file.Status, (string)JsonNode.Parse(file.Html)!["account"]!["id"]!));
        using (var byToken = await world.Client(person.Token).GetAsync("/settings/account/export", Cancel))
            Assert.Equal(HttpStatusCode.Forbidden, byToken.StatusCode);

        Assert.Contains($"Type {person.Name} to delete your account.", (await visitor.PostAsync("/settings/account", ("Confirm", "me"), ("Password", Password))).Text, StringComparison.Ordinal);
        Assert.Contains("The password is not right.", (await visitor.PostAsync("/settings/account", ("Confirm", person.Name), ("Password", "something else"))).Text, StringComparison.Ordinal);
        Assert.Equal(400, (await visitor.PostWithoutFieldAsync("/settings/account", ("Confirm", person.Name), ("Password", Password))).Status);
        Assert.Equal(HttpStatusCode.OK, await WhoAmIAsync(person));

        var left = await visitor.PostAsync("/settings/account", ("Confirm", person.Name), ("Password", Password));
        Assert.Equal((303, "/"), (left.Status, left.Location));
        Assert.Contains("Your account is deleted.", (await visitor.GetAsync("/login")).Text, StringComparison.Ordinal);
        foreach (var browser in (PageVisitor[])[visitor, second])
            Assert.Equal(302, (await browser.GetAsync("/settings/account")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, await WhoAmIAsync(person));
    }

    [Fact]
    public async Task Guessing_the_password_of_an_open_session_ends_after_a_few_tries()
    {
        const string Password = "correct horse battery";
        var person = await world.NewPersonAsync(Password);
        using var visitor = await PageVisitor.OpenAsync(world, person.Name);
        for (var i = 0; i < PasswordCheck.Tries; i++)
            Assert.Contains("The password is not right.", (await visitor.PostAsync("/settings/account", ("Confirm", person.Name), ("Password", $"guess number {i}"))).Text, StringComparison.Ordinal);
        Assert.Contains("The password is not right.", (await visitor.PostAsync("/settings/account", ("Confirm", person.Name), ("Password", Password))).Text, StringComparison.Ordinal);
        Assert.NotNull(await world.Users.FindAsync(person.Name, Cancel));
    }

    [Fact]
    public async Task The_only_administrator_stays()
    {
        using var root = await PageVisitor.OpenAsync(world, "root");
        Assert.Contains("data-only-administrator", (await root.GetAsync("/settings/account")).Html, StringComparison.Ordinal);
        Assert.Contains("You are the only administrator of this server.", (await root.PostAsync("/settings/account", ("Confirm", "root"), ("Password", "x"))).Text, StringComparison.Ordinal);
        Assert.NotNull(await world.Users.FindAsync("root", Cancel));

        var person = await world.NewPersonAsync();
        await DoAsync(root, person, "Promote", $"{person.Name} is an administrator.");
        Assert.DoesNotContain("data-only-administrator", (await root.GetAsync("/settings/account")).Html, StringComparison.Ordinal);
        // Who can't log in administers nothing.
        await DoAsync(root, person, "Disable", $"{person.Name} is disabled: every session and token has ended.");
        Assert.Contains("data-only-administrator", (await root.GetAsync("/settings/account")).Html, StringComparison.Ordinal);
        await DoAsync(root, person, "Demote", $"{person.Name} is no administrator any more.");
    }

    [Fact]
    public async Task Without_a_password_nobody_can_be_sure_who_it_is()
    {
        var person = await world.NewPersonAsync();
        using var visitor = await PageVisitor.OpenAsync(world, person.Name);
        var page = await visitor.GetAsync("/settings/account");
        Assert.Contains("Your account has no password. Set one", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-form=\"delete\"", page.Html, StringComparison.Ordinal);
        Assert.Contains("Your account has no password", (await visitor.PostFromAsync("/settings/profile", "/settings/account", ("Confirm", person.Name), ("Password", ""))).Text, StringComparison.Ordinal);
        Assert.NotNull(await world.Users.FindAsync(person.Name, Cancel));
    }

    private async Task<HttpStatusCode> WhoAmIAsync(TestPerson person)
    {
        using var answer = await world.Client(person.Token).GetAsync("/api/whoami-v2", Cancel);
        return answer.StatusCode;
    }

    private static Task<SeenPage> PostAsync(PageVisitor visitor, TestPerson person, string form, params IEnumerable<(string, string)> fields) =>
        visitor.PostFromAsync($"/admin/people/{person.Name}", $"/admin/people/{person.Name}?handler={form}", fields);

    private static async Task DoAsync(PageVisitor visitor, TestPerson person, string form, string notice)
    {
        var done = await PostAsync(visitor, person, form);
        Assert.Equal((303, $"/admin/people/{person.Name}"), (done.Status, done.Location));
        Assert.Contains(notice, (await visitor.GetAsync(done.Location!)).Text, StringComparison.Ordinal);
    }
}
