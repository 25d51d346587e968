using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Storage;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.Lfs;

/// <summary>
/// An import of a folder of huggingface_hub's cache took its links as files of 52 to 76 bytes, and said nothing. Links are followed inside the cache, what they lead to is
/// compared with what the cache says of it, and every other link is refused.
/// </summary>
public sealed class HubCacheTests : IDisposable
{
    private const string Commit = "607a30d783dfa663caf39e06633721c8d4cfcd7e";
    private const string Older = "0000000783dfa663caf39e06633721c8d4cfcd7e";
    private static readonly ImportAuthor Author = new("Ada", "ada@example.org");

    private readonly TestRepository test = new();
    private readonly FileHandleCache handles = new(8);
    private readonly DiskBlobStore blobs;
    private readonly RepositoryImport import;
    private readonly string hub;
    private readonly string model;
    private readonly string snapshot;
    private readonly string id = HubId.New();

    public HubCacheTests()
    {
        blobs = new DiskBlobStore(Options.Create(new StorageOptions { RootFolder = Path.Combine(test.Root, "blobs") }), handles, TimeProvider.System);
        import = new RepositoryImport(test.Repositories, blobs, Options.Create(new PushOptions()), TimeProvider.System);
        hub = Path.Combine(test.Root, "hub");
        model = Path.Combine(hub, "models--acme--tiny");
        snapshot = Path.Combine(model, "snapshots", Commit);
        Directory.CreateDirectory(Path.Combine(model, "blobs"));
        Directory.CreateDirectory(Path.Combine(model, "refs"));
        File.WriteAllText(Path.Combine(model, "refs", "main"), Commit);
        Link("README.md", Blob("# hi\n", lfs: false));
        Link("onnx/config.json", Blob("{}", lfs: false));
        Link("weights.data", Blob("weights", lfs: true));
    }

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        handles.Dispose();
        test.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("snapshots")]
    [InlineData("snapshots/" + Commit)]
    public async Task A_cache_is_taken_with_the_files_that_its_links_lead_to(string below)
    {
        // Not the snapshot that refs/main names.
        Directory.CreateDirectory(Path.Combine(model, "snapshots", Older));
        Directory.CreateDirectory(Path.Combine(model, ".no_exist", Commit));
        File.WriteAllText(Path.Combine(model, ".no_exist", Commit, "adapter_config.json"), "");

        var summary = await import.ImportAsync(id, Path.Combine(model, below), Author, null, Ct);
        var repository = test.Repositories.Open(id);
        Assert.Equal("Import of acme/tiny at " + Commit, repository.ReadCommit(summary.Tip!.Value).Title);
        Assert.Equal(["onnx", "onnx/config.json", ".gitattributes", "README.md", "weights.data"], repository.Walk(summary.Tip.Value, TreePath.Root).Select(e => e.Path.Value));
        Assert.All(repository.Walk(summary.Tip.Value, TreePath.Root).Where(e => e.IsBlob), e => Assert.Equal(GitEntryKind.File, e.Kind));
        Assert.Equal("# hi\n", Text(repository, "README.md"));
        // It was an LFS object, so it is one here, whatever its name.
        Assert.True(LfsPointer.TryParse(Encoding.UTF8.GetBytes(Text(repository, "weights.data")), out var pointer));
        Assert.Equal(Sha256("weights"), pointer.Oid.Value);
        Assert.Equal(7, await blobs.LengthAsync(pointer.Oid.Value, Ct));
        Assert.Contains("\"/weights.data\" filter=lfs", Text(repository, ".gitattributes"), StringComparison.Ordinal);
        Assert.Equal($"the snapshot {snapshot}; 3 of its 3 files hold what their hashes in the cache say", summary.Taken);
        Assert.Empty(summary.Remarks);
    }

    [Fact]
    public async Task Blobs_that_repositories_share_are_found_and_checked_by_the_list_of_the_commit()
    {
        // A newer cache: the repository's blob is a link to one that is named for something else than its content.
        var shared = Path.Combine(hub, "shared", "blobs", new string('7', 64));
        Directory.CreateDirectory(Path.GetDirectoryName(shared)!);
        File.WriteAllText(shared, "shared");
        var own = Path.Combine(model, "blobs", Sha256("shared"));
        File.CreateSymbolicLink(own, Path.GetRelativePath(Path.GetDirectoryName(own)!, shared));
        Link("one.bin", own);
        Link("two.bin", shared);
        List(("README.md", "# hi\n", false), ("onnx/config.json", "{}", false), ("weights.data", "weights", true), ("two.bin", "shared", true), ("absent.bin", "absent", true));

        var summary = await import.ImportAsync(id, model, Author, null, Ct);
        var repository = test.Repositories.Open(id);
        foreach (var path in (string[])["one.bin", "two.bin"])
        {
            Assert.True(LfsPointer.TryParse(Encoding.UTF8.GetBytes(Text(repository, path)), out var pointer));
            Assert.Equal(Sha256("shared"), pointer.Oid.Value);
        }

        Assert.StartsWith($"the snapshot {snapshot}; 5 of its 5 files", summary.Taken, StringComparison.Ordinal);
        Assert.Equal([$"the snapshot is not whole: 1 files of the commit {Commit} were not downloaded into it, such as absent.bin."], summary.Remarks);
    }

    [Fact]
    public async Task A_cache_without_links_is_taken_and_what_cannot_be_checked_is_said()
    {
        foreach (var (path, text) in new[] { ("README.md", "# hi\n"), ("onnx/config.json", "{}"), ("weights.data", "weights") })
        {
            File.Delete(Path.Combine(snapshot, path));
            File.WriteAllText(Path.Combine(snapshot, path), text);
        }

        var summary = await import.ImportAsync(id, snapshot, Author, null, Ct);
        Assert.Equal(["3 files of the snapshot could not be checked, because the cache says nothing of what they hold."], summary.Remarks);
        List(("README.md", "# hi\n", false), ("onnx/config.json", "{}", false), ("weights.data", "weights", true));
        summary = await import.ImportAsync(HubId.New(), Path.Combine(snapshot, "onnx"), Author, null, Ct);
        Assert.Empty(summary.Remarks);
        summary = await import.ImportAsync(HubId.New(), snapshot, Author, null, Ct);
        Assert.Empty(summary.Remarks);
        Assert.Single(summary.LfsObjects);
    }

    [Theory]
    [InlineData("README.md", "# HI\n", "README.md does not hold what its hash in the cache says")]
    [InlineData("weights.data", "Weights", "weights.data does not hold what its hash in the cache says")]
    [InlineData("weights.data", "", "weights.data does not hold what its hash in the cache says")]
    [InlineData("weights.data", null, "which is not there: its download was not finished")]
    public async Task A_damaged_or_missing_blob_is_refused(string path, string? text, string says)
    {
        var blob = new FileInfo(Path.Combine(snapshot, path)).ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        File.Delete(blob);
        if (text is not null)
            File.WriteAllText(blob, text);
        await RefusedAsync(model, says);
    }

    [Fact]
    public async Task Links_that_leave_the_cache_or_lead_nowhere_are_refused()
    {
        var outside = Path.Combine(test.Root, "secret.txt");
        File.WriteAllText(outside, "secret");
        await RefusedWithAsync("../../../../secret.txt", "which is outside of the cache");
        await RefusedWithAsync(outside, "which is outside of the cache");
        await RefusedWithAsync("/etc/passwd", "which is outside of the cache");
        await RefusedWithAsync("../../blobs", "is a link to the folder");
        await RefusedWithAsync("bad", "from link to link without an end");
        // By its text inside, by the folder on the way outside.
        Directory.CreateSymbolicLink(Path.Combine(model, "out"), test.Root);
        await RefusedWithAsync("../../out/secret.txt", "which is outside of the cache");
        var hop = Path.Combine(model, "blobs", new string('8', 40));
        File.CreateSymbolicLink(hop, outside);
        await RefusedWithAsync($"../../blobs/{new string('8', 40)}", "which is outside of the cache");

        async Task RefusedWithAsync(string target, string says)
        {
            var link = Path.Combine(snapshot, "bad");
            File.CreateSymbolicLink(link, target);
            await RefusedAsync(model, says);
            File.Delete(link);
        }
    }

    [Theory]
    [InlineData("README.md")]
    [InlineData("deep/er/data.bin")]
    [InlineData(".gitattributes")]
    public async Task A_link_in_a_plain_folder_is_refused(string path)
    {
        var folder = Path.Combine(test.Root, "plain");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(folder, path))!);
        File.WriteAllText(Path.Combine(folder, "there.md"), "# there\n");
        File.CreateSymbolicLink(Path.Combine(folder, path), Path.Combine(folder, "there.md"));
        await RefusedAsync(folder, $"{Path.Combine(folder, path)} is a link to {Path.Combine(folder, "there.md")}. Links are followed in a Hugging Face cache only.");
    }

    [Fact]
    public async Task What_is_no_one_snapshot_is_refused_with_the_one_to_take()
    {
        await RefusedAsync(hub, $"{hub} is a whole Hugging Face cache. Import one repository of it, such as {model}.");
        await RefusedAsync(Path.Combine(model, "blobs"), $"Import {model} instead.");
        File.Delete(Path.Combine(model, "refs", "main"));
        Directory.CreateDirectory(Path.Combine(model, "snapshots", Older));
        await RefusedAsync(model, $"{model} holds 2 snapshots, and refs/main names none of them. Import one, such as {Path.Combine(model, "snapshots", Older)}.");
        Directory.Delete(Path.Combine(model, "snapshots"), recursive: true);
        Directory.CreateDirectory(Path.Combine(model, "snapshots"));
        await RefusedAsync(model, "holds no snapshot");
    }

    [Fact]
    public async Task What_huggingface_hub_keeps_beside_a_download_is_left_out()
    {
        var folder = Path.Combine(test.Root, "downloaded");
        Directory.CreateDirectory(Path.Combine(folder, ".cache", "huggingface", "download"));
        File.WriteAllText(Path.Combine(folder, ".cache", "huggingface", "download", "a.txt.metadata"), "x");
        File.WriteAllText(Path.Combine(folder, ".cache", "mine.txt"), "m");
        File.WriteAllText(Path.Combine(folder, "a.txt"), "a");
        var summary = await import.ImportAsync(id, folder, Author, null, Ct);
        Assert.Equal([".cache", ".cache/mine.txt", ".gitattributes", "a.txt"], test.Repositories.Open(id).Walk(summary.Tip!.Value, TreePath.Root).Select(e => e.Path.Value));
        Assert.Null(summary.Taken);
    }

    private async Task RefusedAsync(string folder, string says)
    {
        var refused = await Assert.ThrowsAsync<ImportException>(() => import.ImportAsync(id, folder, Author, null, Ct));
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.False(test.Repositories.Exists(id));
    }

    private string Blob(string text, bool lfs)
    {
        var path = Path.Combine(model, "blobs", lfs ? Sha256(text) : GitId(text));
        File.WriteAllText(path, text);
        return path;
    }

    private void Link(string path, string blob)
    {
        var link = Path.Combine(snapshot, path);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        File.CreateSymbolicLink(link, Path.GetRelativePath(Path.GetDirectoryName(link)!, blob));
    }

    private void List(params (string Path, string Text, bool Lfs)[] files)
    {
        Directory.CreateDirectory(Path.Combine(model, "trees"));
        var entries = files.Select(file => $"\"{file.Path}\":{{\"size\":{file.Text.Length},\"blob_id\":\"{GitId(file.Text)}\"{(file.Lfs ? $",\"lfs_sha256\":\"{Sha256(file.Text)}\"" : "")}}}");
        File.WriteAllText(Path.Combine(model, "trees", Commit + ".json"), $"{{\"format_version\":1,\"files\":{{{string.Join(',', entries)}}}}}");
    }

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

#pragma warning disable CA5350 // It is git's.
    private static string GitId(string text) => Convert.ToHexStringLower(SHA1.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"blob {text.Length}\0{text}"))));
#pragma warning restore CA5350

    private static string Text(GitRepository repository, string path) =>
        Encoding.UTF8.GetString(repository.ReadSmallBlob(repository.Find(repository.DefaultBranchTip()!.Value, TreePath.Parse(path))!.Oid)!.Value.Span);
}
