using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Access;

/// <summary>Requests for access from asking to the report, as the people who make and review them, over HTTP. Each story has a repository of its own.</summary>
public sealed class AccessRequestStoryTests(World world) : IClassFixture<StartedWorld>
{
    private const string NotListed = "is restricted and you are not in the authorized list";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Asking_waiting_being_accepted_and_downloading()
    {
        var id = await world.NewRepositoryAsync();
        await RefusedAsync(id, world.Stranger, $"Access to model {id} {NotListed}. Visit {world.Server.Base}/{id} to ask for access.");

        using (var asked = await AskAsync(id, world.Stranger, World.Answers))
        {
            Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
            Assert.Equal($"{world.Server.Base}/{id}", asked.Headers.Location?.ToString());
        }

        await RefusedAsync(id, world.Stranger, $"Your request to access model {id} is awaiting a review from the repo authors.");
        var request = Assert.Single(await ListAsync(id, "pending"));
        Assert.Equal("sam", request.GetProperty("user").GetProperty("user").GetString());
        Assert.Equal("sam@example.org", request.GetProperty("user").GetProperty("email").GetString());
        Assert.Equal("pending", request.GetProperty("status").GetString());
        Assert.Equal(
            World.Answers.OrderBy(answer => answer.Key, StringComparer.Ordinal),
            request.GetProperty("fields").EnumerateObject().ToDictionary(field => field.Name, field => field.Value.GetString()!).OrderBy(answer => answer.Key, StringComparer.Ordinal));

        await ReviewAsync(id, "sam", "accepted");

        await ServedAsync(id, world.Stranger);
        Assert.Empty(await ListAsync(id, "pending"));
        var accepted = Assert.Single(await ListAsync(id, "accepted"));
        Assert.Equal("author", accepted.GetProperty("grantedBy").GetProperty("user").GetString());
        Assert.Equal((HttpStatusCode.NotFound, "No access request found matching your criteria"), await TryReviewAsync(id, "sam", "accepted"));
    }

    [Fact]
    public async Task Being_rejected_with_a_reason_then_reset_and_asking_again()
    {
        var id = await world.NewRepositoryAsync();
        await world.AskAsync(id, world.Stranger, World.Answers);
        await ReviewAsync(id, "sam", "accepted");
        await ServedAsync(id, world.Stranger);

        await ReviewAsync(id, "sam", "rejected", "no company of that name");
        await RefusedAsync(id, world.Stranger, $"Your request to access model {id} has been rejected by the repo's authors. Reason: no company of that name");
        using (await AskAsync(id, world.Stranger, World.Answers))
            Assert.Single(await ListAsync(id, "rejected"));
        await RefusedAsync(id, world.Stranger, "has been rejected");

        await ReviewAsync(id, "sam", "reset", "please try again");
        await RefusedAsync(id, world.Stranger, $"Your request to access model {id} has been reset by the repo's authors. Visit {world.Server.Base}/{id} to submit a new request.");

        await world.AskAsync(id, world.Stranger, World.Answers);
        await RefusedAsync(id, world.Stranger, "is awaiting a review");
        await ReviewAsync(id, "sam", "accepted");
        await ServedAsync(id, world.Stranger);
        await ReviewAsync(id, "sam", "pending");
        await RefusedAsync(id, world.Stranger, "is awaiting a review");
    }

    [Fact]
    public async Task Granting_without_a_request()
    {
        var id = await world.NewRepositoryAsync();
        await world.GrantAsync($"models/{id}", "dana");

        await ServedAsync(id, world.Accepted);

        var entry = Assert.Single(await ListAsync(id, "accepted"));
        Assert.False(entry.GetProperty("user").TryGetProperty("email", out _), "nobody agreed to share the address of a person who never asked");
        using var owner = world.Server.As(world.Owner);
        using var again = await owner.PostAsJsonAsync($"/api/models/{id}/user-access-request/grant", new { user = "dana" }, Cancelled);
        Assert.Equal(HttpStatusCode.BadRequest, again.StatusCode);
        Assert.Equal("That user already has access to the repo", await ErrorAsync(again));
        using var unknown = await owner.PostAsJsonAsync($"/api/models/{id}/user-access-request/grant", new { user = "nobody-of-that-name" }, Cancelled);
        Assert.Equal((HttpStatusCode.NotFound, "User not found"), (unknown.StatusCode, await ErrorAsync(unknown)));
    }

    [Fact]
    public async Task Withdrawing_a_request_that_waits()
    {
        var id = await world.NewRepositoryAsync();
        await world.AskAsync(id, world.Pending, World.Answers);
        using var person = world.Server.As(world.Pending);

        using (var cancelled = await person.PostAsync($"/api/models/{id}/user-access-request/cancel", null, Cancelled))
        {
            Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
            Assert.Equal("""{"ok":true}""", await cancelled.Content.ReadAsStringAsync(Cancelled));
        }

        await RefusedAsync(id, world.Pending, NotListed);
        using var again = await person.PostAsync($"/api/models/{id}/user-access-request/cancel", null, Cancelled);
        Assert.Equal((HttpStatusCode.NotFound, "No pending access request found for this repo and this user"), (again.StatusCode, await ErrorAsync(again)));
    }

    [Fact]
    public async Task An_automatic_gate_opens_with_the_answer()
    {
        var id = await world.NewRepositoryAsync("tiny-sentiment-auto");
        await RefusedAsync(id, world.Rejected, NotListed);

        await world.AskAsync(id, world.Rejected, new() { ["Company or university"] = "Example Ltd", ["I agree to the terms above"] = "on" });

        await ServedAsync(id, world.Rejected);
    }

    [Theory]
    [InlineData("Full name", "")]
    [InlineData("Full name", null)]
    [InlineData("Country", "Atlantis")]
    [InlineData("Date of birth", "1990-02-30")]
    [InlineData("I want to use this model for", "world domination")]
    [InlineData("I agree to use this model for non-commercial purposes only", null)]
    public async Task An_incomplete_answer_is_not_a_request(string field, string? answer)
    {
        var answers = World.Answers;
        answers.Remove(field);
        if (answer is not null)
            answers[field] = answer;

        using var response = await AskAsync(World.Gated, world.Stranger, answers);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(field, await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        await RefusedAsync(World.Gated, world.Stranger, NotListed);
    }

    [Fact]
    public async Task Only_reviewers_see_and_decide()
    {
        var path = $"/api/models/{World.Gated}/user-access-request";
        using var stranger = world.Server.As(world.Stranger);
        using var list = await stranger.GetAsync($"{path}/pending", Cancelled);
        using var handle = await stranger.PostAsJsonAsync($"{path}/handle", new { user = "sam", status = "accepted" }, Cancelled);
        using var grant = await stranger.PostAsJsonAsync($"{path}/grant", new { user = "sam" }, Cancelled);
        using var report = await stranger.GetAsync($"/{World.Gated}/user-access-report", Cancelled);
        Assert.All([list, handle, grant, report], answer => Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode));

        using var nobody = world.Server.As(null);
        using var anonymous = await nobody.GetAsync($"{path}/pending", Cancelled);
        Assert.Equal(HttpStatusCode.Unauthorized, anonymous.StatusCode);
    }

    [Fact]
    public async Task The_report_lists_everybody_who_ever_asked()
    {
        var id = await world.NewRepositoryAsync();
        await world.AskAsync(id, world.Stranger, World.Answers);
        await world.AskAsync(id, world.Pending, World.Answers);
        await ReviewAsync(id, "peter", "rejected", "too late");
        await world.GrantAsync($"models/{id}", "dana");

        using var owner = world.Server.As(world.Owner);
        using var response = await owner.GetAsync($"/{id}/user-access-report", Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal($"user-access-report-{id.Replace('/', '-')}.json", response.Content.Headers.ContentDisposition?.FileName);
        var report = JsonSerializer.Deserialize<JsonElement[]>(await response.Content.ReadAsStringAsync(Cancelled))!;
        Assert.Equal(
            ["dana accepted", "peter rejected", "sam pending"],
            report.Select(row => $"{row.GetProperty("user").GetString()} {row.GetProperty("status").GetString()}").Order(StringComparer.Ordinal));
    }

    private async Task<HttpResponseMessage> AskAsync(string id, string token, Dictionary<string, string> answers)
    {
        using var client = world.Server.As(token);
        return await client.PostAsync($"/{id}/ask-access", new FormUrlEncodedContent(answers), Cancelled);
    }

    private Task ReviewAsync(string id, string user, string status, string? reason = null) => world.ReviewAsync($"models/{id}", user, status, reason);

    private async Task<(HttpStatusCode Status, string? Error)> TryReviewAsync(string id, string user, string status)
    {
        using var owner = world.Server.As(world.Owner);
        using var response = await owner.PostAsJsonAsync($"/api/models/{id}/user-access-request/handle", new { user, status }, Cancelled);
        return (response.StatusCode, await ErrorAsync(response));
    }

    private async Task<JsonElement[]> ListAsync(string id, string status)
    {
        using var owner = world.Server.As(world.Owner);
        return (await owner.GetFromJsonAsync<JsonElement[]>($"/api/models/{id}/user-access-request/{status}", Cancelled))!;
    }

    private async Task ServedAsync(string id, string token)
    {
        using var client = world.Server.As(token);
        using var response = await client.GetAsync($"/{id}/resolve/main/model.safetensors", Cancelled);
        var body = await response.Content.ReadAsByteArrayAsync(Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(await File.ReadAllBytesAsync(Paths.Sample("models/acme/tiny-sentiment", "model.safetensors"), Cancelled), body);
    }

    private async Task RefusedAsync(string id, string token, string sentence)
    {
        using var client = world.Server.As(token);
        using var response = await client.GetAsync($"/{id}/resolve/main/model.safetensors", Cancelled);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("GatedRepo", response.Headers.GetValues("X-Error-Code").Single());
        Assert.Contains(sentence, await ErrorAsync(response), StringComparison.Ordinal);
    }

    private static async Task<string?> ErrorAsync(HttpResponseMessage response) =>
        (await response.Content.ReadFromJsonAsync<JsonElement>(Cancelled)).GetProperty("error").GetString();
}
