using System.Buffers.Binary;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using RepoHost.Git;
using RepoHost.Tests.Git;
using Xunit;

namespace RepoHost.Tests.SmartHttp;

/// <summary>A pack of a few kilobytes whose deltas make objects of a hundred gigabytes: refused before anybody takes the memory.</summary>
public sealed class DeltaBombTests(GitWorld world) : IClassFixture<GitWorld>
{
    private const int Blob = 3;
    private const int RefDelta = 7;

    /// <summary>The most that one instruction of a delta can copy.</summary>
    private const int CopyBytes = 0xffffff;

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
        var content = new byte[CopyBytes];
        var origin = IdOf(content);
        var objects = new List<(int Type, byte[]? Base, byte[] Data)> { (Blob, null, content) };
        for (var i = 0; i < 600; i++)
            objects.Add((RefDelta, origin, [.. Size(CopyBytes), .. Size(CopyBytes + 2), 0xf0, 0xff, 0xff, 0xff, 2, (byte)i, (byte)(i >> 8)]));
        var pack = Pack(objects);
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

    /// <summary>gitformat-pack: the sizes of source and result, then instructions; 0xf0 copies from the beginning, as much as the three bytes behind it say.</summary>
    private static byte[] Delta(long source, int copies) =>
        [.. Size(source), .. Size((long)copies * CopyBytes), .. Enumerable.Repeat((byte[])[0xf0, 0xff, 0xff, 0xff], copies).SelectMany(copy => copy)];

    private static IEnumerable<byte> Size(long size)
    {
        for (; size > 0x7f; size >>= 7)
            yield return (byte)(0x80 | (size & 0x7f));
        yield return (byte)size;
    }

    private static byte[] Pack(List<(int Type, byte[]? Base, byte[] Data)> objects)
    {
        using var pack = new MemoryStream();
        Span<byte> count = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(count, objects.Count);
        pack.Write([.. "PACK"u8, 0, 0, 0, 2]);
        pack.Write(count);
        foreach (var (type, origin, data) in objects)
        {
            var (first, rest) = ((type << 4) | (data.Length & 0xf), data.Length >> 4);
            pack.WriteByte((byte)(rest > 0 ? first | 0x80 : first));
            if (rest > 0)
                pack.Write([.. Size(rest)]);
            pack.Write(origin);
            using var zlib = new ZLibStream(pack, CompressionLevel.SmallestSize, leaveOpen: true);
            zlib.Write(data);
        }

#pragma warning disable CA5350 // It is git's.
        pack.Write(SHA1.HashData(pack.ToArray()));
#pragma warning restore CA5350
        return pack.ToArray();
    }

    private static byte[] IdOf(byte[] blob)
    {
#pragma warning disable CA5350 // It is git's.
        return SHA1.HashData([.. Encoding.ASCII.GetBytes($"blob {blob.Length}\0"), .. blob]);
#pragma warning restore CA5350
    }

    private static string Line(string text) => (Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", System.Globalization.CultureInfo.InvariantCulture) + text;
}
