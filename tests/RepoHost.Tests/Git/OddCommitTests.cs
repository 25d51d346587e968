using System.Text;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

/// <summary>
/// A commit whose time was in milliseconds was taken by push, and from then on the list of commits, the history page and the file list with commits were 500. Nothing that
/// stands in a header keeps a commit from being shown.
/// </summary>
public sealed class OddCommitTests : IDisposable
{
    private const string Ada = "Ada <ada@example.org> 1700000000 +0100";
    private static readonly DateTimeOffset Plain = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private readonly TestRepository test = new();

    public void Dispose() => test.Dispose();

    [Theory]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org> 1731000000000 +0000", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData("author Ada <ada@example.org> 1731000000000 +0000\ncommitter Ada <ada@example.org> 1731000000000 +0000", "Ada", "ada@example.org", 0)]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org> 99999999999999999999999999 +0000", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org> -99999999999999 +0000", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org> 253402300799 +1400", "Ada", "ada@example.org", 253_402_300_799)]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org> 1700000000 +9999", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org> 1700000000 -2147483648", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org> 1700000000", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org>", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter Ada <ada@example.org> yesterday", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"committer {Ada}", "unknown", "", 1_700_000_000)]
    [InlineData($"author {Ada}", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData("", "unknown", "", 0)]
    [InlineData("author nobody\ncommitter nobody", "nobody", "", 0)]
    [InlineData($"author >Ada<\ncommitter {Ada}", ">Ada<", "", 1_700_000_000)]
    [InlineData($"author <ada@example.org> 1 +0000\ncommitter {Ada}", "", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\nauthor Eve <e@example.org> 1 +0000\ncommitter {Ada}", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter {Ada}\nencoding no-such-thing", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter {Ada}\nencoding utf-16", "Ada", "ada@example.org", 1_700_000_000)]
    [InlineData($"author {Ada}\ncommitter {Ada}\nencoding UTF-7", "Ada", "ada@example.org", 1_700_000_000)]
    public void Whatever_the_header_says_the_commit_its_history_and_its_files_are_shown(string header, string name, string mail, long seconds)
    {
        foreach (var packed in (bool[])[false, true])
        {
            var first = test.Commit("first", ("a", "1"));
            var odd = Write(header, first, "odd\n\nmore\n", content: $"{packed}");
            test.Branch("main", odd);
            var tip = test.Commit("last", ("b", "2"));
            test.Ref("refs/tags/odd", odd);
            if (packed)
                test.Repack();

            var commit = test.Repository.ReadCommit(odd);
            Assert.Equal(("odd", "more", name, mail), (commit.Title, commit.Message, commit.AuthorName, commit.AuthorEmail));
            Assert.Equal(seconds, commit.Date.ToUnixTimeSeconds());
            Assert.Equal([first], commit.Parents);
            Assert.Contains(odd, test.Repository.Commits(tip, 0, 100).Select(c => c.Id));
            Assert.Equal(int.Parse(test.Git("rev-list", "--count", tip.ToString()), provider: null), test.Repository.CountCommits(tip));
            Assert.Equal(odd, test.Repository.LastCommits(tip, [TreePath.Parse("odd")])[TreePath.Parse("odd")].Id);
            Assert.Equal(odd, test.Repository.ResolveRevision(Name("odd")));
            Assert.Equal(odd, test.Repository.ResolveRevision(Name(odd.ToString())));
            Assert.Equal(odd, test.Repository.ResolveRevision(Name(odd.ToString()[..12])));
            Assert.Equal($"{packed}", Encoding.UTF8.GetString(test.Repository.ReadSmallBlob(test.Repository.Find(odd, TreePath.Parse("odd"))!.Oid)!.Value.Span));
        }
    }

    [Theory]
    [InlineData("ISO-8859-1", "Andr\u00e9", "caf\u00e9")]
    [InlineData("latin-1", "Andr\u00e9", "caf\u00e9")]
    [InlineData("cp1252", "Andr\u00e9", "\u201ccaf\u00e9\u201d")]
    [InlineData("KOI8-R", "\u0418\u0432\u0430\u043d", "\u043f\u0440\u0438\u0432\u0435\u0442")]
    [InlineData("eucJP", "\u592a\u90ce", "\u65e5\u672c\u8a9e")]
    [InlineData("Shift_JIS", "\u592a\u90ce", "\u65e5\u672c\u8a9e")]
    [InlineData("gbk", "\u674e", "\u4e2d\u6587")]
    [InlineData("utf8", "Andr\u00e9", "caf\u00e9 \ud83d\ude42")]
    public void The_encoding_that_a_commit_names_is_honoured(string encoding, string name, string title)
    {
        var bytes = encoding switch
        {
            "utf8" => Encoding.UTF8,
            "cp1252" => CodePagesEncodingProvider.Instance.GetEncoding(1252)!,
            "eucJP" => CodePagesEncodingProvider.Instance.GetEncoding("euc-jp")!,
            "latin-1" or "ISO-8859-1" => Encoding.Latin1,
            _ => CodePagesEncodingProvider.Instance.GetEncoding(encoding)!,
        };
        var odd = Write($"author {name} <a@example.org> 1700000000 +0000\ncommitter {name} <a@example.org> 1700000000 +0000\nencoding {encoding}", null, $"{title}\n", bytes);
        var commit = test.Repository.ReadCommit(odd);
        Assert.Equal((title, name, Plain), (commit.Title, commit.AuthorName, commit.Date));
    }

    [Fact]
    public void Bytes_that_are_no_utf8_and_a_zero_leave_the_rest_of_the_message()
    {
        var odd = Write($"author Andr\u00e9 <a@example.org> 1700000000 +0000\ncommitter {Ada}", null, "caf\u00e9\0hidden\n", Encoding.Latin1);
        var commit = test.Repository.ReadCommit(odd);
        Assert.Equal(("caf\ufffd", "Andr\ufffd"), (commit.Title, commit.AuthorName));
    }

    [Theory]
    [InlineData("tagger Ada <ada@example.org> 1731000000000 +0000\n")]
    [InlineData("tagger Ada\n")]
    [InlineData("tagger Ada <ada@example.org> x\n")]
    [InlineData("")]
    public void Tags_lead_to_their_commits_whatever_their_header_says(string tagger)
    {
        var commit = Write($"author {Ada}\ncommitter nobody", null, "odd\n");
        var tag = test.GitWith(Encoding.UTF8.GetBytes($"object {commit}\ntype commit\ntag v1\n{tagger}\none\n"), "hash-object", "--literally", "-t", "tag", "-w", "--stdin");
        var ofTag = test.GitWith(Encoding.UTF8.GetBytes($"object {tag}\ntype tag\ntag v2\n{tagger}\ntwo\n"), "hash-object", "--literally", "-t", "tag", "-w", "--stdin");
        test.Ref("refs/tags/v1", GitOid.Parse(tag));
        test.Ref("refs/tags/v2", GitOid.Parse(ofTag));
        Assert.Equal([commit, commit], test.Repository.Refs().Tags.Select(t => t.Target));
        Assert.Equal(commit, test.Repository.ResolveRevision(Name("v2")));
    }

    /// <summary>A process for each would take minutes.</summary>
    [Fact]
    public void A_long_history_of_odd_commits_is_read_in_seconds()
    {
        GitOid? last = null;
        var stream = new StringBuilder();
        for (var i = 0; i < 3000; i++)
            stream.Append($"commit refs/heads/main\ncommitter A <a@example.org> {1_731_000_000_000 + i} +0000\ndata 1\nm\nM 100644 inline f{i % 7}\ndata 1\nx\n");
        test.GitWith(Encoding.UTF8.GetBytes(stream.ToString()), "fast-import", "--quiet", "--force");
        last = test.Adopt("main");
        var started = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal(3000, test.Repository.Commits(last.Value, 0, 5000).Count);
        Assert.Equal(3000, test.Repository.CountCommits(last.Value));
        Assert.Equal(7, test.Repository.LastCommits(last.Value, [.. Enumerable.Range(0, 7).Select(i => TreePath.Parse($"f{i}"))]).Count);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(10), $"{started.Elapsed}");
    }

    [Fact]
    public void An_object_that_is_no_commit_and_one_that_is_missing_stay_what_they_are()
    {
        var first = test.Commit("first", ("a", "1"));
        var broken = GitOid.Parse(test.GitWith("author x\n\nno tree\n"u8.ToArray(), "hash-object", "--literally", "-t", "commit", "-w", "--stdin"));
        Assert.Throws<GitCorruptException>(() => test.Repository.ReadCommit(broken));
        Assert.False(test.Repository.IsCommit(test.Repository.TreeOf(first)));
        Assert.False(test.Repository.IsCommit(GitOid.Parse(new string('1', 40))));
    }

    private static RevisionName Name(string text) => RevisionName.TryParse(text, out var name) ? name : throw new ArgumentException(text);

    private GitOid Write(string header, GitOid? parent, string message, Encoding? encoding = null, string content = "x")
    {
        var blob = test.GitWith(Encoding.UTF8.GetBytes(content), "hash-object", "-w", "--stdin");
        var tree = test.GitWith(Encoding.ASCII.GetBytes($"100644 blob {blob}\todd\n"), "mktree");
        var lines = header.Length == 0 ? "" : header + "\n";
        var text = $"tree {tree}\n{(parent is { } p ? $"parent {p}\n" : "")}{lines}\n{message}";
        return GitOid.Parse(test.GitWith((encoding ?? Encoding.UTF8).GetBytes(text), "hash-object", "--literally", "-t", "commit", "-w", "--stdin"));
    }
}
