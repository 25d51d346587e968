using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace RepoHost.Tests.SmartHttp;

/// <summary>A push built byte by byte (gitformat-pack), as no git client would send it: trees may name objects that the pusher does not have.</summary>
[SuppressMessage("Security", "CA5350", Justification = "Git's object ids are SHA-1.")]
internal sealed class RawPush
{
    private const int CommitType = 1;
    private const int TreeType = 2;
    private const int BlobType = 3;
    private const int RefDelta = 7;

    private readonly List<(int Type, byte[] Base, byte[] Data)> objects = [];

    public static string Zero { get; } = new('0', 40);

    public string Blob(string text) => Add(BlobType, "blob", Encoding.UTF8.GetBytes(text));

    /// <param name="entries">In git's order; modes as git writes them.</param>
    public string Tree(params (string Mode, string Name, string Oid)[] entries) =>
        Add(TreeType, "tree", [.. entries.SelectMany(entry => (byte[])[.. Encoding.UTF8.GetBytes($"{entry.Mode} {entry.Name}\0"), .. Convert.FromHexString(entry.Oid)])]);

    public string Commit(string tree, string? parent = null) => Add(
        CommitType, "commit", Encoding.UTF8.GetBytes($"tree {tree}\n{(parent is null ? "" : $"parent {parent}\n")}author A <a@example.org> 1700000000 +0000\ncommitter A <a@example.org> 1700000000 +0000\n\nwork\n"));

    /// <summary>A blob that is all of another one and a text behind it, told only as the difference.</summary>
    /// <param name="whole">What the other one holds; only its length and the result's id are used.</param>
    public string CopyOf(string blob, byte[] whole, string more)
    {
        var added = Encoding.UTF8.GetBytes(more);
        byte[] delta = [.. Size(whole.Length), .. Size(whole.Length + added.Length), 0xb0, (byte)whole.Length, (byte)(whole.Length >> 8), (byte)added.Length, .. added];
        objects.Add((RefDelta, Convert.FromHexString(blob), delta));
        return IdOf("blob", [.. whole, .. added]);
    }

    /// <summary>Pushes one ref, whatever it was before.</summary>
    /// <returns>The server's report.</returns>
    public async Task<string> SendAsync(HttpClient client, string repository, string refName, string old, string next)
    {
        using var body = new ByteArrayContent([.. Encoding.ASCII.GetBytes(Line($"{old} {next} {refName}\0report-status") + "0000"), .. Pack()]);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/x-git-receive-pack-request");
        using var response = await client.PostAsync($"/{repository}/git-receive-pack", body);
        return $"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}";
    }

    private static string IdOf(string type, byte[] data) => Convert.ToHexStringLower(SHA1.HashData([.. Encoding.ASCII.GetBytes($"{type} {data.Length}\0"), .. data]));

    private static string Line(string text) => (Encoding.UTF8.GetByteCount(text) + 4).ToString("x4", CultureInfo.InvariantCulture) + text;

    private static IEnumerable<byte> Size(long size)
    {
        for (; size > 0x7f; size >>= 7)
            yield return (byte)(0x80 | (size & 0x7f));
        yield return (byte)size;
    }

    private string Add(int type, string name, byte[] data)
    {
        objects.Add((type, [], data));
        return IdOf(name, data);
    }

    private byte[] Pack()
    {
        using var pack = new MemoryStream();
        Span<byte> count = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(count, objects.Count);
        pack.Write([.. "PACK"u8, 0, 0, 0, 2, .. count]);
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

        pack.Write(SHA1.HashData(pack.ToArray()));
        return pack.ToArray();
    }
}
