using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>One person for each column, with the role that it names, and repositories of the kinds that the rows are about.</summary>
public sealed class OrganizationTableWorld : HubApplication
{
    private const string Card = "---\ngated: manual\n---\n# A model\n";

    private readonly Dictionary<(string Role, bool MembersGated), string> _public = [];
    private readonly Dictionary<(string Role, bool MembersGated), string> _private = [];
    private int _names;
    private TestPerson _boss = null!;
    private TestPerson _asker = null!;

    private Dictionary<string, TestPerson> People { get; } = [];

    private Organizations Organizations => Services.GetRequiredService<Organizations>();

    protected override async Task FillAsync()
    {
        _boss = await AddPersonAsync("boss", TokenRole.Write);
        _asker = await AddPersonAsync("asker", TokenRole.Write);
        await AddPersonAsync("guest");
        await AddPersonAsync("victim");
        await Organizations.AddAsync("acme", "Acme", "boss", CancellationToken.None);
        await Organizations.AddAsync("other", "Other", "boss", CancellationToken.None);
        await Organizations.SetMemberAsync("acme", "victim", OrganizationRole.Read, CancellationToken.None);
        foreach (var role in OrganizationTable.Roles)
        {
            var person = People[role] = await AddPersonAsync($"person-{role.Replace(' ', '-')}", TokenRole.Write);
            foreach (var membersGated in (bool[])[false, true])
            {
                _public[(role, membersGated)] = await NewAsync(role, membersGated);
                _private[(role, membersGated)] = await NewAsync(role, membersGated, isPrivate: true);
                await AnswerAsync("POST", $"/{_public[(role, membersGated)]}/ask-access", "{}", _asker).Is(303);
            }

            await JoinAsync(person, role);
        }
    }

    /// <summary>The status, or what else the row counts.</summary>
    internal async Task<int> DoAsync(string action, string role, bool membersGated)
    {
        var (me, open, hidden) = (People[role], _public[(role, membersGated)], _private[(role, membersGated)]);
        return action switch
        {
            "see a private one" => await AskAsync("GET", $"/api/models/{hidden}"),
            "list a private one" => JsonNode.Parse((await AnswerAsync("GET", $"/api/models?search={hidden.Split('/')[1]}", null, me)).Text)!.AsArray().Count(m => (string)m!["id"]! == hidden),
            "download from a public one" => await AskAsync("GET", $"/{open}/resolve/main/config.json"),
            "download from a private one" => await AskAsync("GET", $"/{hidden}/resolve/main/config.json"),
            "clone" => Clone(me, open),
            "ask LFS for an object" => await AskAsync("POST", $"/{open}.git/info/lfs/objects/batch", $$"""{"operation":"download","objects":[{"oid":"{{new string('a', 64)}}","size":5}]}"""),
            "auth-check" => await AskAsync("GET", $"/api/models/{open}/auth-check"),
            "propose a change" => (int)(await new CommitRequest().Text("proposal.txt", "x").SendAsync(this, me.Token, open, query: "?create_pr=1")).Status,
            "push" => Push(me, open),
            "commit by the API" => (int)(await new CommitRequest().Text("change.txt", role).SendAsync(this, me.Token, open)).Status,
            "commit that opens the gate" => (int)(await new CommitRequest().Text("README.md", "# Open\n").SendAsync(this, me.Token, await NewAsync(role, membersGated))).Status,
            "make a branch" => await AskAsync("POST", $"/api/models/{open}/branch/side", "{}"),
            "read the requests" => await AskAsync("GET", $"/api/models/{open}/user-access-request/pending"),
            "accept a request" => await AskAsync("POST", $"/api/models/{open}/user-access-request/handle", """{"user":"asker","status":"accepted"}"""),
            "read the report" => await AskAsync("GET", $"/{open}/user-access-report"),
            "grant to an organization" => await AskAsync("POST", $"/api/models/{open}/user-access-request/grant", """{"user":"other"}"""),
            "change its settings" => await AskAsync("PUT", $"/api/models/{open}/settings", """{"gatedNotificationsMode":"bulk"}"""),
            "rename it" => await MoveAsync(await NewAsync(role, membersGated), $"acme/{NewName()}"),
            "take it away" => await MoveAsync(await NewAsync(role, membersGated), $"{me.Name}/{NewName()}"),
            "delete it" => await AskAsync("DELETE", "/api/repos/delete", $$"""{"name":"{{await NewAsync(role, membersGated)}}"}"""),
            "make one in the organization" => await AskAsync("POST", "/api/repos/create", $$"""{"name":"acme/{{NewName()}}"}"""),
            "move one's own in" => await MoveAsync(await OwnAsync(me), $"acme/{NewName()}"),
            "see the members" => await AskAsync("GET", "/api/organizations/acme/members"),
            "see the invitations" => await AskAsync("GET", "/api/organizations/acme/invitations"),
            "invite" => await AskAsync("POST", "/api/organizations/acme/invitations", """{"user":"guest","role":"read"}"""),
            "withdraw an invitation" => await AskAsync("DELETE", $"/api/organizations/acme/invitations/{await InvitationAsync()}"),
            "change a role" => await AskAsync("PUT", "/api/organizations/acme/members/victim/role", """{"role":"contributor"}"""),
            "remove a member" => await RemoveAsync(),
            "change the organization" => await AskAsync("PUT", "/api/organizations/acme/settings", """{"fullname":"Acme"}"""),
            "delete the organization" => await AskAsync("DELETE", "/api/organizations/acme"),
            "leave" => await LeaveAsync(),
            _ => throw new ArgumentOutOfRangeException(nameof(action), action, "The table has a row that nothing is done for."),
        };

        async Task<int> AskAsync(string method, string url, string? body = null) => (int)(await AnswerAsync(method, url, body, me)).Status;

        Task<int> MoveAsync(string from, string to) => AskAsync("POST", "/api/repos/move", $$"""{"fromRepo":"{{from}}","toRepo":"{{to}}","type":"model"}""");

        async Task<int> RemoveAsync()
        {
            var status = await AskAsync("DELETE", "/api/organizations/acme/members/victim");
            await Organizations.SetMemberAsync("acme", "victim", OrganizationRole.Read, CancellationToken.None);
            return status;
        }

        async Task<int> LeaveAsync()
        {
            var status = await AskAsync("POST", "/api/organizations/acme/leave");
            Assert.Equal(404, await AskAsync("GET", $"/api/models/{hidden}"));
            await JoinAsync(me, role);
            return status;
        }
    }

    /// <summary>A gated repository, made by the person of the column where it says so, who then has their role again.</summary>
    private async Task<string> NewAsync(string role, bool membersGated, bool isPrivate = false)
    {
        var (id, maker) = ($"acme/{NewName()}", role.StartsWith("maker", StringComparison.Ordinal) ? People[role] : _boss);
        if (maker != _boss)
            await Organizations.SetMemberAsync("acme", maker.Name, OrganizationRole.Contributor, CancellationToken.None);
        await AnswerAsync("POST", "/api/repos/create", new JsonObject
        {
            ["name"] = id,
            ["private"] = isPrivate,
            ["files"] = new JsonArray(File("README.md", Card), File("config.json", "{}\n")),
        }.ToJsonString(), maker).Is(200);
        if (maker != _boss)
            await JoinAsync(maker, role);
        if (membersGated)
            await AnswerAsync("PUT", $"/api/models/{id}/settings", """{"orgMembersGated":true}""", _boss).Is(200);
        return id;
    }

    private async Task<string> OwnAsync(TestPerson person)
    {
        var id = $"{person.Name}/{NewName()}";
        await AnswerAsync("POST", "/api/repos/create", $$"""{"name":"{{id}}"}""", person).Is(200);
        return id;
    }

    private async Task<string> InvitationAsync() =>
        (string)(await AnswerAsync("POST", "/api/organizations/acme/invitations", """{"user":"guest","role":"read"}""", _boss).Is(200)).Json["id"]!;

    private async Task JoinAsync(TestPerson person, string role)
    {
        if (Enum.TryParse<OrganizationRole>(role.Split(' ')[^1], ignoreCase: true, out var given))
            Assert.Equal(MembershipOutcome.Done, await Organizations.SetMemberAsync("acme", person.Name, given, CancellationToken.None));
        else
            await Organizations.RemoveMemberAsync("acme", person.Name, CancellationToken.None);
    }

    /// <summary>With what the boss has cloned: whoever may not read can still try to push.</summary>
    private int Push(TestPerson person, string id)
    {
        using var boss = new GitClient(_boss.Token);
        boss.Must("clone", "-q", Url(id), "work");
        boss.Write("work/pushed.txt", person.Name);
        boss.Commit("work");
        using var git = new GitClient(person.Token);
        return StatusOf(git.Run("-C", boss.File("work"), "push", "-q", "origin", "HEAD:main"));
    }

    private int Clone(TestPerson person, string id)
    {
        using var git = new GitClient(person.Token);
        return StatusOf(git.Run("clone", "-q", Url(id), "work"));
    }

    private static int StatusOf(GitAnswer answer) => answer switch
    {
        { Succeeded: true } => 200,
        { Said: var said } when said.Contains("error: 403", StringComparison.Ordinal) => 403,
        { Said: var said } when said.Contains("not found", StringComparison.Ordinal) => 404,
        // Who has proposed something there is told by git, and not by HTTP.
        { Said: var said } when said.Contains("remote rejected", StringComparison.Ordinal) && said.Contains("not the required permissions", StringComparison.Ordinal) => 403,
        _ => throw new InvalidOperationException(answer.Said),
    };

    private string Url(string id) => $"{Address}{id}";

    private string NewName() => string.Create(CultureInfo.InvariantCulture, $"r{Interlocked.Increment(ref _names)}");

    private async Task<Answer> AnswerAsync(string method, string url, string? body, TestPerson person)
    {
        using var client = Client(person.Token);
        using var request = new HttpRequestMessage(new(method), url);
        if (body is not null)
            request.Content = new StringContent(body, System.Text.Encoding.UTF8, url.Contains("/info/lfs/", StringComparison.Ordinal) ? "application/vnd.git-lfs+json" : "application/json");
        using var response = await client.SendAsync(request);
        return new(response.StatusCode, await response.Content.ReadAsStringAsync(), null, null, null);
    }

    private static JsonObject File(string path, string text) => new() { ["path"] = path, ["encoding"] = "utf-8", ["content"] = text };
}
