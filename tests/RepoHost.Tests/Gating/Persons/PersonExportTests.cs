using System.IO.Pipelines;
using System.Text.Json.Nodes;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating.Persons;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Gating.Persons;

public sealed class PersonExportTests(DepartureWorld world) : IClassFixture<DepartureWorld>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_that_is_stored_about_a_person_is_in_it_and_nothing_about_others()
    {
        var (person, other) = (await world.NewPersonAsync(), await world.NewPersonAsync());
        await world.Organizations.SetMemberAsync("acme", person.Name, OrganizationRole.Write, Cancel);
        await world.AskAsync(world.Gated, person, "Example & \"Söhne\"");
        await world.Requests.ReviewAsync(world.Gated, world.Boss.Id, new(person.Name, null), AccessState.Rejected, "Not yet", Cancel);
        await world.AskAsync(world.Gated, other, "A secret company");
        await world.Requests.ReviewAsync(world.Gated, person.Id, new(other.Name, null), AccessState.Accepted, null, Cancel);
        var own = await world.AddGatedAsync($"{person.Name}/own", isPrivate: true);
        await world.Services.GetRequiredService<ExternalLogins>().ConnectAsync(person.Id, new("https://login.example", "a-subject"), Cancel);
        // Asked while it could be seen, and then hidden.
        var hidden = await world.AddGatedAsync($"{other.Name}/hidden");
        await world.AskAsync(hidden, person, "Of old");
        await world.Services.GetRequiredService<RepositoryCatalog>().UpdateAsync(hidden.Id, row => row.Private = true, Cancel);

        await using (var db = await world.OpenDatabaseAsync())
        {
            var token = await db.AccessTokens.Where(t => t.UserId == person.Id).Select(t => t.Id).SingleAsync(Cancel);
            db.AccessTokenScopes.Add(new AccessTokenScope { TokenId = token, RepositoryId = own.Id, Rights = TokenRights.Read | TokenRights.Write });
            db.AccessTokenScopes.Add(new AccessTokenScope { TokenId = token, UserId = person.Id, Rights = TokenRights.Review });
            await db.SaveChangesAsync(Cancel);
        }

        await world.SignInAsync(person.Name);
        var text = await ExportAsync(person);
        var export = JsonNode.Parse(text)!;
        Assert.Equal(
            ["account", "organizations", "invitations", "externalLogins", "sessions", "tokens", "tokenRights", "repositories", "accessRequests", "events", "reviews", "pullRequests", "mails"], export.AsObject().Select(property => property.Key));
        Assert.Equal(
            (person.Id, person.Name, $"{person.Name} Example", $"{person.Name}@example.org", false),
            ((string)export["account"]!["id"]!, (string)export["account"]!["name"]!, (string)export["account"]!["fullName"]!, (string)export["account"]!["email"]!, (bool)export["account"]!["administrator"]!));
        Assert.Equal(("acme", "write"), ((string)export["organizations"]![0]!["name"]!, (string)export["organizations"]![0]!["role"]!));
        Assert.Equal(("https://login.example", "a-subject"), ((string)export["externalLogins"]![0]!["issuer"]!, (string)export["externalLogins"]![0]!["subject"]!));
        var session = Assert.Single(export["sessions"]!.AsArray())!.AsObject();
        Assert.Equal(["createdAt", "lastUsedAt", "loggedInBy", "address", "browser"], session.Select(property => property.Key));
        Assert.Equal(("test", "write"), ((string)export["tokens"]![0]!["name"]!, (string)export["tokens"]![0]!["role"]!));
        Assert.Equal([$"{own.FullName}  read, write", $" {person.Name} review"], export["tokenRights"]!.AsArray().Select(s => $"{s!["repository"]} {s["namespace"]} {s["rights"]}"));
        Assert.Equal((own.FullName, true, true), ((string)export["repositories"]![0]!["repository"]!, (bool)export["repositories"]![0]!["owned"]!, (bool)export["repositories"]![0]!["private"]!));
        var requests = export["accessRequests"]!.AsArray();
        Assert.Equal(
            ("acme/gated", "rejected", "Not yet", "Example & \"Söhne\""),
            ((string)requests[0]!["repository"]!, (string)requests[0]!["status"]!, (string)requests[0]!["reason"]!, (string)requests[0]!["answers"]!["Company"]!));
        Assert.Equal((null, "pending", "Of old"), ((string?)requests[1]!["repository"], (string)requests[1]!["status"]!, (string)requests[1]!["answers"]!["Company"]!));
        Assert.Equal(
            [("ask", "none", "pending", true), ("reject", "pending", "rejected", false), ("ask", "none", "pending", true)],
            export["events"]!.AsArray().Select(e => ((string)e!["action"]!, (string)e["from"]!, (string)e["to"]!, (bool)e["byYou"]!)));
        Assert.Equal(["accept"], export["reviews"]!.AsArray().Select(e => (string)e!["action"]!));

        foreach (var secret in (string[])[person.Token, other.Id, "A secret company", "hidden", "boss", world.Boss.Id])
            Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        Assert.Equal((0, text, ""), await world.RunAsync($"user export {person.Name}"));
    }

    [Fact]
    public async Task A_long_life_is_exported_whole()
    {
        var person = await world.NewPersonAsync();
        await using (var db = await world.OpenDatabaseAsync())
        {
            for (var i = 0; i < 20_000; i++)
                db.AccessEvents.Add(new AccessEvent { RepositoryId = world.Gated.Id, UserId = person.Id, ActorId = person.Id, Action = "ask", Reason = new string('r', 100) });
            await db.SaveChangesAsync(Cancel);
        }

        Assert.Equal(20_000, JsonNode.Parse(await ExportAsync(person))!["events"]!.AsArray().Count);
    }

    [Fact]
    public async Task Of_nobody_nothing_is_written()
    {
        var output = new MemoryStream();
        var writer = PipeWriter.Create(output);
        Assert.False(await world.Services.GetRequiredService<PersonExport>().WriteAsync(HubId.New(), writer, Cancel));
        await writer.CompleteAsync();
        Assert.Empty(output.ToArray());
    }

    private async Task<string> ExportAsync(TestPerson person)
    {
        var output = new MemoryStream();
        var writer = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        Assert.True(await world.Services.GetRequiredService<PersonExport>().WriteAsync(person.Id, writer, Cancel));
        await writer.CompleteAsync();
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
