using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RepoHost.Git;
using RepoHost.Tests.Git;
using Xunit;
using static RepoHost.Tests.SmartHttp.DeltaPack;

namespace RepoHost.Tests.SmartHttp;

/// <summary>A pack of a few kilobytes whose deltas make objects of a hundred gigabytes: refused before anybody takes the memory.</summary>
public sealed class DeltaBombTests(GitWorld world) : IClassFixture<GitWorld>
{
    [Theory]
    [InlineData(6400, 0)]
    [InlineData(20, 20)]
    public async Task It_is_refused_at_once_and_nothing_of_it_stays(int copies, int copiesOfThat)
    {
        var record = await world.NewAsync();
        var content = new byte[CopyBytes];
        var objects = new List<(int Type, byte[]? Base, byte[] Data)> { (Blob, null, content), (RefDelta, IdOf(content), Delta(CopyBytes, copies)) };
        // Or in two steps, of which the first would still be looked at.
        if (copiesOfThat > 0)
        {
            objects[1] = (RefDelta, IdOf(content), Delta(CopyBytes, 10));
            objects.Add((RefDelta, IdOf(new byte[CopyBytes * 10]), Delta(CopyBytes * 10L, copiesOfThat)));
        }

        var pack = Pack(objects);
        Assert.InRange(pack.Length, 10_000, 60_000);
        var commands = $"{Line($"0000000000000000000000000000000000000000 {new string('2', 40)} refs/heads/bomb\0report-status")}0000";
        using var body = new ByteArrayContent([.. Encoding.ASCII.GetBytes(commands), .. pack]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
        var started = Stopwatch.StartNew();
        using var response = await world.Client(world.Owner.Token).PostAsync($"/{record.FullName}/git-receive-pack", body);
        var answer = await response.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("The pack holds an object that is too large to be looked at. Keep large files in Git LFS.", answer, StringComparison.Ordinal);
        Assert.Contains("ng refs/heads/bomb", answer, StringComparison.Ordinal);
        Assert.True(started.Elapsed < TimeSpan.FromSeconds(30), $"it took {started.Elapsed}");
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(world.FolderOf(record), "quarantine")));
        Assert.Equal("{}", await world.Client().GetStringAsync($"/{record.FullName}/resolve/main/config.json"));
    }

    /// <summary>No object of it is too large for git, which took 27 seconds to make them all: what they have together is known before one of them is made.</summary>
    [Fact]
    public async Task Many_deltas_that_are_small_enough_one_by_one_are_refused_together()
    {
        var record = await world.NewAsync();
        var pack = ManyDeltas();
        Assert.InRange(pack.Length, 10_000, 66_000);
        using var body = new ByteArrayContent([
            .. Encoding.ASCII.GetBytes($"{Line($"0000000000000000000000000000000000000000 {new string('2', 40)} refs/heads/bomb\0report-status")}0000"), .. pack]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
        using var response = await world.Client(world.Owner.Token).PostAsync($"/{record.FullName}/git-receive-pack", body);
        Assert.Contains("unpack The pack unpacks to more than 2 GB and 100 times its own size. Push the history in parts", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Path.Combine(world.FolderOf(record), "quarantine")));

        // The scan alone says so, and has made none of them.
        var scan = new PackScan(new PushOptions().UnpackedBytes);
        scan.Feed(pack);
        Assert.Equal(PackFault.TooMuch, scan.Fault);
    }

    /// <summary>The same bytes with less of them are a pack that git takes: it is the size that is refused.</summary>
    [Fact]
    public async Task The_same_pack_with_a_small_delta_is_sound()
    {
        var record = await world.NewAsync();
        var content = new byte[1000];
        var tip = TestRepository.RunGit([$"--git-dir={world.FolderOf(record)}", "rev-parse", "main"]).Trim();
        var commands = $"{Line($"0000000000000000000000000000000000000000 {tip} refs/heads/small\0report-status")}0000";
        using var body = new ByteArrayContent([.. Encoding.ASCII.GetBytes(commands), .. Pack([(Blob, null, content), (RefDelta, IdOf(content), [.. Size(1000), .. Size(2000), 0xb0, 0xe8, 0x03, 0xb0, 0xe8, 0x03])])]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
        using var response = await world.Client(world.Owner.Token).PostAsync($"/{record.FullName}/git-receive-pack", body);
        Assert.Contains("unpack ok", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private static string Line(string text) => (Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", System.Globalization.CultureInfo.InvariantCulture) + text;
}
