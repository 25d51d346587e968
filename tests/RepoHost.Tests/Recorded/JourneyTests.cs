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
    private const string Inline = "without Xet, files up to Uploads:InlineBytes are called regular to clients that would go to Xet; their oid is then git's";
    private const string NoDiscussions = "there are no discussions, and of pull requests what clients need to open, write and read them";
    private const string NoLikes = "there are no likes";
    private const string OneName = "the name of a user stands once, since another client fails on both";
    private const string NoFollowers = "nobody follows anybody here";
    private const string NotSafetensors = "the recorded file is not a safetensors file, so nothing is known of its parameters";
    private const string NoCollections = "there are no collections";

    /// <summary>By journey and line.</summary>
    private static readonly Dictionary<string, Dictionary<int, string>> Exceptions = new()
    {
        ["04-upload"] = new() { [10] = Inline, [15] = Inline, [22] = Inline, [26] = Inline },
        ["07-lists-and-info"] = new() { [30] = NotSafetensors, [31] = NotSafetensors },
        ["11-discussions"] = new(All(NoDiscussions, 5, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23)),
        ["13-command-line"] = new() { [30] = Inline, [36] = Inline },
        ["15-extras"] = new([.. All(NoLikes, 8, 10), .. All(OneName, 11), .. All(NoFollowers, 13, 14), .. All(NoCollections, 16, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29)]),
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
