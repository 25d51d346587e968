using System.Globalization;
using System.Text;
using RepoHost.Git;
using Xunit;

namespace RepoHost.Tests.Git;

public sealed class BlobBatchTests
{
    // More names than a pipe holds, so that git is writing while it is still being asked.
    private const int Many = 5000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thousands_of_blobs_come_whole_and_in_the_order_asked()
    {
        using var test = new TestRepository();
        var texts = Enumerable.Range(0, Many).Select(i => i == 7 ? "" : $"file {i}\n" + new string('x', i % 200)).ToArray();
        var blobs = Ask(test, texts);
        List<string> seen = [];
        await BlobBatch.ReadAsync(test.Repository, blobs, (i, content) =>
        {
            Assert.Equal(seen.Count, i);
            seen.Add(Encoding.UTF8.GetString(content.Span));
        }, Ct);
        Assert.Equal(texts, seen);
    }

    [Fact]
    public async Task A_blob_that_is_missing_or_of_another_size_or_kind_ends_it_at_once()
    {
        using var test = new TestRepository();
        var blobs = Ask(test, [.. Enumerable.Range(0, Many).Select(i => string.Create(CultureInfo.InvariantCulture, $"file {i}\n{new string('y', 300)}"))]);
        var (first, tree) = (blobs[0], GitOid.Parse(test.Git("rev-parse", "main^{tree}")));
        foreach (var wrong in ((GitOid, int)[])[(GitOid.Parse(new string('5', 40)), first.Size), (first.Oid, first.Size + 1), (tree, first.Size)])
        {
            blobs[0] = wrong;
            var fault = await Assert.ThrowsAsync<GitCorruptException>(() => BlobBatch.ReadAsync(test.Repository, blobs, (_, _) => { }, Ct));
            Assert.Contains($"the blob {wrong.Item1} can't be read", fault.Message, StringComparison.Ordinal);
        }
    }

    private static List<(GitOid Oid, int Size)> Ask(TestRepository test, string[] texts)
    {
        test.CommitFiles("many", texts.Select((text, i) => TestFile.Text($"{i:D5}.txt", text)));
        var names = test.Git("ls-tree", "main", "--format=%(objectname)").Split('\n');
        return [.. names.Select((name, i) => (GitOid.Parse(name), Encoding.UTF8.GetByteCount(texts[i])))];
    }
}
