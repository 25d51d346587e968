using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Persons;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Gating.Persons;

/// <summary>Deleting people: nothing works any more for them, nothing of theirs is kept, and nothing of others is lost (threat rows 24d, 32).</summary>
public sealed class PersonRemovalTests(DepartureWorld world) : IClassFixture<DepartureWorld>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Their_tokens_and_addresses_end_with_the_next_request_whoever_deletes_them(bool byCommand)
    {
        var person = await world.NewPersonAsync();
        var file = $"/{world.Gated.FullName}/resolve/main/config.json";
        Assert.Equal(ReviewOutcome.Done, await world.Requests.GrantAsync(world.Gated, world.Boss.Id, new(person.Name, null), Cancel));
        var user = (await world.Users.FindAsync(person.Name, Cancel))!;
        var address = world.Services.GetRequiredService<SignedLinks>().Write(new()
        {
            Operation = LinkOperation.Download,
            RepositoryId = world.Gated.Id,
            Object = new(RepoHost.Lfs.LfsOid.Parse(new string('a', 64)), 3),
            UserId = user.Id,
            SessionId = await world.SessionIdAsync(user.Id),
            ExpiresAt = TimeProvider.System.GetUtcNow().AddMinutes(5),
        });
        var link = $"/{world.Gated.FullName}.git/info/lfs/objects/{new string('a', 64)}/{address}";
        using var client = world.Client(person.Token);
        // Twice, so that the second is answered from what the first has warmed.
        for (var i = 0; i < 2; i++)
            Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(file, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await world.Client().GetAsync(link, Cancel)).StatusCode);

        if (byCommand)
            Assert.Equal((0, $"User {person.Name} is deleted.", ""), await world.RunAsync($"user delete {person.Name} --yes"));
        else
            Assert.Equal(PersonRemovalOutcome.Removed, (await world.Removal.RemoveAsync(person.Id, false, Cancel)).Outcome);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(file, Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/api/whoami-v2", Cancel)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await world.Client().GetAsync(link, Cancel)).StatusCode);
    }

    [Fact]
    public async Task Nothing_that_names_them_is_stored_any_more_and_what_was_decided_still_is()
    {
        var person = await world.AddPersonAsync("zaphod", TokenRole.Write);
        var other = await world.NewPersonAsync();
        var gated = await world.AddGatedAsync("acme/remembers");
        await world.Organizations.SetMemberAsync("acme", "zaphod", OrganizationRole.Write, Cancel);
        await world.AskAsync(gated, person, "Heart of Gold Inc.");
        // Until the end of their days here: mails that go to the address are not addressed to the account.
        await world.ConfirmAddressAsync(person, confirmed: false);
        await world.Requests.ReviewAsync(gated, world.Boss.Id, new("zaphod", null), AccessState.Rejected, "Dear Mr Beeblebrox, no.", Cancel);
        await world.AskAsync(gated, other);
        await world.Requests.ReviewAsync(gated, person.Id, new(other.Name, null), AccessState.Accepted, null, Cancel);
        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(gated.Id, row => row.GatedNotificationsEmail = "Zaphod@Example.org", Cancel);
        var made = await world.AddRepositoryAsync(RepositoryType.Model, "acme/made", new Dictionary<string, string> { ["a"] = "a" });
        await using (var db = await world.OpenDatabaseAsync())
        {
            await db.Repositories.Where(r => r.Id == made.Id).ExecuteUpdateAsync(set => set.SetProperty(r => r.CreatedById, person.Id), Cancel);
            db.PullRequests.Add(new PullRequest { RepositoryId = made.Id, Number = 1, AuthorId = person.Id, Title = "A change", BaseBranch = "main" });
            await db.SaveChangesAsync(Cancel);
        }

        await using (var db = await world.OpenDatabaseAsync())
        {
            foreach (var recipient in (string[])[person.Id, "Zaphod@Example.org"])
            {
                db.OutboxMails.Add(new OutboxMail { Key = $"test:{recipient}", Recipient = recipient, Text = "Dear Zaphod" });
                db.RequestNoticeRecipients.Add(new RequestNoticeRecipient { Version = await db.RequestNotices.Where(n => n.UserId == other.Id).Select(n => n.Version).FirstAsync(Cancel), Recipient = recipient });
            }

            db.MutedAddresses.Add(new MutedAddress { Address = "zaphod@example.org" });
            db.Invitations.Add(new Invitation
            {
                Id = HubId.New(),
                OrganizationId = (await world.Organizations.FindAsync("acme", Cancel))!.Id,
                Email = "zaphod@example.org",
                NormalizedEmail = "ZAPHOD@EXAMPLE.ORG",
            });
            await db.SaveChangesAsync(Cancel);
        }

        string[] traces = ["zaphod", "Heart of Gold", "Beeblebrox", person.Id];
        var before = await world.EverythingStoredAsync();
        Assert.All(traces, trace => Assert.Contains(before, value => value.Contains(trace, StringComparison.OrdinalIgnoreCase)));
        await world.ConfirmAddressAsync(person);
        Assert.Equal(PersonRemovalResult.Removed, await world.Removal.RemoveAsync(person.Id, false, Cancel));
        var after = await world.EverythingStoredAsync();
        Assert.DoesNotContain(after, value => traces.Any(trace => value.Contains(trace, StringComparison.OrdinalIgnoreCase)));

        using var boss = world.Client(world.Boss.Token);
        var report = JsonNode.Parse(await boss.GetStringAsync("/acme/remembers/user-access-report", Cancel))!.AsArray();
        Assert.Equal(2, report.Count);
        var theirs = report.Single(item => (string)item!["status"]! == "rejected")!.AsObject();
        Assert.Equal(["fullname", "user", "time", "reviewedAt", "status"], theirs.Select(property => property.Key));
        Assert.Equal("Deleted user", (string)theirs["fullname"]!);
        Assert.StartsWith("deleted-user--", (string)theirs["user"]!, StringComparison.Ordinal);
        var others = report.Single(item => (string)item!["status"]! == "accepted")!;
        Assert.Equal((other.Name, "Deleted user"), ((string)others["user"]!, (string)others["grantedBy"]!["fullname"]!));
        Assert.Equal("[]", await boss.GetStringAsync("/api/models/acme/remembers/user-access-request/rejected", Cancel));

        await using (var db = await world.OpenDatabaseAsync())
        {
            var nobody = await db.Users.SingleAsync(u => u.UserName == (string)theirs["user"]!, Cancel);
            Assert.Equal((true, null), (nobody.Disabled, nobody.PasswordHash));
            var events = await db.AccessEvents.Where(e => e.RepositoryId == gated.Id).OrderBy(e => e.Id).ToListAsync(Cancel);
            Assert.Equal(["ask", "reject", "ask", "accept"], events.Select(e => e.Action));
            Assert.Equal([nobody.Id, nobody.Id, other.Id, other.Id], events.Select(e => e.UserId));
            Assert.Equal([nobody.Id, world.Boss.Id, other.Id, nobody.Id], events.Select(e => e.ActorId));
            Assert.Equal((nobody.Id, nobody.Id), (await db.Repositories.Where(r => r.Id == made.Id).Select(r => r.CreatedById).SingleAsync(Cancel), await db.PullRequests.Where(r => r.RepositoryId == made.Id).Select(r => r.AuthorId).SingleAsync(Cancel)));
            Assert.Null(await db.Repositories.Where(r => r.Id == gated.Id).Select(r => r.GatedNotificationsEmail).SingleAsync(Cancel));
        }

        // The other one's access is as it was, and the repository that they made too.
        Assert.Equal(HttpStatusCode.OK, (await world.Client(other.Token).GetAsync("/acme/remembers/resolve/main/config.json", Cancel)).StatusCode);
        Assert.Equal("a", await boss.GetStringAsync("/acme/made/resolve/main/a", Cancel));
    }

    [Fact]
    public async Task An_address_that_somebody_only_claimed_takes_nothing_along_and_shows_nothing()
    {
        var person = await world.NewPersonAsync();
        await world.ConfirmAddressAsync(person, confirmed: false);
        var address = $"{person.Name}@example.org";
        var gated = await world.AddGatedAsync($"acme/{world.NewName("told")}");
        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(gated.Id, row => row.GatedNotificationsEmail = address, Cancel);
        await using (var db = await world.OpenDatabaseAsync())
        {
            db.OutboxMails.Add(new OutboxMail { Key = $"test:{address}", Recipient = address, Text = "For the real owner" });
            db.MutedAddresses.Add(new MutedAddress { Address = address });
            db.Invitations.Add(new Invitation { Id = HubId.New(), OrganizationId = (await world.Organizations.FindAsync("acme", Cancel))!.Id, Email = address, NormalizedEmail = address.ToUpperInvariant() });
            await db.SaveChangesAsync(Cancel);
        }

        var export = JsonNode.Parse((await world.RunAsync($"user export {person.Name}")).Output)!;
        Assert.Equal((0, 0), (export["invitations"]!.AsArray().Count, export["mails"]!.AsArray().Count));
        Assert.Equal(PersonRemovalResult.Removed, await world.Removal.RemoveAsync(person.Id, false, Cancel));
        await using (var db = await world.OpenDatabaseAsync())
        {
            Assert.Equal(address, await db.Repositories.Where(r => r.Id == gated.Id).Select(r => r.GatedNotificationsEmail).SingleAsync(Cancel));
            Assert.Equal(
                (true, true, true),
                (await db.OutboxMails.AnyAsync(m => m.Recipient == address, Cancel), await db.MutedAddresses.AnyAsync(m => m.Address == address, Cancel), await db.Invitations.AnyAsync(i => i.Email == address, Cancel)));
        }
    }

    [Fact]
    public async Task Whoever_let_somebody_in_who_has_left_can_leave_as_well()
    {
        var (asker, reviewer) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        var gated = await world.AddGatedAsync($"acme/{world.NewName("both")}");
        await world.AskAsync(gated, asker);
        await world.Requests.ReviewAsync(gated, reviewer.Id, new(asker.Name, null), AccessState.Accepted, null, Cancel);
        Assert.Equal(PersonRemovalResult.Removed, await world.Removal.RemoveAsync(asker.Id, false, Cancel));
        Assert.Equal(PersonRemovalResult.Removed, await world.Removal.RemoveAsync(reviewer.Id, false, Cancel));
        var report = JsonNode.Parse(await world.Client(world.Boss.Token).GetStringAsync($"/{gated.FullName}/user-access-report", Cancel))!.AsArray();
        var item = Assert.Single(report)!;
        Assert.Equal(("Deleted user", "Deleted user"), ((string)item["fullname"]!, (string)item["grantedBy"]!["fullname"]!));
        Assert.NotEqual((string)item["user"]!, (string)item["grantedBy"]!["user"]!);
    }

    [Fact]
    public async Task Nobody_can_be_let_in_disabled_or_found_as_a_deleted_person()
    {
        var person = await world.NewPersonAsync();
        var gated = await world.AddGatedAsync($"acme/{world.NewName("ghost")}");
        await world.AskAsync(gated, person);
        await world.Removal.RemoveAsync(person.Id, false, Cancel);
        await using var db = await world.OpenDatabaseAsync();
        var nobody = await db.AccessRequests.IgnoreQueryFilters().Where(r => r.RepositoryId == gated.Id).Select(r => r.User!).SingleAsync(Cancel);
        using var boss = world.Client(world.Boss.Token);
        foreach (var who in (object[])[new { user = nobody.UserName }, new { userId = nobody.Id }, new { user = person.Name }, new { userId = person.Id }])
        {
            Assert.Equal(HttpStatusCode.NotFound, (await boss.PostAsJsonAsync($"/api/models/{gated.FullName}/user-access-request/grant", who, Cancel)).StatusCode);
            var status = JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(who))!.AsObject();
            status["status"] = "accepted";
            Assert.Equal(HttpStatusCode.NotFound, (await boss.PostAsJsonAsync($"/api/models/{gated.FullName}/user-access-request/handle", status, Cancel)).StatusCode);
        }

        Assert.Null(await world.Users.FindAsync(nobody.UserName!, Cancel));
        Assert.Null(await world.Users.DisableAsync(nobody.UserName!, false, Cancel));
        Assert.Null(await world.Users.SetAdministratorAsync(nobody.UserName!, true, Cancel));
        Assert.Equal(PersonRemovalOutcome.NoSuchUser, (await world.Removal.RemoveAsync(nobody.Id, true, Cancel)).Outcome);
        Assert.Empty((await world.Services.GetRequiredService<PeopleList>().ReadAsync("deleted", null, 10, Cancel)).People);
        Assert.Equal(1, (await world.RunAsync($"user export {nobody.UserName}")).Status);
    }

    [Fact]
    public async Task The_last_admin_of_an_organization_stays_and_is_told_which()
    {
        var person = await world.NewPersonAsync();
        var (one, two, shared) = (world.NewName("org"), world.NewName("org"), world.NewName("org"));
        foreach (var name in (string[])[two, one, shared])
            await world.Organizations.AddAsync(name, null, person.Name, Cancel);
        await world.Organizations.SetMemberAsync(shared, "boss", OrganizationRole.Admin, Cancel);
        var expected = $"{person.Name} is the last admin of {string.Join(", ", new[] { one, two }.Order(StringComparer.Ordinal))}. Make somebody else admin first.";
        Assert.Equal(new(PersonRemovalOutcome.LastAdministrator, expected), await world.Removal.RemoveAsync(person.Id, withRepositories: true, Cancel));
        Assert.Equal((1, "", $"repohost: {expected}"), await world.RunAsync($"user delete {person.Name} --yes --with-repositories"));
        Assert.Equal(HttpStatusCode.OK, (await world.Client(person.Token).GetAsync("/api/whoami-v2", Cancel)).StatusCode);

        foreach (var name in (string[])[one, two])
            await world.Organizations.SetMemberAsync(name, "boss", OrganizationRole.Admin, Cancel);
        Assert.Equal(PersonRemovalResult.Removed, await world.Removal.RemoveAsync(person.Id, false, Cancel));
        Assert.Equal(["boss"], (await world.Organizations.ListMembersAsync((await world.Organizations.FindAsync(one, Cancel))!.Id, Cancel)).Select(m => m.User!.UserName));
    }

    [Fact]
    public async Task Their_repositories_are_named_and_go_only_when_that_is_said()
    {
        var person = await world.NewPersonAsync();
        var kept = await world.AddGatedAsync($"{person.Name}/b-model");
        await world.AddRepositoryAsync(RepositoryType.Dataset, $"{person.Name}/a-data", new Dictionary<string, string> { ["a"] = "a" });
        await world.AskAsync(kept, world.Boss);
        var expected = $"{person.Name} owns repositories: dataset {person.Name}/a-data, model {person.Name}/b-model. Delete them or move them to another owner first, or have them deleted as well.";
        Assert.Equal(new(PersonRemovalOutcome.OwnsRepositories, expected), await world.Removal.RemoveAsync(person.Id, false, Cancel));
        Assert.Equal((1, "", $"repohost: {expected} (--with-repositories)"), await world.RunAsync($"user delete {person.Name} --yes"));
        var refused = await world.RunAsync($"user delete {person.Name} --with-repositories");
        Assert.Equal((1, ""), (refused.Status, refused.Output));
        Assert.Contains("Add --yes to go on", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await world.Client().GetAsync($"/api/models/{kept.FullName}", Cancel)).StatusCode);

        var folder = world.Services.GetRequiredService<RepoHost.Git.GitRepositories>().PathOf(kept.Id);
        Assert.True(Directory.Exists(folder));
        Assert.Equal((0, $"User {person.Name} is deleted.", ""), await world.RunAsync($"user delete {person.Name} --yes --with-repositories"));
        Assert.False(Directory.Exists(folder));
        Assert.Equal(HttpStatusCode.NotFound, (await world.Client(world.Boss.Token).GetAsync($"/api/models/{kept.FullName}", Cancel)).StatusCode);
        await using var db = await world.OpenDatabaseAsync();
        Assert.False(await db.Repositories.AnyAsync(r => r.Namespace == person.Name, Cancel));
    }

    [Fact]
    public async Task Nobody_gets_the_name_again_and_anybody_the_mail_address()
    {
        var person = await world.NewPersonAsync();
        await world.Removal.RemoveAsync(person.Id, false, Cancel);
        foreach (var name in (string[])[person.Name, person.Name.ToUpperInvariant()])
        {
            var again = await world.Users.AddAsync(name, "somebody.else@example.org", null, null, false, Cancel);
            Assert.Equal((AddUserOutcome.NameTaken, $"The name {name} is taken."), (again.Outcome, again.Message));
            Assert.Equal(AddOrganizationOutcome.NameTaken, (await world.Organizations.AddAsync(name, null, "boss", Cancel)).Outcome);
        }

        Assert.Equal("The name " + person.Name + " is taken. Service accounts share their names with people and organizations.", (await world.Services.GetRequiredService<ServiceAccounts>().AddAsync("acme", person.Name, null, null, Cancel)).Message);
        Assert.Equal(AddUserOutcome.Added, (await world.Users.AddAsync(world.NewName(), $"{person.Name}@example.org", null, null, false, Cancel)).Outcome);

        Assert.Equal((0, $"The name {person.Name} can be taken again.", ""), await world.RunAsync($"user free {person.Name}"));
        Assert.Equal((1, "", $"repohost: The name {person.Name} is not kept for anybody who was deleted."), await world.RunAsync($"user free {person.Name}"));
        Assert.Equal(AddUserOutcome.Added, (await world.Users.AddAsync(person.Name, "somebody.new@example.org", null, null, false, Cancel)).Outcome);
    }

    [Fact]
    public async Task Two_who_delete_the_same_person_at_once_each_get_an_answer()
    {
        var person = await world.NewPersonAsync();
        await world.AskAsync(world.Gated, person);
        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => world.Removal.RemoveAsync(person.Id, false, Cancel))));
        Assert.Single(results, result => result.Outcome == PersonRemovalOutcome.Removed);
        Assert.Equal(3, results.Count(result => result.Outcome == PersonRemovalOutcome.NoSuchUser));
    }

    [Fact]
    public async Task Somebody_who_has_left_no_trace_leaves_no_row()
    {
        var person = await world.NewPersonAsync();
        await using var db = await world.OpenDatabaseAsync();
        var before = await db.Users.CountAsync(Cancel);
        await world.Removal.RemoveAsync(person.Id, false, Cancel);
        Assert.Equal(before - 1, await db.Users.CountAsync(Cancel));
    }
}
