using System.Net.Http.Json;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Writing;

/// <summary>The author's card moves the gate, for everybody and at once, and nobody lowers it who may not.</summary>
public sealed class AuthorStoryTests(World world) : IClassFixture<StartedWorld>
{
    private const string Id = "acme/author-story";

    private const string Gated = """
        ---
        license: mit
        gated: manual
        extra_gated_heading: Tell us who you are
        extra_gated_fields:
          Company: text
          I agree: checkbox
        ---
        # Story

        """;

    [Fact]
    public async Task An_author_gates_a_public_repository_with_a_form_and_opens_it_again()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var contributorToken = await world.Server.AddPersonAsync("conny", "write");
        await world.Server.RunAsync("org", "member", "acme", "conny", "--role", "write");
        using var api = world.Server.As(world.Owner);
        using (var created = await api.PostAsJsonAsync("/api/repos/create", new { name = "author-story", organization = "acme" }, cancellation))
            Assert.True(created.IsSuccessStatusCode);
        using var author = await PersonsGit.OfAsync(world.Owner);
        await author.RunAsync("clone", "-q", $"{world.Server.Base}/{Id}", "work");
        await PushAsync(author, "config.json", "{}\n");
        await IsAsync(200, "");

        // The card gates: who could download a second ago can't any more, and reads where to ask.
        await PushAsync(author, "README.md", Gated);
        await IsAsync(403, $"Access to model {Id} is restricted and you are not in the authorized list. Visit {world.Server.Base}/{Id} to ask for access.");
        var first = (await author.InAsync("work", "rev-list", "--max-parents=0", "HEAD")).Trim();
        using (var old = await world.Server.As(world.Stranger).GetAsync($"/{Id}/resolve/{first}/.gitattributes", cancellation))
            Assert.Equal(403, (int)old.StatusCode);

        // A broken card is refused, and the gate is what it was.
        var broken = await TryPushAsync(author, "README.md", Gated.Replace("gated: manual", "gated: [manual", StringComparison.Ordinal));
        Assert.NotEqual(0, broken.ExitCode);
        Assert.Matches(@"remote:\s+README\.md, line \d+, column \d+: ", broken.Errors);
        await author.InAsync("work", "reset", "-q", "--hard", "origin/main");
        await IsAsync(403, "you are not in the authorized list");

        // Somebody asks; the form's texts are the card's.
        using (var asked = await world.Server.As(world.Stranger).PostAsync($"/{Id}/ask-access", new FormUrlEncodedContent(new Dictionary<string, string> { ["Company"] = "Example", ["I agree"] = "on" }), cancellation))
            Assert.Equal(303, (int)asked.StatusCode);
        await IsAsync(403, "is awaiting a review");

        // A contributor may push, but not lower the gate.
        using var contributor = await PersonsGit.OfAsync(contributorToken);
        await contributor.RunAsync("clone", "-q", $"{world.Server.Base}/{Id}", "work");
        await PushAsync(contributor, "notes.txt", "a contribution\n");
        var lowered = await TryPushAsync(contributor, "README.md", "# no gate\n");
        Assert.NotEqual(0, lowered.ExitCode);
        Assert.Contains("would lower the repository's gate from manual to open", lowered.Errors, StringComparison.Ordinal);
        await IsAsync(403, "is awaiting a review");

        // The owner may.
        await author.InAsync("work", "pull", "-q");
        await PushAsync(author, "README.md", "# open to all\n");
        await IsAsync(200, "");
    }

    private static async Task PushAsync(PersonsGit git, string path, string text)
    {
        var pushed = await TryPushAsync(git, path, text);
        Assert.True(pushed.ExitCode == 0, pushed.ToString());
    }

    private static async Task<ProgramResult> TryPushAsync(PersonsGit git, string path, string text)
    {
        await File.WriteAllTextAsync(git.File($"work/{path}"), text, TestContext.Current.CancellationToken);
        await git.CommitAsync("work");
        return await git.TryAsync("-C", git.File("work"), "push", "origin", "main");
    }

    /// <summary>What a stranger's very next download is told.</summary>
    private async Task IsAsync(int status, string sentence)
    {
        using var response = await world.Server.As(world.Stranger).GetAsync($"/{Id}/resolve/main/config.json", TestContext.Current.CancellationToken);
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains(sentence, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }
}
