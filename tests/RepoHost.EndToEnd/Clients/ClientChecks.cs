using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Clients;

/// <summary>
/// Runs a group of checks of <c>tests/clients</c> once, in one Node process, and hands out the results one by one. The names are read from the
/// sources, so that every check is a test of its own even where Node is missing.
/// </summary>
public sealed partial class ClientChecks(World world) : StartedWorld(world)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly World world = world;
    private readonly ConcurrentDictionary<string, Lazy<Task<Run>>> runs = new();

    public static IEnumerable<TheoryDataRow<string>> Names(string group) =>
        from Match match in CheckName().Matches(File.ReadAllText(Path.Combine(Paths.Clients, "checks", $"{group}.mjs")))
        let name = match.Groups["name"].Value
        select new TheoryDataRow<string>(name) { Label = name };

    public async Task MustPassAsync(string group, string name)
    {
        var run = await runs.GetOrAdd(group, _ => new Lazy<Task<Run>>(() => RunGroupAsync(group))).Value;
        if (!run.Outcomes.TryGetValue(name, out var outcome))
            Assert.Fail($"Node never came to this check: {run.Program}");
        TestContext.Current.TestOutputHelper?.WriteLine($"{outcome.Milliseconds} ms in the client");
        Assert.True(outcome.Error is null, outcome.Error);
    }

    private async Task<Run> RunGroupAsync(string group)
    {
        // Their caches must not be found by a later run: a cached file is served without asking the server.
        using var folder = new TemporaryFolder();
        var environment = new Dictionary<string, string> { ["REPOHOST_WORLD"] = world.ForClients(), ["TMPDIR"] = folder.Location, ["HF_HOME"] = folder.Location };
        if (group == ScopedTokens.Group)
            environment["REPOHOST_SCOPED"] = await ScopedTokens.MakeAsync(world);
        var program = await ChildProgram.RunAsync("node", ["run.mjs", group], environment, Paths.Clients);
        var outcomes = program.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<Outcome>(line, Json)!);
        return new Run(outcomes.ToDictionary(outcome => outcome.Name), program);
    }

    [GeneratedRegex(@"^check\('(?<name>[^']+)'", RegexOptions.Multiline)]
    private static partial Regex CheckName();

    private sealed record Run(IReadOnlyDictionary<string, Outcome> Outcomes, ProgramResult Program);

    private sealed record Outcome(string Name, string? Error, int Milliseconds);
}
