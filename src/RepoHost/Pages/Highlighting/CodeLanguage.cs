using System.Collections.Frozen;

namespace RepoHost.Pages.Highlighting;

/// <summary>What the highlighter knows of a language: enough to tell words, texts and comments apart.</summary>
internal sealed class CodeLanguage
{
    private static readonly CodeLanguage Python = new()
    {
        LineComment = "#",
        Long = [("\"\"\"", "\"\"\"", CodeTokenKind.Text), ("'''", "'''", CodeTokenKind.Text)],
        Keywords = Words("and as assert async await break case class continue def del elif else except False finally for from global if import in is lambda match None nonlocal not or pass raise return self True try while with yield"),
    };

    private static readonly CodeLanguage Json = new() { Keys = true, Keywords = Words("true false null"), Quotes = "\"" };

    private static readonly CodeLanguage Script = new()
    {
        LineComment = "//",
        Long = [("/*", "*/", CodeTokenKind.Comment), ("`", "`", CodeTokenKind.Text)],
        Keywords = Words("abstract any as async await boolean break case catch class const continue debugger declare default delete do else enum export extends false finally for from function get if implements import in instanceof interface let namespace new null number of private protected public readonly return set static string super switch this throw true try type typeof undefined var void while yield"),
    };

    private static readonly CodeLanguage Braces = new()
    {
        LineComment = "//",
        Long = [("/*", "*/", CodeTokenKind.Comment)],
        Keywords = Words("abstract as async auto await base bool boolean break byte case catch char class const constexpr continue default defer delete do double else enum explicit extends extern false final finally float fn for foreach friend func fun go goto if impl implements import in inline int interface internal is let long loop match mod mut mutable namespace new nil null nullptr object operator out override package private protected pub public readonly ref return sealed self Self short signed sizeof static string struct super switch template this throw throws trait true try type typedef typename uint ulong union unsafe unsigned use using val var virtual void volatile when where while yield"),
    };

    private static readonly CodeLanguage Shell = new()
    {
        LineComment = "#",
        CommentAfterSpace = true,
        Keywords = Words("alias break case cd continue declare do done echo elif else esac eval exec exit export fi for function if in local read readonly return set shift source test then trap unset until while FROM RUN COPY ADD ENTRYPOINT CMD ENV ARG WORKDIR EXPOSE USER VOLUME LABEL"),
    };

    private static readonly CodeLanguage Settings = new()
    {
        LineComment = "#",
        CommentAfterSpace = true,
        Keys = true,
        KeyEnd = '=',
        Long = [("\"\"\"", "\"\"\"", CodeTokenKind.Text), ("'''", "'''", CodeTokenKind.Text)],
        Keywords = Words("true false yes no on off"),
    };

    private static readonly CodeLanguage Sql = new()
    {
        LineComment = "--",
        Long = [("/*", "*/", CodeTokenKind.Comment)],
        Keywords = Words("add all alter and as asc begin between by case check column commit constraint create cross default delete desc distinct drop else end exists foreign from full group having if in index inner insert into is join key left like limit not null offset on or order outer primary references right rollback select set table then transaction union unique update using values view when where with"),
        IgnoreCase = true,
    };

    private static readonly CodeLanguage Style = new() { Long = [("/*", "*/", CodeTokenKind.Comment)], Keys = true, Keywords = Words("important media supports import layer root hover focus") };

    private static readonly CodeLanguage Tags = new() { Markup = true, Long = [("<!--", "-->", CodeTokenKind.Comment), ("<![CDATA[", "]]>", CodeTokenKind.Text)] };

    // Before the tables that name them: initialisers run in the order in which they are written.
    public static CodeLanguage Yaml { get; } = new() { LineComment = "#", CommentAfterSpace = true, Keys = true, Keywords = Words("true false null yes no on off") };

    /// <summary>Headings and code in a text, and a head in YAML.</summary>
    public static CodeLanguage Markdown { get; } = new();

    private static readonly FrozenDictionary<string, CodeLanguage> ByExtension = Table(
        (Python, ".py .pyi .bzl"),
        (Json, ".json .jsonl .ndjson .ipynb .webmanifest"),
        (Script, ".js .mjs .cjs .ts .tsx .jsx"),
        (Braces, ".c .h .cc .cpp .hpp .cu .cuh .cs .java .kt .go .rs .swift .php .proto .metal"),
        (Shell, ".sh .bash .zsh .dockerfile .mk .rb"),
        (Yaml, ".yaml .yml .cff"),
        (Settings, ".toml .ini .cfg .conf .env .properties"),
        (Sql, ".sql"),
        (Style, ".css .scss"),
        (Tags, ".html .htm .xml .svg .csproj .props"),
        (Markdown, ".md .markdown"));

    private static readonly FrozenDictionary<string, CodeLanguage> ByName = Table(
        (Python, "python"),
        (Json, "json"),
        (Script, "javascript typescript"),
        (Braces, "rust csharp java go"),
        (Shell, "bash shell console Dockerfile Makefile Gemfile .bashrc"),
        (Yaml, "yaml"),
        (Settings, "toml .gitignore .gitmodules"),
        (Markdown, "markdown"));

    public string? LineComment { get; private init; }

    /// <summary>In the middle of a word it is none.</summary>
    public bool CommentAfterSpace { get; private init; }

    /// <summary>What may go over several lines: how it begins, how it ends, what it is.</summary>
    public IReadOnlyList<(string Begin, string End, CodeTokenKind Kind)> Long { get; private init; } = [];

    /// <summary>What encloses a text within a line.</summary>
    public string Quotes { get; private init; } = "\"'";

    public FrozenSet<string> Keywords { get; private init; } = [];

    public bool IgnoreCase { get; private init; }

    /// <summary>What stands before <see cref="KeyEnd"/> is a key.</summary>
    public bool Keys { get; private init; }

    public char KeyEnd { get; private init; } = ':';

    /// <summary>Only what stands between angle brackets is looked at.</summary>
    public bool Markup { get; private init; }

    /// <summary>Null for files that are shown without colours.</summary>
    public static CodeLanguage? OfFile(string name)
    {
        var dot = name.LastIndexOf('.');
        return ByName.GetValueOrDefault(name) ?? (dot < 0 ? null : ByExtension.GetValueOrDefault(name[dot..]));
    }

    /// <summary>The language that the info string of a fenced code block names: <c>python</c>, <c>py</c>.</summary>
    public static CodeLanguage? OfWord(string word) => ByName.GetValueOrDefault(word) ?? ByExtension.GetValueOrDefault("." + word);

    private static FrozenDictionary<string, CodeLanguage> Table(params IEnumerable<(CodeLanguage Language, string Words)> rows) =>
        rows.SelectMany(row => row.Words.Split(' ').Select(word => (word, row.Language))).ToFrozenDictionary(row => row.word, row => row.Language, StringComparer.OrdinalIgnoreCase);

    private static FrozenSet<string> Words(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
