using System.CommandLine;
using System.Text.RegularExpressions;
using RepoHost.Commands;
using Xunit;

namespace RepoHost.Tests.Commands;

/// <summary>A command that is copied out of a document is there. The README began with one that the newest Python client no longer has.</summary>
public sealed partial class DocumentedCommandsTests
{
    /// <summary>
    /// What <c>hf</c> of huggingface_hub 2.4.0 knows of what we tell people to type: <c>hf repo</c> and <c>hf upload-large-folder</c> are gone since 2.0. Look into its
    /// <c>cli/</c> before adding a line.
    /// </summary>
    private static readonly string[] HfCommands = ["auth login", "auth list", "auth switch", "auth whoami", "download", "upload", "repos create", "repos ls", "repos delete"];

    private static readonly RootCommand Ours = CommandTree.Build(
        new CommandHost([], Server.AddRooms, TextReader.Null), [ServeCommand.Build(Host), RepositoryCommands.Build(Host), LfsCommands.Build(Host), MailCommands.Build(Host)]);

    private static CommandHost Host => new([], Server.AddRooms, TextReader.Null);

    public static TheoryData<string> Documents =>
        [.. ((string[])["README.md", .. Files("docs"), .. Files("sample-repos")]).Select(path => Path.GetRelativePath(Repository.Root, Path.Combine(Repository.Root, path)))];

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Commands_of_this_program_are_its_own(string document)
    {
        var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, document), TestContext.Current.CancellationToken);
        foreach (Match line in Lines().Matches(text))
        {
            var words = line.Groups["words"].Value.Split('#')[0].Trim();
            Assert.True(Ours.Parse(words).Errors is [], $"{document}: {words}\n{string.Join('\n', Ours.Parse(words).Errors)}");
        }

        // In running text a command is named without all that it takes.
        foreach (Match named in Named().Matches(text))
        {
            var words = named.Groups["words"].Value.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            Command command = Ours;
            foreach (var word in words.TakeWhile(word => command.Subcommands.Count > 0))
                command = command.Subcommands.FirstOrDefault(sub => sub.Name == word) ?? throw new Xunit.Sdk.XunitException($"{document}: there is no '{word}' in '{named.Groups["words"].Value}'");
            foreach (var option in words.Where(word => word.StartsWith("--", StringComparison.Ordinal)))
                Assert.Contains(option, command.Options.Concat(Ours.Options).Select(known => known.Name));
        }
    }

    [Fact]
    public async Task Commands_of_the_Python_client_are_those_of_the_newest_one()
    {
        var found = 0;
        string[] files =
        [
            .. Documents.Select(row => row.Data), .. Files("src/RepoHost").Where(file => Path.GetExtension(file) is ".cs" or ".cshtml" && !file.Contains("/obj/", StringComparison.Ordinal)), "CONTRIBUTING.md", "src/GateMiddleware/README.md",
        ];
        foreach (var file in files)
        {
            var text = await File.ReadAllTextAsync(Path.Combine(Repository.Root, file), TestContext.Current.CancellationToken);
            Assert.DoesNotContain("huggingface-cli", text, StringComparison.Ordinal);
            foreach (Match command in Hf().Matches(text))
            {
                found++;
                var words = command.Groups["words"].Value;
                Assert.True(HfCommands.Any(known => words == known || words.StartsWith(known + " ", StringComparison.Ordinal)), $"{file}: hf {words}");
            }
        }

        Assert.True(found > 15, $"only {found} are found");
    }

    private static IEnumerable<string> Files(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
        .Where(file => !folder.StartsWith("src", StringComparison.Ordinal) ? file.EndsWith(".md", StringComparison.Ordinal) : true).Order(StringComparer.Ordinal);

    [GeneratedRegex(@"dotnet (out/)?RepoHost\.dll (?<words>[^`\n]+)")]
    private static partial Regex Lines();

    [GeneratedRegex("`(?<words>(user|org|service|token|repo|lfs|mail|serve)( [a-z-]+( [^`]*)?)?)`")]
    private static partial Regex Named();

    /// <summary>After a blank, a back quote or a line's begin, and followed by a word: prose about the program itself is none.</summary>
    [GeneratedRegex("(?<=^|[`\\s>\"(]|\\\\n)hf (?!command\\b)(?<words>[a-z][a-z-]*( [a-z][a-z-]*)?)(?=[\\s`<\"\\\\,.):]|$)", RegexOptions.Multiline)]
    private static partial Regex Hf();
}
