using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;
using Microsoft.Extensions.DependencyInjection;

namespace RepoHost.Tests.Hub;

/// <summary>The owner's and the requester's routes, in the sequences that clients' own test suites pin (contract 6.4 to 6.7).</summary>
public sealed class AccessRequestApiTests(AccessRequestApiTests.World world) : IClassFixture<AccessRequestApiTests.World>
{
    private const string Form = "---\ngated: {0}\nextra_gated_fields:\n  Company: text\n  Country: country\n  Born: date_picker\n  Use:\n    type: select\n    options:\n    - Research\n    - label: Something else\n      value: other\n  I agree: checkbox\n---\n# Card\n";

    private static readonly Dictionary<string, string> Answers = new()
    {
        ["Company"] = "Example & Söhne",
        ["Country"] = "FR",
        ["Born"] = "1990-02-28",
        ["Use"] = "other",
        ["I agree"] = "on",
        ["Undeclared"] = "dropped",
    };

    [Fact]
    public async Task On_an_auto_repository_the_owner_grants_cancels_rejects_and_accepts()
    {
        var repo = await AddAsync("auto");
        Assert.Equal((0, 0, 0), await CountsAsync(repo));

        await OkAsync(repo, "grant", new { user = "dana" });
        var granted = Assert.Single(await ListAsync(repo, "accepted"));
        Assert.Equal("dana", granted.GetProperty("user").GetProperty("user").GetString());
        Assert.False(granted.GetProperty("user").TryGetProperty("email", out _), "whoever did not ask has not shared an address");
        Assert.Equal("owner", granted.GetProperty("grantedBy").GetProperty("user").GetString());

        await OkAsync(repo, "handle", new { user = "dana", status = "pending" });
        Assert.Equal((1, 0, 0), await CountsAsync(repo));
        var cancelled = Assert.Single(await ListAsync(repo, "pending"));
        Assert.False(cancelled.TryGetProperty("reviewedAt", out _));
        Assert.False(cancelled.TryGetProperty("grantedBy", out _));

        await OkAsync(repo, "handle", new { user = "dana", status = "rejected", rejectionReason = "not now" });
        Assert.Equal((0, 0, 1), await CountsAsync(repo));
        await OkAsync(repo, "handle", new { userId = world.People["dana"].Id, status = "accepted" });
        Assert.Equal((0, 1, 0), await CountsAsync(repo));

        await RefusedAsync(repo, "grant", new { user = "dana" }, 400, "That user already has access to the repo");
        await RefusedAsync(repo, "handle", new { user = "dana", status = "accepted" }, 404, "No access request found matching your criteria");
        await OkAsync(repo, "handle", new { user = "dana", status = "rejected" });
        await RefusedAsync(repo, "handle", new { user = "dana", status = "rejected" }, 404, "No access request found matching your criteria");
        await OkAsync(repo, "handle", new { user = "dana", status = "pending" });
        await RefusedAsync(repo, "handle", new { user = "dana", status = "pending" }, 404, "No access request found matching your criteria");
    }

    [Fact]
    public async Task A_request_goes_through_all_its_states_and_each_refusal_says_which()
    {
        var repo = await AddAsync("manual");
        await DownloadIsAsync(repo, 403, $"Access to model {repo} is restricted and you are not in the authorized list. Visit {world.Address.GetLeftPart(UriPartial.Authority)}/{repo} to ask for access.");

        using (var asked = await AskAsync(repo, Answers))
        {
            Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
            Assert.Equal($"{world.Address.GetLeftPart(UriPartial.Authority)}/{repo}", asked.Headers.Location!.OriginalString);
        }

        await DownloadIsAsync(repo, 403, $"Your request to access model {repo} is awaiting a review from the repo authors.");
        var pending = Assert.Single(await ListAsync(repo, "pending"));
        Assert.Equal(["user", "fields", "timestamp", "status", "requestId"], pending.EnumerateObject().Select(p => p.Name));
        Assert.Equal(["_id", "avatarUrl", "isPro", "fullname", "user", "type", "verifiedOrgNames", "email"], pending.GetProperty("user").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["Company", "Country", "Born", "Use", "I agree"], pending.GetProperty("fields").EnumerateObject().Select(p => p.Name));
        Assert.Matches(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$", pending.GetProperty("timestamp").GetString());

        await OkAsync(repo, "handle", new { user = "dana", status = "rejected", rejectionReason = "Bitte vollständig ausfüllen" });
        var rejected = $"Your request to access model {repo} has been rejected by the repo's authors. Reason: Bitte vollständig ausfüllen";
        using (var refused = await DownloadIsAsync(repo, 403, rejected))
            Assert.Equal(rejected.Replace('ä', '*').Replace('ü', '*'), refused.Headers.GetValues("X-Error-Message").Single());
        using (var again = await AskAsync(repo, Answers))
            Assert.Equal(HttpStatusCode.SeeOther, again.StatusCode);
        Assert.Single(await ListAsync(repo, "rejected"));

        await OkAsync(repo, "handle", new { user = "dana", status = "reset", resetReason = "the form has changed" });
        await DownloadIsAsync(repo, 403, $"Your request to access model {repo} has been reset by the repo's authors. Visit {world.Address.GetLeftPart(UriPartial.Authority)}/{repo} to submit a new request.");
        using (await AskAsync(repo, Answers))
            Assert.Single(await ListAsync(repo, "pending"));

        await OkAsync(repo, "handle", new { user = "dana", status = "accepted" });
        await DownloadIsAsync(repo, 200, null);
    }

    [Fact]
    public async Task Only_a_pending_request_can_be_withdrawn()
    {
        var repo = await AddAsync("manual");
        await WithdrawalIsAsync(repo, 404);
        using (await AskAsync(repo, Answers))
            await WithdrawalIsAsync(repo, 200);
        Assert.Equal((0, 0, 0), await CountsAsync(repo));
        await DownloadIsAsync(repo, 403, null);
        using (await AskAsync(repo, Answers))
            await OkAsync(repo, "handle", new { user = "dana", status = "accepted" });
        await WithdrawalIsAsync(repo, 404);
        await DownloadIsAsync(repo, 200, null);
    }

    [Theory]
    [InlineData("Company", "")]
    [InlineData("Country", "XX")]
    [InlineData("Born", "1990-02-30")]
    [InlineData("Use", "Something else")]
    [InlineData("I agree", "off")]
    [InlineData("I agree", null)]
    public async Task An_answer_that_is_missing_or_wrong_is_named(string label, string? answer)
    {
        var repo = await AddAsync("auto");
        var answers = new Dictionary<string, string>(Answers);
        if (answer is null)
            answers.Remove(label);
        else
            answers[label] = answer;
        using var response = await AskAsync(repo, answers);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.StartsWith($"{label}: ", await ErrorAsync(response), StringComparison.Ordinal);
        await DownloadIsAsync(repo, 403, null);
    }

    [Fact]
    public async Task Bad_bodies_are_refused_in_the_hubs_words()
    {
        var repo = await AddAsync("manual");
        const string status = "✖ Invalid option: expected one of \"accepted\"|\"rejected\"|\"pending\"|\"reset\"\n  → at status";
        await RefusedAsync(repo, "handle", new { user = "dana", status = "maybe" }, 400, status);
        await RefusedAsync(repo, "handle", new { user = "dana" }, 400, status);
        const string one = "✖ Exactly one of user, userId and requestId must be provided";
        await RefusedAsync(repo, "handle", new { status = "accepted" }, 400, one);
        await RefusedAsync(repo, "handle", new { user = "dana", userId = "x", status = "accepted" }, 400, one);
        await RefusedAsync(repo, "handle", new { user = "dana", requestId = new string('0', 24), status = "accepted" }, 400, one);
        await RefusedAsync(repo, "handle", new { userId = "x", requestId = new string('0', 24), status = "accepted" }, 400, one);
        await RefusedAsync(repo, "grant", new { }, 400, "✖ Either userId or user must be provided, but not both");
        await RefusedAsync(repo, "grant", new { requestId = new string('0', 24) }, 400, "✖ Either userId or user must be provided, but not both");
        await RefusedAsync(repo, "handle", new { user = "dana", status = "rejected", rejectionReason = new string('x', 201) }, 400, "✖ Too big: expected string to have <=200 characters\n  → at rejectionReason");
        await RefusedAsync(repo, "handle", new { user = "nobody-here", status = "accepted" }, 404, "User not found");
        await RefusedAsync(repo, "grant", new { user = "nobody-here" }, 404, "User not found");
        await RefusedAsync(repo, "batch", new { status = "accepted", requests = Array.Empty<object>() }, 400, null);

        using var list = await Owner.GetAsync($"/api/models/{repo}/user-access-request/pending?limit=9");
        Assert.Equal("✖ Too small: expected number to be >=10\n  → at limit", await ErrorAsync(list));
        Assert.Equal("* Too small: expected number to be >=10 * at limit", list.Headers.GetValues("X-Error-Message").Single());
    }

    [Fact]
    public async Task An_ungated_repository_lists_its_requests_but_handles_none()
    {
        var repo = await AddAsync("false");
        Assert.Equal((0, 0, 0), await CountsAsync(repo));
        using var response = await RefusedAsync(repo, "grant", new { user = "dana" }, 400, $"model {repo} is not gated");
        Assert.Equal("RepoNotGated", response.Headers.GetValues("X-Error-Code").Single());
    }

    [Fact]
    public async Task A_batch_answers_one_result_per_person_in_the_order_sent()
    {
        var repo = await AddAsync("manual");
        using (await AskAsync(repo, Answers))
            await OkAsync(repo, "grant", new { user = "owner" });
        using var response = await Owner.PostAsJsonAsync(
            $"/api/models/{repo}/user-access-request/batch",
            new { status = "accepted", requests = new object[] { new { user = "owner" }, new { user = "no-such" }, new { userId = world.People["dana"].Id }, new { user = "erin" } } });
        Assert.Equal(
            $$"""[{"user":"owner","ok":true},{"user":"no-such","ok":false,"error":"user_not_found"},{"userId":"{{world.People["dana"].Id}}","ok":true},{"user":"erin","ok":false,"error":"request_not_found"}]""",
            await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task A_request_keeps_its_id_through_all_states_and_is_decided_by_it()
    {
        // huggingface_hub 2.3 and newer fails on a row without requestId, and accepts, rejects and cancels by it.
        var repo = await AddAsync("manual");
        using (await AskAsync(repo, Answers))
        {
            var id = await RequestIdAsync(repo, "pending");
            Assert.Matches("^[0-9a-f]{24}$", id);
            foreach (var status in (string[])["accepted", "rejected", "pending", "reset", "accepted", "reset"])
            {
                await OkAsync(repo, "handle", new { requestId = id, status });
                Assert.Equal(id, await RequestIdAsync(repo, status));
            }

            await RefusedAsync(repo, "handle", new { requestId = id, status = "reset" }, 404, "No access request found matching your criteria");
            using (await AskAsync(repo, Answers))
                Assert.NotEqual(id, await RequestIdAsync(repo, "pending"));
            // It was another request: whoever decides by it has not seen the new one.
            await RefusedAsync(repo, "handle", new { requestId = id, status = "accepted" }, 404, "No access request found matching your criteria");
        }

        await OkAsync(repo, "grant", new { user = "erin" });
        var granted = await RequestIdAsync(repo, "accepted");
        Assert.Matches("^[0-9a-f]{24}$", granted);
        await OkAsync(repo, "handle", new { requestId = granted, status = "pending" });
        await OkAsync(repo, "grant", new { user = "erin" });
        Assert.Equal(granted, await RequestIdAsync(repo, "accepted"));
    }

    [Fact]
    public async Task A_request_to_another_repository_is_not_found_by_its_id()
    {
        var (repo, other) = (await AddAsync("manual"), await AddAsync("manual"));
        await OkAsync(other, "grant", new { user = "dana" });
        var id = await RequestIdAsync(other, "accepted");
        await RefusedAsync(repo, "handle", new { requestId = id, status = "rejected" }, 404, "No access request found matching your criteria");
        using var batch = await Owner.PostAsJsonAsync($"/api/models/{repo}/user-access-request/batch", new { status = "rejected", requests = new[] { new { requestId = id } } });
        Assert.Equal($$"""[{"requestId":"{{id}}","ok":false,"error":"request_not_found"}]""", await batch.Content.ReadAsStringAsync());
        Assert.Equal(id, await RequestIdAsync(other, "accepted"));
    }

    [Fact]
    public async Task A_batch_takes_request_ids_beside_names()
    {
        var repo = await AddAsync("manual");
        await OkAsync(repo, "grant", new { user = "erin" });
        var erin = await RequestIdAsync(repo, "accepted");
        using (await AskAsync(repo, Answers))
        {
            var dana = await RequestIdAsync(repo, "pending");
            var unknown = new string('0', 24);
            using var response = await Owner.PostAsJsonAsync(
                $"/api/models/{repo}/user-access-request/batch",
                new { status = "accepted", requests = new object[] { new { requestId = dana }, new { requestId = erin }, new { requestId = unknown }, new { user = "owner" } } });
            Assert.Equal(
                $$"""[{"requestId":"{{dana}}","ok":true},{"requestId":"{{erin}}","ok":true},{"requestId":"{{unknown}}","ok":false,"error":"request_not_found"},{"user":"owner","ok":false,"error":"request_not_found"}]""",
                await response.Content.ReadAsStringAsync());
        }

        await RefusedAsync(repo, "batch", new { status = "accepted", requests = new object[] { new { user = "dana", requestId = erin } } }, 400, null);
        Assert.Equal((0, 2, 0), await CountsAsync(repo));
    }

    [Fact]
    public async Task Lists_page_by_position_and_search_by_the_beginning_of_the_name()
    {
        var repo = await AddAsync("manual");
        for (var i = 0; i < 25; i++)
        {
            var name = $"page-{i:00}-{Guid.NewGuid():N}"[..20];
            await world.AddPersonAsync(name);
            await OkAsync(repo, "grant", new { user = name });
        }

        var seen = new List<string>();
        var url = $"/api/models/{repo}/user-access-request/accepted?limit=10";
        while (url is not null)
        {
            using var page = await Owner.GetAsync(url);
            seen.AddRange(JsonDocument.Parse(await page.Content.ReadAsStringAsync()).RootElement.EnumerateArray().Select(e => e.GetProperty("user").GetProperty("user").GetString()!));
            url = page.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            Assert.True(url is null || url.StartsWith(world.Address.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal));
        }

        Assert.Equal(25, seen.Count);
        Assert.Equal(25, seen.Distinct().Count());
        Assert.Single(await ListAsync(repo, "accepted?q=PAGE-07"));
        Assert.Empty(await ListAsync(repo, "accepted?q=age-07"));
    }

    [Fact]
    public async Task The_report_holds_every_request_and_downloads_as_a_file()
    {
        var repo = await AddAsync("manual");
        using (await AskAsync(repo, Answers))
            await OkAsync(repo, "grant", new { user = "erin" });
        using var response = await Owner.GetAsync($"/{repo}/user-access-report");
        Assert.Equal($"attachment; filename=user-access-report-{repo.Replace('/', '-')}.json", response.Content.Headers.NonValidated["Content-Disposition"].ToString());
        var rows = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.EnumerateArray().ToList();
        Assert.Equal(["fullname", "user", "email", "fields", "time", "status"], rows.Single(r => r.GetProperty("user").GetString() == "dana").EnumerateObject().Select(p => p.Name));
        Assert.Equal(["fullname", "user", "time", "reviewedAt", "status", "grantedBy"], rows.Single(r => r.GetProperty("user").GetString() == "erin").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task Settings_are_echoed_and_never_pretend_to_have_opened_what_the_card_closes()
    {
        var repo = await AddAsync("auto");
        Assert.Equal("""{"gated":"manual"}""", await PutAsync(repo, """{"gated":"manual"}""", 200));
        Assert.Equal("\"manual\"", (await InfoAsync(repo)).GetProperty("gated").GetRawText());
        Assert.Equal("""{"visibility":"private"}""", await PutAsync(repo, """{"visibility":"private","gatedNotificationsMode":"real-time"}""", 200));
        Assert.Equal("""{"private":false}""", await PutAsync(repo, """{"private":false}""", 200));
        Assert.Equal("{}", await PutAsync(repo, "{}", 200));
        var refusal = await PutAsync(repo, """{"gated":false}""", 409);
        Assert.Contains("README.md, line 2, says gated: auto", refusal, StringComparison.Ordinal);
        Assert.Equal("\"manual\"", (await InfoAsync(repo)).GetProperty("gated").GetRawText());
        await PutAsync(repo, """{"gated":true}""", 400);
        await PutAsync(repo, """{"gatedNotificationsEmail":"not an address"}""", 400);
        await PutAsync(repo, "[]", 400);
        using var get = await Owner.GetAsync($"/api/models/{repo}/settings");
        Assert.Equal(HttpStatusCode.NotFound, get.StatusCode);
    }

    [Fact]
    public async Task An_owner_of_one_repository_decides_nothing_in_another()
    {
        var repo = await AddAsync("manual");
        using (await AskAsync(repo, Answers))
        {
            using var response = await world.Client(world.People["erin"].Token).PostAsJsonAsync($"/api/models/{repo}/user-access-request/handle", new { user = "dana", status = "accepted" });
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }

        Assert.Single(await ListAsync(repo, "pending"));
    }

    [Fact]
    public async Task Two_reviewers_at_once_leave_one_state_and_one_event_each()
    {
        var repo = await AddAsync("manual");
        using (await AskAsync(repo, Answers))
        {
            var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
            {
                using var response = await Owner.PostAsJsonAsync($"/api/models/{repo}/user-access-request/handle", new { user = "dana", status = i % 2 == 0 ? "accepted" : "rejected" });
                return (int)response.StatusCode;
            }));
            Assert.All(outcomes, o => Assert.True(o is 200 or 404, $"{o}"));
            var (pending, accepted, rejected) = await CountsAsync(repo);
            Assert.Equal((0, 1), (pending, accepted + rejected));
            using var download = await Dana.GetAsync($"/{repo}/resolve/main/config.json");
            Assert.Equal(accepted == 1 ? 200 : 403, (int)download.StatusCode);
        }
    }

    private async Task<string?> RequestIdAsync(string repo, string list) => Assert.Single(await ListAsync(repo, list)).GetProperty("requestId").GetString();

    private HttpClient Owner => world.Client(world.People["owner"].Token);

    private HttpClient Dana => world.Client(world.People["dana"].Token);

    private async Task<string> AddAsync(string gated)
    {
        var name = $"owner/r{Guid.NewGuid():N}";
        await world.AddRepositoryAsync(RepositoryType.Model, name, new Dictionary<string, string>
        {
            ["README.md"] = Form.Replace("{0}", gated, StringComparison.Ordinal),
            ["config.json"] = "{}",
        });
        return name;
    }

    private Task<HttpResponseMessage> AskAsync(string repo, Dictionary<string, string> answers) => Dana.PostAsync($"/{repo}/ask-access", new FormUrlEncodedContent(answers));

    private async Task<HttpResponseMessage> DownloadIsAsync(string repo, int status, string? sentence)
    {
        var response = await Dana.GetAsync($"/{repo}/resolve/main/config.json");
        Assert.Equal(status, (int)response.StatusCode);
        if (sentence is not null)
            Assert.Equal(sentence, await ErrorAsync(response));
        using var check = await Dana.GetAsync($"/api/models/{repo}/auth-check");
        Assert.Equal(status, (int)check.StatusCode);
        return response;
    }

    private async Task WithdrawalIsAsync(string repo, int status)
    {
        using var response = await Dana.PostAsync($"/api/models/{repo}/user-access-request/cancel", null);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(
            status == 200 ? """{"ok":true}""" : """{"error":"No pending access request found for this repo and this user"}""",
            await response.Content.ReadAsStringAsync());
    }

    private async Task<List<JsonElement>> ListAsync(string repo, string list) =>
        [.. JsonDocument.Parse(await Owner.GetStringAsync($"/api/models/{repo}/user-access-request/{list}")).RootElement.EnumerateArray()];

    private async Task<(int Pending, int Accepted, int Rejected)> CountsAsync(string repo) =>
        ((await ListAsync(repo, "pending")).Count, (await ListAsync(repo, "accepted")).Count, (await ListAsync(repo, "rejected")).Count);

    private async Task OkAsync(string repo, string verb, object body)
    {
        using var response = await Owner.PostAsJsonAsync($"/api/models/{repo}/user-access-request/{verb}", body);
        Assert.Equal("{}", await response.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    private async Task<HttpResponseMessage> RefusedAsync(string repo, string verb, object body, int status, string? sentence)
    {
        var response = await Owner.PostAsJsonAsync($"/api/models/{repo}/user-access-request/{verb}", body);
        Assert.Equal(status, (int)response.StatusCode);
        if (sentence is not null)
            Assert.Equal(sentence, await ErrorAsync(response));
        return response;
    }

    private async Task<string> PutAsync(string repo, string body, int status)
    {
        using var response = await Owner.PutAsync($"/api/models/{repo}/settings", new StringContent(body, System.Text.Encoding.UTF8, "application/json"));
        Assert.Equal(status, (int)response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<JsonElement> InfoAsync(string repo) => JsonDocument.Parse(await Owner.GetStringAsync($"/api/models/{repo}")).RootElement;

    private static async Task<string?> ErrorAsync(HttpResponseMessage response) =>
        JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("error").GetString();

    public sealed class World : HubApplication
    {
        internal Dictionary<string, TestPerson> People { get; } = [];

        protected override async Task FillAsync()
        {
            foreach (var name in (string[])["owner", "dana", "erin"])
                People[name] = await AddPersonAsync(name, TokenRole.Write);
        }
    }
}
