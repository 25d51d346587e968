using System.Globalization;
using System.IO.Compression;
using RepoHost.Git;
using RepoHost.Tests.SmartHttp;
using Xunit;

namespace RepoHost.Tests.Git;

#pragma warning disable RS0030 // Seeded: a failure can be had again.
/// <summary>What a pack unpacks to, told without unpacking it, against git's own count.</summary>
public sealed class PackScanTests
{
    private const long NoLimit = 1L << 40;

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 7)]
    [InlineData(6, 1000)]
    [InlineData(9, 100_000)]
    public void The_size_of_a_real_pack_is_what_git_says(int compression, int piece)
    {
        using var repository = new TestRepository();
        var random = new Random(compression);
        var lines = Enumerable.Range(0, 3000).Select(i => string.Create(CultureInfo.InvariantCulture, $"line {i} {random.Next()}")).ToList();
        var noise = new byte[70_000];
        random.NextBytes(noise);
        for (var i = 0; i < 12; i++)
        {
            lines[random.Next(lines.Count)] = $"changed {i}";
            repository.CommitFiles($"commit {i}", [
                TestFile.Text("long.txt", string.Join('\n', lines)), TestFile.Text($"folder/{i}.txt", new string('a', i)), new("noise", noise), new("zeros", new byte[300_000 + i]), TestFile.Text("one", "x")]);
        }

        repository.Git("-c", string.Create(CultureInfo.InvariantCulture, $"pack.compression={compression}"), "repack", "-a", "-d", "-f", "-q", "--window=20");
        var path = Directory.GetFiles(Path.Combine(repository.Folder, "objects", "pack"), "*.pack").Single();
        var scan = Scan(File.ReadAllBytes(path), piece);

        Assert.Equal((PackFault.None, true), (scan.Fault, scan.IsDone));
        var objects = repository.Git("cat-file", "--batch-all-objects", "--batch-check=%(objectsize)").Split('\n').Sum(long.Parse);
        // Of a delta, which has a depth and a base, this is its own size.
        var deltas = repository.Git("verify-pack", "-v", path).Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length == 7).ToList();
        Assert.NotEmpty(deltas);
        Assert.Equal(objects + deltas.Sum(words => long.Parse(words[2], CultureInfo.InvariantCulture)), scan.Unpacked);
    }

    [Fact]
    public void The_end_of_a_stream_is_found_whatever_it_holds()
    {
        var random = new Random(7);
        for (var i = 0; i < 400; i++)
        {
            var content = new byte[random.Next(1, 2 + (i * 300))];
            random.NextBytes(content.AsSpan(0, content.Length / (1 + (i % 3))));
            foreach (ref var value in content.AsSpan())
                value = i % 2 == 0 ? value : (byte)(value % (1 + (i % 17)));
            using var packed = new MemoryStream();
            using (var zlib = new ZLibStream(packed, (CompressionLevel)(i % 4), leaveOpen: true))
                zlib.Write(content);
            packed.WriteByte(0x5a);

            var scan = new DeflateScan();
            scan.Begin();
            var (bits, count, next) = (0UL, 0, 0);
            for (var at = 0; at < packed.Length;)
            {
                var some = Math.Min(random.Next(1, 500), (int)packed.Length - at);
                var input = new BitInput(packed.GetBuffer().AsSpan(at, some), bits, count);
                scan.Read(ref input);
                if (scan.IsDone && input.TryTake(8, out next))
                    break;
                (bits, count, at) = (input.Bits, input.Count, at + some);
            }

            Assert.True(scan.IsDone, $"case {i}");
            Assert.Equal((content.Length, 0x5a), (scan.Size, next));
            Assert.Equal(content.AsSpan(0, Math.Min(content.Length, DeflateScan.HeadBytes)), scan.Head);
        }
    }

    [Fact]
    public void Zeros_are_refused_while_they_come()
    {
        using var packed = new MemoryStream();
        packed.Write([.. "PACK"u8, 0, 0, 0, 2, 0, 0, 0, 1, 0xb0, 0x80, 0x80, 0x80, 0x08]);
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(new byte[50_000_000]);
        var scan = new PackScan(1_000_000);
        scan.Feed(packed.GetBuffer().AsSpan(0, 2000));
        Assert.Equal(PackFault.TooMuch, scan.Fault);
        Assert.Equal(PackFault.None, Scan(packed.ToArray(), 4096).Fault);
    }

    [Theory]
    [InlineData("PACQ0002")]
    [InlineData("")]
    public void What_is_no_pack_is_refused(string text) =>
        Assert.Equal(text.Length == 0 ? PackFault.None : PackFault.Unreadable, Scan([.. System.Text.Encoding.ASCII.GetBytes(text), 0, 0, 0, 1], 3).Fault);

    /// <summary>Whatever the bytes are, the scan ends: with a fault, or waiting for more.</summary>
    [Fact]
    public void Damaged_packs_end_the_scan()
    {
        using var repository = new TestRepository();
        repository.Commit("first", ("a.txt", string.Concat(Enumerable.Range(0, 500))), ("b.txt", "b"));
        repository.Repack();
        var pack = File.ReadAllBytes(Directory.GetFiles(Path.Combine(repository.Folder, "objects", "pack"), "*.pack").Single());
        var random = new Random(3);
        for (var i = 0; i < 500; i++)
        {
            var damaged = pack.ToArray();
            damaged[random.Next(12, damaged.Length)] ^= (byte)random.Next(1, 256);
            var scan = Scan(damaged, 64);
            Assert.True(scan.Fault != PackFault.None || scan.Sent == damaged.Length);
        }
    }

    /// <summary>Git was started for every pack, and killed at once for one of these: most of what refusing it cost.</summary>
    [Fact]
    public async Task A_small_pack_that_is_refused_is_refused_before_any_of_it_is_read_and_another_is_read_whole()
    {
        var bomb = new ScannedPack(new MemoryStream(DeltaPack.ManyDeltas()), new PackScan(1_000_000));
        await Assert.ThrowsAsync<InvalidDataException>(() => bomb.LookAheadAsync(100_000, TestContext.Current.CancellationToken));

        var noise = new byte[400_000];
        new Random(1).NextBytes(noise);
        var pack = DeltaPack.Pack([(DeltaPack.Blob, null, noise), (DeltaPack.Blob, null, noise[..1000])]);
        var sound = new ScannedPack(new MemoryStream(pack), new PackScan(1_000_000));
        await sound.LookAheadAsync(100_000, TestContext.Current.CancellationToken);
        using var read = new MemoryStream();
        await sound.CopyToAsync(read, TestContext.Current.CancellationToken);
        Assert.Equal(pack, read.ToArray());
    }

    private static PackScan Scan(byte[] pack, int piece)
    {
        var scan = new PackScan(NoLimit);
        for (var at = 0; at < pack.Length; at += piece)
            scan.Feed(pack.AsSpan(at, Math.Min(piece, pack.Length - at)));
        return scan;
    }
}
