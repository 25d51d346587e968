using System.Net.Http.Json;
using System.Text.Json;
using RepoHost.EndToEnd.Support;
using Xunit;

[assembly: AssemblyFixture(typeof(World))]

namespace RepoHost.EndToEnd.Support;

/// <summary>
/// One server that most tests share, with the sample repositories and one person for each standing with <c>acme/tiny-sentiment</c>. Tests that change
/// who has access do so on a repository of their own.
/// </summary>
public sealed class World : IAsyncDisposable
{
    public const string Gated = "acme/tiny-sentiment";
    public const string Auto = "acme/tiny-sentiment-auto";
    public const string Open = "acme/tiny-sentiment-open";
    public const string Private = "acme/tiny-private";
    public const string Dataset = "acme/tiny-reviews";
    public const string Large = "acme/large";

    /// <summary>Not a whole number of anything, so that an off-by-one in a range shows.</summary>
    public const int LargeFileSize = 12_345_678;

    /// <summary>The umlauts can't travel in a header; the body must still hold them.</summary>
    public const string RejectionReason = "Bitte das Formular vollständig ausfüllen";

    private readonly Lazy<Task> started;
    private int repositories;
    private int people;

    public World() => started = new Lazy<Task>(BuildAsync);

    public HubServer Server { get; private set; } = null!;

    /// <summary>The author: an administrator of <c>acme</c>.</summary>
    public string Owner { get; private set; } = "";

    public string Accepted { get; private set; } = "";

    public string Stranger { get; private set; } = "";

    /// <summary>Has a token that may write, and a say in nothing of acme's.</summary>
    public string Writer { get; private set; } = "";

    public string Pending { get; private set; } = "";

    public string Rejected { get; private set; } = "";

    public byte[] LargeFile { get; private set; } = [];

    /// <summary>A complete answer to the form of <c>acme/tiny-sentiment</c>.</summary>
    public static Dictionary<string, string> Answers => new()
    {
        ["Full name"] = "Peter Müller",
        ["Company or university"] = "Example Ltd",
        ["Country"] = "DE",
        ["Date of birth"] = "1990-02-28",
        ["I want to use this model for"] = "other",
        ["I agree to use this model for non-commercial purposes only"] = "on",
    };

    /// <summary>Starts it for the first test class that needs it; see <see cref="StartedWorld"/>.</summary>
    public Task StartAsync() => started.Value;

    /// <summary>A repository that only this test knows, imported from the sample of that name.</summary>
    public Task<string> NewRepositoryAsync(string sample = "tiny-sentiment") => NewRepositoryFromAsync(Paths.Sample($"models/acme/{sample}"));

    /// <summary>The same from any folder.</summary>
    public async Task<string> NewRepositoryFromAsync(string folder)
    {
        var id = $"acme/story-{Interlocked.Increment(ref repositories)}";
        await Server.AddRepositoryAsync("model", id, folder);
        return id;
    }

    /// <summary>A person that only this test knows, who logs in with <see cref="HubServer.Password"/>.</summary>
    public async Task<string> NewPersonAsync(params string[] more)
    {
        var name = $"person-{Interlocked.Increment(ref people)}";
        await Server.AddReaderOfPagesAsync(name, more);
        return name;
    }

    public Task GrantAsync(string repository, string user) => ApiAsync($"{repository}/user-access-request/grant", new { user });

    public Task ReviewAsync(string repository, string user, string status, string? reason = null) => ApiAsync(
        $"{repository}/user-access-request/handle",
        new Dictionary<string, string?> { ["user"] = user, ["status"] = status, [status == "reset" ? "resetReason" : "rejectionReason"] = reason });

    public async Task AskAsync(string id, string token, Dictionary<string, string> answers)
    {
        using var client = Server.As(token);
        using var response = await client.PostAsync($"/{id}/ask-access", new FormUrlEncodedContent(answers));
        if ((int)response.StatusCode != 303)
            throw new InvalidOperationException($"ask-access on {id}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    /// <summary>What tests/clients reads from its environment.</summary>
    public string ForClients() => JsonSerializer.Serialize(new
    {
        @base = Server.Base,
        samples = Paths.SampleRepos,
        tokens = new { owner = Owner, accepted = Accepted, stranger = Stranger, writer = Writer, pending = Pending, rejected = Rejected },
        rejectionReason = RejectionReason,
    });

    public async ValueTask DisposeAsync()
    {
        if (Server is not null)
            await Server.DisposeAsync();
    }

    private async Task BuildAsync()
    {
        Server = await HubServer.StartAsync(new Dictionary<string, string>
        {
            ["Gating__AllowRequestsByToken"] = "true",
            // All tests come from one address.
            ["Accounts__AttemptsPerAddress"] = "100000",
            // The tests read the files: that is as good as a mail server.
            ["Mail__PickedUp"] = "true",
            // Small enough that a test's upload goes in parts.
            ["Lfs__MultipartBytes"] = "5000000",
            ["Lfs__PartBytes"] = "2000000",
        });
        string[] tokens = await Task.WhenAll(
            Server.AddPersonAsync("author", "write"),
            Server.AddPersonAsync("dana"),
            Server.AddPersonAsync("sam"),
            Server.AddPersonAsync("peter"),
            Server.AddPersonAsync("rita"),
            Server.AddPersonAsync("wanda", "write"));
        (Owner, Accepted, Stranger, Pending, Rejected, Writer) = (tokens[0], tokens[1], tokens[2], tokens[3], tokens[4], tokens[5]);
        await Server.RunAsync("org", "add", "acme", "--fullname", "Acme", "--admin", "author");
        await Task.WhenAll(
            Server.AddRepositoryAsync("model", Gated, Paths.Sample("models/acme/tiny-sentiment")),
            Server.AddRepositoryAsync("model", Auto, Paths.Sample("models/acme/tiny-sentiment-auto")),
            Server.AddRepositoryAsync("model", Open, Paths.Sample("models/acme/tiny-sentiment-open")),
            Server.AddRepositoryAsync("model", Private, Paths.Sample("models/acme/tiny-sentiment-open"), isPrivate: true),
            Server.AddRepositoryAsync("dataset", Dataset, Paths.Sample("datasets/acme/tiny-reviews")));
        LargeFile = await Server.AddLargeRepositoryAsync(Large, LargeFileSize);

        await GrantAsync($"models/{Gated}", "dana");
        await GrantAsync($"models/{Large}", "dana");
        await GrantAsync($"datasets/{Dataset}", "dana");
        await AskAsync(Gated, Pending, Answers);
        await AskAsync(Gated, Rejected, Answers);
        await ReviewAsync($"models/{Gated}", "rita", "rejected", RejectionReason);
    }

    private async Task ApiAsync<T>(string path, T body)
    {
        using var client = Server.As(Owner);
        using var response = await client.PostAsJsonAsync($"/api/{path}", body);
        if (!response.IsSuccessStatusCode)
            throw new InvalidOperationException($"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }
}
