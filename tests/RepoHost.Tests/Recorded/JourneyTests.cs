using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Recorded;

/// <summary>
/// The requests of huggingface_hub 2.4.0, datasets 5.2.0, git and git-lfs in their usual journeys, as they were recorded, against this server: each answer has what its
/// reader reads. A line that is known to be answered in another way stands below with the reason, and has to leave there when it is put right.
/// </summary>
public sealed class JourneyTests(JourneyTests.World world, ITestOutputHelper output) : IClassFixture<JourneyTests.World>
{
    private const string NoHarnesses = "GET /api/agent-harnesses is not answered yet";
    private const string NoDisplayName = "the token of a browser login has a displayName, which is the same for every account";
    private const string Inline = "without Xet, files up to Uploads:InlineBytes are called regular to clients that would go to Xet; their oid is then git's";
    private const string NotTheAccount = "commit lists name the author as the commit has them, not the account, and system for the first commit";
    private const string UnknownFilter = "filters that are not known return everything";
    private const string UnknownProperty = "some properties that clients ask for by expand are refused";
    private const string Unchecked = "validate-yaml does not check all that the Hub does";
    private const string NoDiscussions = "there are no discussions, and of pull requests what clients need to open, write and read them";
    private const string NoLfsFiles = "LFS files are not listed and deleted one by one yet";
    private const string NoDuplicate = "repositories are not duplicated yet";
    private const string NoLikes = "there are no likes";
    private const string NoOverviews = "overviews, followers and the repositories of a namespace are not answered yet";
    private const string NoCollections = "there are no collections";

    /// <summary>By journey and line.</summary>
    private static readonly Dictionary<string, Dictionary<int, string>> Exceptions = new()
    {
        ["01-login"] = new() { [1] = NoHarnesses, [11] = NoDisplayName, [12] = NoDisplayName, [14] = NoDisplayName },
        ["02-gated-download"] = new() { [5] = NoHarnesses },
        ["03-snapshot"] = new() { [4] = NoHarnesses },
        ["04-upload"] = new() { [2] = NoHarnesses, [10] = Inline, [15] = Inline, [22] = Inline, [26] = Inline },
        ["05-repository"] = new() { [1] = NoHarnesses, [28] = NotTheAccount, [29] = NotTheAccount, [37] = NotTheAccount },
        ["06-access-requests"] = new() { [4] = NoHarnesses },
        ["07-lists-and-info"] = new([.. All(NoHarnesses, 10), .. All(UnknownFilter, 21, 22, 23), .. All(UnknownProperty, 30, 31, 32, 34)]),
        ["08-filesystem"] = new() { [3] = NoHarnesses },
        ["09-card"] = new() { [3] = NoHarnesses, [21] = Unchecked, [22] = Unchecked },
        ["10-safetensors"] = new() { [5] = NoHarnesses },
        ["11-discussions"] = new([.. All(NoHarnesses, 3), .. All(NoDiscussions, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)]),
        ["12-datasets"] = new() { [5] = NoHarnesses },
        ["13-command-line"] = new() { [5] = NoHarnesses, [7] = NoOverviews, [30] = Inline, [36] = Inline },
        ["15-extras"] = new([
            .. All(NoHarnesses, 3), .. All(NoLfsFiles, 4, 5), .. All(NoDuplicate, 6), .. All(NoLikes, 7, 8, 10), .. All(NoOverviews, 11, 12, 13, 14),
            .. All(NoCollections, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29)]),
    };


    public static TheoryData<string> Journeys => [.. Directory.EnumerateFiles(Folder, "*.jsonl").Select(file => Path.GetFileNameWithoutExtension(file)!).Order(StringComparer.Ordinal)];

    private static string Folder => Path.Combine(Repository.Root, "tests", "RepoHost.Tests", "Recorded");

    private static IEnumerable<KeyValuePair<int, string>> All(string reason, params int[] lines) => lines.Select(line => KeyValuePair.Create(line, reason));

    [Theory]
    [MemberData(nameof(Journeys))]
    public async Task Each_line_of_a_journey_is_answered_as_its_client_reads_it(string journey)
    {
        using var client = world.Client();
        var known = new KnownValues(world.Address.GetLeftPart(UriPartial.Authority), world.Tokens);
        var player = new Journey(client, known, world.ApproveAsync);
        var wrong = await player.PlayAsync(RecordedLine.Read(Path.Combine(Folder, $"{journey}.jsonl")));
        var expected = Exceptions.GetValueOrDefault(journey, []);
        foreach (var line in wrong)
            output.WriteLine($"{line.Number}: {line.What}{(expected.TryGetValue(line.Number, out var reason) ? $" ({reason})" : "")}");
        Assert.True(player.Compared > 5, $"only {player.Compared} lines");
        Assert.DoesNotContain(wrong, line => !expected.ContainsKey(line.Number));
        // What is right by now has no reason any more.
        Assert.Empty(expected.Keys.Except(wrong.Select(line => line.Number)));
    }

    public sealed class World : HubApplication
    {
        private readonly Dictionary<string, string> tokens = [];
        private string? author;

        internal IReadOnlyDictionary<string, string> Tokens => tokens;

        protected override async Task FillAsync()
        {
            foreach (var name in (string[])["author", "alice", "bob"])
            {
                var person = await AddPersonAsync(name, TokenRole.Write);
                var user = await Services.GetRequiredService<UserAccounts>().FindByIdAsync(person.Id, CancellationToken.None);
                (tokens[name], tokens[$"{name}-read"]) = (person.Token, await AddTokenAsync(user!, TokenRole.Read));
                author ??= person.Id;
            }

            await Services.GetRequiredService<Organizations>().AddAsync("acme", "acme", "author", CancellationToken.None);
            await AddRepositoryAsync(RepositoryType.Model, "acme/one", new Dictionary<string, string> { ["README.md"] = "# One\n" });
        }

        /// <summary>The author confirms the login that waits.</summary>
        internal Task ApproveAsync(JsonNode login) =>
            Services.GetRequiredService<DeviceLogins>().DecideAsync((string)login["user_code"]!, author!, approve: true, CancellationToken.None);
    }
}
