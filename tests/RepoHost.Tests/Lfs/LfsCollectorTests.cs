using System.CommandLine;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Commands;
using RepoHost.Data;
using RepoHost.Lfs;
using RepoHost.Storage;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Lfs;

/// <summary>Bytes go when no repository names them, and never under an upload's feet.</summary>
public sealed class LfsCollectorTests(LfsWorld world) : IClassFixture<LfsWorld>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LfsCollector Collector => world.Services.GetRequiredService<LfsCollector>();

    private LfsUploads Uploads => world.Services.GetRequiredService<LfsUploads>();

    private static Task<bool> Admit(RepoHostDb db, long bytes, CancellationToken cancellationToken) => Task.FromResult(true);

    [Fact]
    public async Task An_object_goes_with_the_last_repository_that_names_it()
    {
        var content = await world.GivenAsync(world.Owner, "owner/open.git");
        using (var put = await world.PutAsync(await world.UploadHrefAsync(world.Stranger, "stranger/own.git", content), content))
            Assert.True(put.IsSuccessStatusCode);
        var oid = LfsOid.Parse(LfsWorld.Sha(content));
        await ForgetAsync(oid, await IdAsync("owner", "open"));
        Assert.Equal(new LfsCollected(0, 0), await Collector.CollectAsync([oid], Cancel));
        Assert.True(world.HasBlob(oid.Value));
        await ForgetAsync(oid, await IdAsync("stranger", "own"));
        Assert.Equal(new LfsCollected(1, content.Length), await Collector.CollectAsync([oid, oid, LfsOid.Parse(LfsWorld.Sha([1]))], Cancel));
        Assert.False(world.HasBlob(oid.Value));
    }

    [Fact]
    public async Task An_upload_in_the_midst_of_a_clean_up_keeps_its_bytes()
    {
        var content = LfsWorld.Bytes(100);
        var pointer = Pointer(content);
        var id = await IdAsync("owner", "open");
        var blobs = world.Services.GetRequiredService<IBlobStore>();
        await blobs.WriteAsync(new MemoryStream(content), null, null, Cancel);
        // The upload comes after the rows were asked, when there was none; or before, and is seen.
        foreach (var seen in (bool[])[false, true])
        {
            var deleted = await blobs.DeleteUnlessAsync(pointer.Oid.Value, async c =>
            {
                Assert.False(world.HasBlob(pointer.Oid.Value));
                Assert.Equal(LfsUploadOutcome.Stored, await Uploads.StoreAsync(id, pointer, new MemoryStream(content), Admit, c));
                return seen;
            }, Cancel);
            Assert.Equal(!seen, deleted);
            Assert.True(await Uploads.HasAsync(id, pointer, Cancel));
            await ForgetAsync(pointer.Oid, id);
        }
    }

    [Fact]
    public async Task Uploads_and_clean_ups_at_once_never_leave_a_row_without_bytes()
    {
        var content = LfsWorld.Bytes(100);
        var pointer = Pointer(content);
        var id = await IdAsync("owner", "open");
        for (var i = 0; i < 150; i++)
        {
            var upload = Task.Run(() => Uploads.StoreAsync(id, pointer, new MemoryStream(content), Admit, Cancel));
            var second = Task.Run(() => Uploads.StoreAsync(id, pointer, new MemoryStream(content), Admit, Cancel));
            var collect = Task.Run(() => Collector.CollectAsync([pointer.Oid], Cancel));
            await Task.WhenAll(upload, second, collect);
            var stored = await upload == LfsUploadOutcome.Stored || await second == LfsUploadOutcome.Stored;
            Assert.Equal(stored, await Uploads.HasAsync(id, pointer, Cancel));
            Assert.All([await upload, await second], o => Assert.True(o is LfsUploadOutcome.Stored or LfsUploadOutcome.TryAgain));
            await ForgetAsync(pointer.Oid, id);
        }
    }

    [Fact]
    public async Task Prune_deletes_what_is_old_and_named_by_nobody()
    {
        var (named, young, old) = (await world.GivenAsync(world.Owner, "owner/open.git"), LfsWorld.Bytes(50), LfsWorld.Bytes(60));
        var blobs = world.Services.GetRequiredService<IBlobStore>();
        await blobs.WriteAsync(new MemoryStream(young), null, null, Cancel);
        await blobs.WriteAsync(new MemoryStream(old), null, null, Cancel);
        foreach (var content in (byte[][])[named, old])
            File.SetLastWriteTimeUtc(PathOf(content), TimeProvider.System.GetUtcNow().UtcDateTime.AddHours(-25));

        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var errors = new StringWriter(CultureInfo.InvariantCulture);
        var status = await CommandTree.RunAsync(
            ["lfs", "prune", $"--data={world.DataDirectory}"], Server.AddRooms, host => [LfsCommands.Build(host)], TextReader.Null,
            new InvocationConfiguration { Output = output, Error = errors }, Cancel);
        Assert.Equal((0, "Deleted 1 objects, 60 bytes.", ""), (status, output.ToString().TrimEnd(), errors.ToString()));
        Assert.Equal([true, true, false], new[] { named, young, old }.Select(c => File.Exists(PathOf(c))));
    }

    [Fact]
    public async Task An_upload_for_a_repository_that_is_gone_gives_nobody_anything()
    {
        var content = LfsWorld.Bytes(10);
        Assert.Equal(LfsUploadOutcome.RepositoryGone, await Uploads.StoreAsync("ffffffffffffffffffffffff", Pointer(content), new MemoryStream(content), Admit, Cancel));
        Assert.Equal(1, (await Collector.CollectAsync([Pointer(content).Oid], Cancel)).Objects);
    }

    private static LfsPointer Pointer(byte[] content) => new(LfsOid.Parse(LfsWorld.Sha(content)), content.Length);

    private string PathOf(byte[] content) => Path.Combine(world.DataDirectory, "lfs", LfsWorld.Sha(content)[..2], LfsWorld.Sha(content)[2..4], LfsWorld.Sha(content));

    private async Task<string> IdAsync(string owner, string name) =>
        (await world.Services.GetRequiredService<RepositoryCatalog>().FindAsync(RepositoryType.Model, owner, name, Cancel))!.Id;

    private async Task ForgetAsync(LfsOid oid, string repositoryId)
    {
        await using var db = await world.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync(Cancel);
        await db.LfsObjects.Where(o => o.RepositoryId == repositoryId && o.Oid == oid.Value).ExecuteDeleteAsync(Cancel);
    }
}
