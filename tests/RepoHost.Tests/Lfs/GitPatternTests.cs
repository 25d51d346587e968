using System.Text;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Lfs;

/// <summary>
/// Thousands of patterns against thousands of paths, with the real git as the judge. Nothing differs but what is said here: our texts and paths are UTF-8, so
/// a pattern can't hold other bytes (they become U+FFFD); names are case-sensitive whatever the file system; and a text over 256 KiB is refused, not read
/// (<see cref="GlobWorkTests"/>).
/// </summary>
public sealed class GitPatternTests : IDisposable
{
    private const int Patterns = 400;
    private const int PathsEach = 60;

    private readonly string folder = Directory.CreateTempSubdirectory("repohost-patterns-").FullName;

    public GitPatternTests() => TestRepository.RunGit(["init", "-q", folder]);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_pattern_of_attributes_matches_what_git_matches(int seed)
    {
        var words = new GitPatternWords(seed);
        var paths = words.Paths(PathsEach);
        // Blanks end a pattern that is not quoted; quoting itself must not change what it means.
        var patterns = Enumerable.Range(0, Patterns).Select(_ => words.Pattern())
            .Select(text => text.AsSpan().ContainsAny(" \t") || words.Below(4) == 0 ? QuotedText.Write(text) : text).ToArray();
        // An attribute for each pattern, so that git is asked once.
        File.WriteAllText(Path.Combine(folder, ".gitattributes"), string.Concat(patterns.Select((pattern, at) => $"{pattern} p{at}=lfs\n")));
        var said = GitPatternWords.Ask(folder, ["check-attr", "-a"], paths.Select(path => path.Value))
            .Chunk(3).Select(words => (Path: words[0], Attribute: words[1])).ToHashSet();
        Compare(patterns.Index().SelectMany(pattern =>
        {
            var attributes = GitAttributes.Parse($"{pattern.Item} filter=lfs\n");
            return paths.Select(path => ($"{pattern.Item} against {path}", said.Contains((path.Value, $"p{pattern.Index}")), attributes.IsLfs(path)));
        }));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void A_line_of_ignore_ignores_what_git_ignores(int seed)
    {
        var words = new GitPatternWords(seed);
        string Line() => words.Pattern() + words.Any(["\n", "\r\n", " \n", "", "/\n", "  \r\n"]);
        CompareIgnored(words, [.. Enumerable.Range(0, Patterns).Select(_ => new Dictionary<string, string> { [""] = Line() })]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void Lines_and_files_of_ignore_decide_as_in_git(int seed)
    {
        var words = new GitPatternWords(seed);
        string Line() => words.Any(["", "", "!", "/", "#"]) + words.Pattern() + words.Any(["\n", "\n", "/\n", "\r\n", "  \n"]);
        string Lines() => words.Any(["", "", "\ufeff"]) + string.Concat(Enumerable.Range(0, 1 + words.Below(6)).Select(_ => Line()));
        CompareIgnored(
            words, [.. Enumerable.Range(0, Patterns).Select(_ => new Dictionary<string, string> { [""] = Lines(), ["a"] = Lines(), ["a/b"] = Lines() })]);
    }

    [Fact]
    public void Lines_files_and_macros_of_attributes_decide_as_in_git()
    {
        var words = new GitPatternWords(7);
        string[] states =
        [
            "filter=lfs", "filter=lfs", "-filter", "!filter", "filter", "filter=other", "big", "-big", "!big", "large", "-large", "-filter=lfs", "text",
            "binary", "-text diff=lfs", "a=b", "no/name filter=lfs",
        ];
        string[] names = ["*", "a", "a/**", "**/b", "*b*", "/a/b", "?", "[ab]*"];
        string Line() => words.Below(6) switch
        {
            0 => $"[attr]{words.Any(["big", "large", "binary", "-no", "", " spaced"])} {words.Any(states)} {words.Any(states)}",
            1 => $"{words.Any(["#", " ", "\t", "!", "\""])}{words.Any(names)} {words.Any(states)}",
            2 => $"\"{words.Any(["a\\142", "\\052", "*\\t*", "\\q", "a b", "a\\000b", "[attr]big"])}\"{words.Any(["", " "])}{words.Any(states)}",
            _ => $"{words.Any(names)} {words.Any(states)}\t{words.Any(states)}",
        };
        string Text() => words.Any(["", "", "\ufeff"]) + string.Concat(Enumerable.Range(0, 1 + words.Below(8)).Select(_ => Line() + words.Any(["\n", "\r\n"])));
        for (var round = 0; round < 40; round++)
        {
            var texts = new Dictionary<string, string> { [""] = Text(), ["a"] = Text(), ["a/b"] = Text() };
            Write("", texts, ".gitattributes");
            var paths = words.Paths(PathsEach);
            var said = GitPatternWords.Ask(folder, ["check-attr", "filter"], paths.Select(path => path.Value))
                .Chunk(3).ToDictionary(answer => answer[0], answer => answer[2] == "lfs");
            var attributes = GitAttributes.Parse(texts.ToDictionary(text => TreePath.Parse(text.Key), text => text.Value));
            var context = $"in round {round}: {string.Join("---\n", texts.Values)}";
            Compare(paths.Select(path => ($"{path} {context}", said[path.Value], attributes.IsLfs(path))), atLeast: 0);
        }
    }

    [Fact]
    public void Lines_of_attributes_end_where_git_ends_them()
    {
        // Git leaves out lines of 2048 bytes and more.
        foreach (var (length, lfs) in new[] { (2047, true), (2048, false) })
        {
            var text = ("*.bin filter=lfs".PadRight(length - 2) + " x\n").Replace("\r", "", StringComparison.Ordinal);
            File.WriteAllText(Path.Combine(folder, ".gitattributes"), text);
            Assert.Equal(lfs ? "lfs" : "unspecified", GitPatternWords.Ask(folder, ["check-attr", "filter"], ["a.bin"])[2]);
            Assert.Equal(lfs, GitAttributes.Parse(text).IsLfs(TreePath.Parse("a.bin")));
        }
    }

    // A folder of its own for each case, so that git is asked once about all.
    private void CompareIgnored(GitPatternWords words, Dictionary<string, string>[] cases)
    {
        var paths = words.Paths(PathsEach);
        foreach (var (number, texts) in cases.Index())
            Write($"t{number}", texts, ".gitignore");
        var asked = cases.Index().SelectMany(one => paths.Select(path => (Case: one, Path: path, Whole: $"t{one.Index}/{path}")))
            .Where(one => !Directory.Exists(Path.Combine(folder, one.Whole))).ToArray();
        var said = GitPatternWords.Ask(folder, ["check-ignore", "--no-index"], asked.Select(one => one.Whole)).ToHashSet(StringComparer.Ordinal);
        Compare(asked.GroupBy(one => one.Case.Index).SelectMany(group =>
        {
            var texts = cases[group.Key];
            var ignore = new GitIgnore(at => new(texts.GetValueOrDefault(at.Value), texts.Count > 1), GlobWork.Unlimited());
            return group.Select(one => ($"{one.Path} by {string.Join("---\n", texts.Values)}", said.Contains(one.Whole), ignore.IsIgnored(one.Path)));
        }));
    }

    private void Write(string at, Dictionary<string, string> texts, string name)
    {
        foreach (var (inner, text) in texts)
        {
            Directory.CreateDirectory(Path.Combine(folder, at, inner));
            File.WriteAllText(Path.Combine(folder, at, inner, name), text, new UTF8Encoding(false));
        }
    }

    private static void Compare(IEnumerable<(string Question, bool Git, bool Ours)> answers, int atLeast = 300)
    {
        var all = answers.ToArray();
        var wrong = all.Where(answer => answer.Git != answer.Ours).Select(answer => $"git says {answer.Git}: {answer.Question}").ToArray();
        Assert.True(wrong.Length == 0, $"{wrong.Length} of {all.Length} differ\n{string.Join('\n', wrong.Take(20))}");
        // Both answers are common, or nothing was tried.
        Assert.InRange(all.Count(answer => answer.Git), atLeast, all.Length - atLeast);
    }
}
