using System.Diagnostics;
using System.Text;
using RepoHost.Git;

namespace RepoHost.Tests.Lfs;

// The numbers must be the same in every run, so a generator with a seed is what is wanted here.
#pragma warning disable RS0030, CA5394

/// <summary>Patterns and paths by chance, always the same ones for a seed, and the real git to judge them.</summary>
internal sealed class GitPatternWords(int seed)
{
    private static readonly string[] PatternWords =
    [
        "a", "b", "c", "ab", ".", "1", "A", "é", "-", " ", "*", "*", "*", "**", "***", "?", "?", "/", "/", "/", "**/", "/**", "/**/", "**/*", "a/", "/a", "a**/",
        "[ab]", "[a-c]", "[!a]", "[^b]", "[]a]",
        "[!]a]", "[a-]", "[-a]", "[[:alpha:]]", "[[:digit:]b]", "[^[:upper:]]", "[[:space:]]", "[[:punct:]a]", "[[:graph:]]", "[[:foo:]]", "[[:a]",
        "[a\\]b]", "[\\]-a]", "[/]", "[a/b]", "[", "]", "[a", "[c-a]",
        "\\a", "\\*", "\\?", "\\[", "\\\\", "\\/", "\\ ", "!", "#", "\\#", "\\!", "\t",
    ];

    private static readonly string[] PathWords =
    [
        "a", "b", "c", "ab", "ba", "abc", "aab", "a.b", ".a", "1", "a1", "A", "é", "-", "a b", " ", "a ", "*", "?", "[", "]", "\\", "#a", "!a", "a\tb", "[a", "a]b", "b\vc",
    ];

    private readonly Random random = new(seed);

    public string Pattern() => string.Concat(Enumerable.Range(0, random.Next(1, 7)).Select(_ => Any(PatternWords)));

    public TreePath[] Paths(int count)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal) { "a", "a/b", "a/b/c", "b/a", "a/a/a/a", "é/a" };
        while (paths.Count < count)
            paths.Add(string.Join('/', Enumerable.Range(0, random.Next(1, 6)).Select(_ => Any(PathWords))));
        return [.. paths.Select(TreePath.Parse)];
    }

    public T Any<T>(IReadOnlyList<T> words) => words[random.Next(words.Count)];

    public int Below(int end) => random.Next(end);

    /// <summary>One run of git for all paths. What it prints is split at the zeros.</summary>
    public static string[] Ask(string folder, string[] arguments, IEnumerable<string> paths)
    {
        var start = new ProcessStartInfo("git", ["-C", folder, .. arguments, "-z", "--stdin"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var git = Process.Start(start)!;
        // Git answers while it reads, so both ends of the pipes must move.
        git.ErrorDataReceived += (_, _) => { };
        git.BeginErrorReadLine();
        var input = Encoding.UTF8.GetBytes(string.Concat(paths.Select(path => path + "\0")));
        var writing = new Thread(() =>
        {
            git.StandardInput.BaseStream.Write(input);
            git.StandardInput.Close();
        });
        writing.Start();
        var output = git.StandardOutput.ReadToEnd();
        writing.Join();
        git.WaitForExit();
        // check-ignore ends with 1 when nothing is ignored.
        return git.ExitCode is 0 or 1 ? output.Split('\0')[..^1]
            : throw new InvalidOperationException($"git {string.Join(' ', arguments)} ended with {git.ExitCode}");
    }
}
