using System.Text.RegularExpressions;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd;

/// <summary>The first minute of somebody who has just cloned RepoHost: start it, read what it prints, paste the commands.</summary>
public sealed partial class DevelopmentStartTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_printed_commands_do_what_they_say_when_pasted()
    {
        Requires.Tool("curl");
        await using var program = await StartAsync();
        await program.WaitForLineAsync(LastLine(), Cancelled);
        var commands = Commands().Matches(program.Said).Select(match => match.Groups["command"].Value).ToArray();

        var first = Exports().Match(program.Said).Groups["command"].Value;
        Assert.StartsWith("export HF_ENDPOINT=", first, StringComparison.Ordinal);
        var said = new List<string>();
        foreach (var command in commands)
        {
            var result = await ChildProgram.RunAsync("bash", ["-c", $"{first}\n{command}"], folder: folder.Location, cancellationToken: Cancelled);
            Assert.True(result.ExitCode == 0, $"{command}\n{result}");
            said.Add(result.Output);
        }

        Assert.Collection(
            said,
            nobody => Assert.Matches("^HTTP/1.1 401[^~]*X-Error-Code: GatedRepo[^~]*Please log in", nobody),
            downloaded => Assert.Contains("\"model_type\": \"distilbert\"", downloaded, StringComparison.Ordinal),
            notAsked => Assert.Contains("to ask for access", notAsked, StringComparison.Ordinal),
            asked => Assert.Contains("See Other", asked, StringComparison.Ordinal),
            may => Assert.Contains("\"model_type\": \"distilbert\"", may, StringComparison.Ordinal),
            list => Assert.Contains("\"user\":\"reader\"", list, StringComparison.Ordinal),
            takenBack => Assert.Equal("{}", takenBack),
            afterwards => Assert.Contains("Reason: only a demonstration", afterwards, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Passwords_and_tokens_are_printed_at_the_first_start_only()
    {
        await using (var first = await StartAsync())
        {
            await first.WaitForLineAsync(LastLine(), Cancelled);
            Assert.Contains("hf_", first.Said, StringComparison.Ordinal);
            Assert.Equal(0, await first.TerminateAsync(Cancelled));
            Assert.DoesNotContain("/setup", first.Said, StringComparison.Ordinal);
            Assert.Contains("Gating:RequireConfirmedEmail is false", first.Said, StringComparison.Ordinal);
            // Nobody has done anything yet that there could be a warning about.
            Assert.DoesNotContain("warn:", first.Said, StringComparison.Ordinal);
        }

        await using var second = await StartAsync();
        await second.TerminateAsync(Cancelled);

        Assert.DoesNotContain("hf_", second.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("password", second.Said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Another_environment_starts_empty()
    {
        await using var program = await StartAsync("Production");
        var address = (await program.WaitForLineAsync(ListeningLine(), Cancelled)).Groups["url"].Value;

        using var client = new HttpClient { BaseAddress = new Uri(address) };

        Assert.Equal("[]", await client.GetStringAsync("/api/models", Cancelled));
        Assert.DoesNotContain("hf_", program.Said, StringComparison.Ordinal);
    }

    private async Task<ChildProgram> StartAsync(string environment = "Development")
    {
        var settings = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = environment,
            ["DOTNET_ENVIRONMENT"] = environment,
            ["RepoHost__DataDirectory"] = folder.File("data"),
        };
        var program = ChildProgram.Start("dotnet", [Paths.BuiltProgram, "--urls", "http://127.0.0.1:0"], settings, folder.Location);
        await program.WaitForLineAsync(StartedLine(), Cancelled);
        return program;
    }

    [GeneratedRegex("Application started")]
    private static partial Regex StartedLine();

    [GeneratedRegex(@"Now listening on: (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex ListeningLine();

    [GeneratedRegex("Stop the server with Ctrl")]
    private static partial Regex LastLine();

    [GeneratedRegex(@"^ +(?<command>export .*)$", RegexOptions.Multiline)]
    private static partial Regex Exports();

    [GeneratedRegex(@"^ +(?<command>curl .*)$", RegexOptions.Multiline)]
    private static partial Regex Commands();
}
