using System.Text.Encodings.Web;
using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Pages.Access;

/// <summary>The settings page: every section, with the rules of the API's routes, and the card's share in the gate (design 1).</summary>
public sealed class RepositorySettingsPageTests(GatePagesWorld world) : IClassFixture<GatePagesWorld>
{
    [Fact]
    public async Task The_gate_is_switched_on_made_manual_and_switched_off_again_and_requests_stay()
    {
        var record = await world.AddAsync(GatePagesWorld.Card(""));
        using var author = await world.VisitAsync("author");
        var page = await author.GetAsync(Of(record));
        Assert.Contains("Access requests are currently disabled for this model.", page.Text, StringComparison.Ordinal);
        Assert.Contains("Enable Access request", page.Text, StringComparison.Ordinal);

        await SaveAsync(author, record, "gate", "Access requests are enabled, with automatic approval.", ("gated", "auto"));
        Assert.Equal(401, (await world.AuthCheckAsync(record, null)).Status);
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        await SaveAsync(author, record, "gate", "Access requests are enabled, with manual approval.", ("gated", "manual"));
        Assert.Contains("This setting: manual approval holds", (await author.GetAsync(Of(record))).Text, StringComparison.Ordinal);
        await SaveAsync(author, record, "gate", "Access requests are disabled.", ("gated", "false"));
        Assert.Equal(200, (await world.AuthCheckAsync(record, null)).Status);
        Assert.Equal(AccessState.Accepted, await world.StateAsync(record, "dana"));
    }

    [Theory]
    [InlineData("manual", "manual approval", "manual")]
    [InlineData("true", "automatic approval", "auto")]
    public async Task While_the_card_gates_the_setting_opens_nothing_and_the_page_offers_to_take_the_key_out_of_the_card(string card, string words, string word)
    {
        var record = await world.AddAsync(GatePagesWorld.Card(card));
        using var author = await world.VisitAsync("author");
        var page = await author.GetAsync(Of(record));
        Assert.Contains($"README.md , line 3: {words} holds", page.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("data-uncard open", page.Html, StringComparison.Ordinal);

        var refused = await author.PostAsync(Of(record), ("section", "gate"), ("gated", "false"));
        Assert.Equal(200, refused.Status);
        Assert.Contains($"README.md, line 3, says gated: {word}, and the stricter of card and setting holds.", refused.Text, StringComparison.Ordinal);
        Assert.Contains("id=\"gated-error\"", refused.Html, StringComparison.Ordinal);
        Assert.Contains("<details class=\"uncard\" open=", refused.Html, StringComparison.Ordinal);
        Assert.Contains("and anyone who can see the repository may download it", refused.Text, StringComparison.Ordinal);
        Assert.Equal(401, (await world.AuthCheckAsync(record, null)).Status);

        await SaveAsync(author, record, "uncard", "The gate is taken out of the card. Access requests are disabled.", ("gated", "false"), to: "gate");
        Assert.Equal(200, (await world.AuthCheckAsync(record, null)).Status);
        Assert.Equal(GatePagesWorld.Card(""), await ReadmeAsync(record));
        Assert.Contains("Access requests are currently disabled", (await author.GetAsync(Of(record))).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_manual_card_is_lowered_to_an_automatic_setting_without_an_open_moment()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var author = await world.VisitAsync("author");
        var refused = await author.PostAsync(Of(record), ("section", "gate"), ("gated", "auto"));
        Assert.Contains("The setting is automatic approval then.", refused.Text, StringComparison.Ordinal);
        await SaveAsync(author, record, "uncard", "The gate is taken out of the card. Access requests are enabled, with automatic approval.", ("gated", "auto"), to: "gate");
        Assert.Equal(GateMode.Auto, (await world.NowAsync(record)).GateSetting);
        Assert.Equal(401, (await world.AuthCheckAsync(record, null)).Status);
    }

    [Fact]
    public async Task A_key_that_does_not_stand_on_a_line_of_its_own_is_left_to_the_author()
    {
        var record = await world.AddAsync("---\n{license: mit, gated: manual}\n---\n");
        using var author = await world.VisitAsync("author");
        var answer = await author.PostAsync(Of(record), ("section", "uncard"), ("gated", "false"));
        Assert.Contains("can't be taken out of README.md safely", answer.Text, StringComparison.Ordinal);
        Assert.Equal("---\n{license: mit, gated: manual}\n---\n", await ReadmeAsync(record));
        Assert.Equal(401, (await world.AuthCheckAsync(record, null)).Status);
    }

    [Fact]
    public async Task What_is_wrong_with_the_card_and_its_word_about_the_European_Union_are_told()
    {
        var record = await world.AddAsync("---\ngated: manual\nextra_gated_eu_disallowed: true\nextra_gated_fields:\n  Shoe size: number\n---\n");
        using var author = await world.VisitAsync("author");
        var page = await author.GetAsync(Of(record));
        Assert.NotNull(page.TextOf("data-eu"));
        Assert.Contains("README.md, line 5, column", page.TextOf("data-card-problems"), StringComparison.Ordinal);
        Assert.Contains("'Shoe size'", page.TextOf("data-card-problems"), StringComparison.Ordinal);

        var broken = await world.AddAsync("---\ngated: maybe\n---\n");
        var told = await author.GetAsync(Of(broken));
        Assert.Contains("The card can't be read, so its gate fails closed until it is repaired", told.Text, StringComparison.Ordinal);
        var refused = await author.PostAsync(Of(broken), ("section", "gate"), ("gated", "false"));
        Assert.Contains("README.md cannot be read", refused.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Members_notifications_and_visibility_are_saved_each_with_its_own_notice()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var author = await world.VisitAsync("author");
        Assert.Contains("Also gate access for members of acme", (await author.GetAsync(Of(record))).Text, StringComparison.Ordinal);
        await SaveAsync(author, record, "members", "Members have to ask too now.", ("membersgated", "true"));
        Assert.Equal(403, (await world.AuthCheckAsync(record, "member")).Status);
        // Something wrong elsewhere does not untick what holds.
        var elsewhere = await author.PostAsync(Of(record), ("section", "delete"), ("confirm", "x"), ("........................................", "x"));
        Assert.Matches("<input [^>]*checked=\"\" [^>]*name=\"membersgated\"", elsewhere.Html);
        await SaveAsync(author, record, "members", "Members have access without asking.");
        Assert.Equal(200, (await world.AuthCheckAsync(record, "member")).Status);

        await SaveAsync(author, record, "notifications", "Saved.", ("frequency", "real-time"), ("email", " gate@example.org "));
        Assert.Equal((NotificationsMode.RealTime, "gate@example.org"), await NotificationsAsync(record));
        foreach (var bad in (string[])["gate", "Gate <gate@example.org>", "a@b\r\nBcc: c@d.example", "\"><script>alert(1)</script>"])
        {
            var page = await author.PostAsync(Of(record), ("section", "notifications"), ("frequency", "bulk"), ("email", bad));
            Assert.Contains("<p class=\"error\" id=\"email-error\">This is not a mail address.", page.Html, StringComparison.Ordinal);
            Assert.DoesNotContain("<script>alert", page.Html, StringComparison.Ordinal);
            Assert.Equal((NotificationsMode.RealTime, "gate@example.org"), await NotificationsAsync(record));
            // What was chosen and typed is still there.
            Assert.Matches("<input [^>]*name=\"frequency\" value=\"bulk\" checked", page.Html);
            Assert.DoesNotMatch("<input [^>]*name=\"frequency\" value=\"real-time\" checked", page.Html);
            Assert.Contains($"value=\"{HtmlEncoder.Default.Encode(bad.Trim())}\"", page.Html, StringComparison.Ordinal);
        }

        await SaveAsync(author, record, "notifications", "Saved.", ("frequency", "bulk"), ("email", ""));
        Assert.Equal((NotificationsMode.Bulk, null), await NotificationsAsync(record));

        await SaveAsync(author, record, "visibility", "The repository is private now.", ("visibility", "private"));
        Assert.Equal(404, (await world.AuthCheckAsync(record, "stranger")).Status);
        await SaveAsync(author, record, "visibility", "The repository is public now.", ("visibility", "public"));
    }

    [Fact]
    public async Task Renaming_and_handing_over_follow_the_rules_of_the_API_and_the_former_name_leads_on()
    {
        var (record, other) = (await world.AddAsync(GatePagesWorld.Card("manual")), await world.AddAsync("# Other\n"));
        await world.AskAsync(record, "dana", GatePagesWorld.Answers);
        using var author = await world.VisitAsync("author");
        foreach (var (owner, name, field, sentence) in new[]
        {
            ("acme", other.Name, "newname", $"A model repository called {other.FullName} already exists"),
            ("acme", "a b", "newname", null),
            ("acme", "<script>", "newname", null),
            ("acme", "", "newname", null),
            ("owner", "mine", "owner", "You may not create repositories there."),
            ("nowhere", "mine", "owner", "You may not create repositories there."),
        })
        {
            var page = await author.PostAsync(Of(record), ("section", "move"), ("owner", owner), ("newname", name));
            Assert.Contains($"id=\"{field}-error\"", page.Html, StringComparison.Ordinal);
            Assert.Contains(sentence ?? "", page.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("value=\"<script>", page.Html, StringComparison.Ordinal);
        }

        Assert.Equal(record.FullName, (await world.NowAsync(record)).FullName);
        var renamed = world.NewName("renamed");
        var moved = await author.PostAsync(Of(record), ("section", "move"), ("owner", "acme"), ("newname", $" {renamed} "));
        Assert.Equal((303, $"/acme/{renamed}"), (moved.Status, moved.Location));
        var former = await author.GetAsync(Of(record));
        Assert.Equal((307, $"/acme/{renamed}/settings"), (former.Status, former.Location));
        Assert.Equal(AccessState.Pending, await world.StateAsync(record, "dana"));

        Assert.Equal((303, $"/author/{renamed}"), (await author.PostAsync($"/acme/{renamed}/settings", ("section", "move"), ("owner", "author"), ("newname", renamed))) is var given ? (given.Status, given.Location) : default);
        Assert.Equal(world.People["author"].Id, (await world.NowAsync(record)).OwnerUserId);
        Assert.DoesNotContain("Also gate access for members", (await author.GetAsync($"/author/{renamed}/settings")).Html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_is_deleted_by_typing_its_full_name_and_nothing_less()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var author = await world.VisitAsync("author");
        foreach (var typed in (string[])["", record.Name, record.FullName.ToUpperInvariant(), record.FullName + "x"])
        {
            var page = await author.PostAsync(Of(record), ("section", "delete"), ("confirm", typed));
            Assert.Contains($"Type the full name, {record.FullName}. Nothing was deleted.", page.Text, StringComparison.Ordinal);
        }

        Assert.Equal(200, (await author.GetAsync(Of(record))).Status);
        var gone = await author.PostAsync(Of(record), ("section", "delete"), ("confirm", record.FullName));
        Assert.Equal((303, "/acme"), (gone.Status, gone.Location));
        Assert.Equal(404, (await author.GetAsync(Of(record))).Status);
    }

    [Theory]
    [InlineData("writer", 403)]
    [InlineData("member", 403)]
    [InlineData("stranger", 403)]
    [InlineData(null, 401)]
    public async Task Settings_are_for_owners_and_admins(string? person, int status)
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var visitor = await world.VisitAsync(person);
        Assert.Equal(person is null ? 302 : status, (await visitor.GetAsync(Of(record))).Status);
        foreach (var section in (string[])["gate", "uncard", "members", "notifications", "visibility", "move", "delete"])
        {
            var answer = await visitor.PostFromAsync(
                person is null ? "/login" : "/settings/gated-repos", Of(record), ("section", section), ("gated", "false"), ("visibility", "private"), ("frequency", "bulk"), ("owner", "stranger"), ("newname", "mine"), ("confirm", record.FullName));
            Assert.Contains(answer.Status, (int[])[status, person is null ? 400 : status]);
        }

        var now = await world.NowAsync(record);
        Assert.Equal((record.Version, record.FullName), (now.Version, now.FullName));
    }

    [Fact]
    public async Task Forms_without_sense_and_forms_of_other_sites_change_nothing()
    {
        var record = await world.NowAsync(await world.AddAsync(GatePagesWorld.Card("manual")));
        using var author = await world.VisitAsync("author");
        await author.GetAsync(Of(record));
        var before = await world.NowAsync(record);
        foreach (var fields in new (string, string)[][] { [], [("section", "x")], [("section", "gate")], [("section", "gate"), ("gated", "true")], [("section", "visibility"), ("visibility", "x")], [("section", "notifications")] })
            Assert.Equal(400, (await author.PostAsync(Of(record), fields)).Status);
        Assert.Equal(400, (await author.PostWithoutFieldAsync(Of(record), ("section", "delete"), ("confirm", record.FullName))).Status);
        await author.GetAsync($"{Of(record)}?section=visibility&visibility=private&handler=visibility");
        Assert.Equal(before.Version, (await world.NowAsync(record)).Version);
    }

    [Fact]
    public async Task Files_are_opened_by_their_exact_paths_and_closed_again()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var author = await world.VisitAsync("author");
        using var nobody = await world.VisitAsync(null);
        var file = $"/{record.FullName}/resolve/main/config.json";
        Assert.Equal(401, (await nobody.GetAsync(file)).Status);
        await SaveAsync(author, record, "openfiles", "2 files are open.", ("openfiles", " config.json\r\n\r\nimages/a b.png\r\nconfig.json"));
        Assert.Equal("config.json\nimages/a b.png", (await world.NowAsync(record)).OpenFiles);
        Assert.Equal((200, "{}\n"), ((await nobody.GetAsync(file)).Status, (await nobody.GetAsync(file)).Html));
        var page = await author.GetAsync(Of(record));
        Assert.Equal(["config.json", "images/a b.png"], page.Attributes("data-open"));
        Assert.Contains("config.json 3 bytes", page.Text, StringComparison.Ordinal);
        Assert.Contains("images/a b.png not there", page.Text, StringComparison.Ordinal);

        foreach (var (wrong, sentence) in new[] { ("/config.json", "begins with a slash"), ("../x", "is no path of a file"), ("a//b", "is no path of a file"), (string.Join('\n', Enumerable.Range(0, 101)), "Open 100 files at most") })
        {
            var answer = await author.PostAsync(Of(record), ("section", "openfiles"), ("openfiles", wrong));
            Assert.Contains(sentence, answer.Text, StringComparison.Ordinal);
            Assert.Contains("id=\"openfiles-error\"", answer.Html, StringComparison.Ordinal);
        }

        await SaveAsync(author, record, "openfiles", "No further files are open.", ("openfiles", ""));
        Assert.Equal(401, (await nobody.GetAsync(file)).Status);
        Assert.Null((await world.NowAsync(record)).OpenFiles);
    }

    [Theory]
    [InlineData("writer")]
    [InlineData("member")]
    [InlineData("stranger")]
    [InlineData(null)]
    public async Task Nobody_opens_files_but_who_may_change_settings(string? person)
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        using var visitor = await world.VisitAsync(person);
        var answer = await visitor.PostFromAsync(person is null ? "/login" : "/settings/gated-repos", Of(record), ("section", "openfiles"), ("openfiles", "config.json"));
        Assert.Contains(answer.Status, (int[])[400, 401, 403]);
        Assert.Null((await world.NowAsync(record)).OpenFiles);
    }

    /// <summary>Such a token may change settings and must not read by it.</summary>
    [Fact]
    public async Task A_token_that_may_not_read_opens_no_file_but_closes_one()
    {
        var record = await world.AddAsync(GatePagesWorld.Card("manual"));
        var author = (await world.Services.GetRequiredService<UserAccounts>().FindAsync("author", CancellationToken.None))!;
        var token = await world.Services.GetRequiredService<TokenIssuer>().IssueAsync(
            author, "settings", new TokenGrant(false, [new(ScopeEntity.Of(record), TokenRights.Settings)]), null, CancellationToken.None);
        using var client = world.Client(token.Text);
        using (var answer = await client.PostAsync(Of(record), Form("config.json"), TestContext.Current.CancellationToken))
            Assert.Contains("Only someone who passes the gate can open files.", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Null((await world.NowAsync(record)).OpenFiles);

        await world.UpdateAsync(record, row => row.OpenFiles = "config.json\nother.txt");
        using (var answer = await client.PostAsync(Of(record), Form("other.txt"), TestContext.Current.CancellationToken))
            Assert.Equal(303, (int)answer.StatusCode);
        Assert.Equal("other.txt", (await world.NowAsync(record)).OpenFiles);

        static FormUrlEncodedContent Form(string paths) => new([new("section", "openfiles"), new("openfiles", paths)]);
    }

    private static string Of(RepositoryRecord record) => $"/{record.FullName}/settings";

    private static async Task SaveAsync(PageVisitor person, RepositoryRecord record, string section, string notice, params (string, string)[] fields) =>
        await SaveAsync(person, record, section, notice, fields, section);

    private static Task SaveAsync(PageVisitor person, RepositoryRecord record, string section, string notice, (string, string) field, string to) =>
        SaveAsync(person, record, section, notice, [field], to);

    private static async Task SaveAsync(PageVisitor person, RepositoryRecord record, string section, string notice, (string, string)[] fields, string to)
    {
        var answer = await person.PostAsync(Of(record), [("section", section), .. fields]);
        Assert.True(answer.Status == 303, answer.Text);
        Assert.Equal($"{Of(record)}#{to}", answer.Location);
        var page = await person.GetAsync(Of(record));
        Assert.Equal(notice, page.TextOf("data-saved"));
        Assert.Equal(to, page.Attributes("data-section").TakeWhile(s => page.Html.IndexOf($"data-section=\"{s}\"", StringComparison.Ordinal) < page.Html.IndexOf("data-saved", StringComparison.Ordinal)).Last());
        Assert.Null((await person.GetAsync(Of(record))).TextOf("data-saved"));
    }

    private async Task<(NotificationsMode, string?)> NotificationsAsync(RepositoryRecord record) =>
        await world.NowAsync(record) is var now ? (now.GatedNotificationsMode, now.GatedNotificationsEmail) : default;

    private async Task<string> ReadmeAsync(RepositoryRecord record)
    {
        using var client = world.Client(world.People["author"].Token);
        return await client.GetStringAsync($"/{record.FullName}/raw/main/README.md");
    }
}
