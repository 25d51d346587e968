using System.Buffers.Binary;
using System.Net;
using System.Text;

namespace RepoHost.Tests.Gating.Regions;

/// <summary>
/// Writes files in MaxMind's MMDB format, version 2.0 (maxmind.github.io/MaxMind-DB): a binary tree of address bits with 24-bit records, the records' data, and
/// metadata at the end. Enough for small country files of any shape.
/// </summary>
internal sealed class CountryFileWriter(int ipVersion = 6)
{
    private const int RecordBytes = 3;

    private readonly List<int?[]> _nodes = [[null, null]];
    private readonly List<byte> _data = [];

    /// <summary>A record as GeoLite2-Country and DB-IP have it.</summary>
    public static Dictionary<string, object> Country(string code, string? name = null, bool? inUnion = null)
    {
        var country = new Dictionary<string, object> { ["geoname_id"] = 1234567u, ["iso_code"] = code };
        if (name is not null)
            country["names"] = new Dictionary<string, object> { ["de"] = name + " auf Deutsch", ["en"] = name };
        if (inUnion is { } word)
            country["is_in_european_union"] = word;
        return new() { ["continent"] = new Dictionary<string, object> { ["code"] = "EU" }, ["country"] = country, ["registered_country"] = new Dictionary<string, object> { ["iso_code"] = "US" } };
    }

    public CountryFileWriter Add(string network, string code, string? name = null) => Add(network, Country(code, name));

    public CountryFileWriter Add(string network, object record)
    {
        var parsed = IPNetwork.Parse(network);
        var bits = Bits(parsed, out var length);
        var offset = _data.Count;
        using (var written = new MemoryStream())
        {
            Write(written, record);
            _data.AddRange(written.ToArray());
        }

        var node = 0;
        for (var depth = 0; depth < length - 1; depth++)
        {
            if (_nodes[node][bits[depth]] is not { } next)
            {
                next = _nodes.Count;
                _nodes.Add([null, null]);
                _nodes[node][bits[depth]] = next;
            }

            node = next;
        }

        _nodes[node][bits[length - 1]] = -1 - offset;
        return this;
    }

    public byte[] ToArray()
    {
        using var file = new MemoryStream();
        foreach (var record in _nodes.SelectMany(node => node))
        {
            var value = record switch { null => _nodes.Count, < 0 => _nodes.Count + 16 + (-1 - record.Value), _ => record.Value };
            file.Write([(byte)(value >> 16), (byte)(value >> 8), (byte)value]);
        }

        file.Write(new byte[16]);
        file.Write([.. _data]);
        file.Write([0xab, 0xcd, 0xef, .. "MaxMind.com"u8]);
        Write(file, new Dictionary<string, object>
        {
            ["binary_format_major_version"] = (ushort)2,
            ["binary_format_minor_version"] = (ushort)0,
            ["build_epoch"] = 1_900_000_000uL,
            ["database_type"] = "Test-Country",
            ["description"] = new Dictionary<string, object> { ["en"] = "Addresses of the documentation, placed at will" },
            ["ip_version"] = (ushort)ipVersion,
            ["languages"] = new[] { "en" },
            ["node_count"] = (uint)_nodes.Count,
            ["record_size"] = (ushort)(RecordBytes * 8),
        });
        return file.ToArray();
    }

    /// <summary>IPv4 addresses are the last 32 bits behind 96 zeros in a file for both.</summary>
    private int[] Bits(IPNetwork network, out int length)
    {
        var bytes = network.BaseAddress.GetAddressBytes();
        length = network.PrefixLength;
        if (bytes.Length == 4 && ipVersion == 6)
        {
            bytes = [.. new byte[12], .. bytes];
            length += 96;
        }

        return [.. bytes.SelectMany(b => Enumerable.Range(0, 8).Select(i => (b >> (7 - i)) & 1))];
    }

    private static void Write(Stream to, object value)
    {
        switch (value)
        {
            case string text:
                var bytes = Encoding.UTF8.GetBytes(text);
                Control(to, 2, bytes.Length);
                to.Write(bytes);
                break;
            case ushort number:
                Integer(to, 5, number);
                break;
            case uint number:
                Integer(to, 6, number);
                break;
            case ulong number:
                Integer(to, 9, number);
                break;
            case bool flag:
                Control(to, 14, flag ? 1 : 0);
                break;
            case Dictionary<string, object> map:
                Control(to, 7, map.Count);
                foreach (var (key, item) in map)
                {
                    Write(to, key);
                    Write(to, item);
                }

                break;
            case string[] list:
                Control(to, 11, list.Length);
                foreach (var item in list)
                    Write(to, item);
                break;
            default:
                throw new ArgumentException($"The writer has no type for {value.GetType().Name}.", nameof(value));
        }
    }

    private static void Integer(Stream to, int type, ulong value)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        var used = bytes.TrimStart((byte)0);
        Control(to, type, used.Length);
        to.Write(used);
    }

    private static void Control(Stream to, int type, int size)
    {
        var (low, more) = size switch { < 29 => (size, -1), < 285 => (29, size - 29), _ => throw new ArgumentException("The writer has no sizes over 284.", nameof(size)) };
        to.WriteByte((byte)((type > 7 ? 0 : type << 5) | low));
        if (type > 7)
            to.WriteByte((byte)(type - 7));
        if (more >= 0)
            to.WriteByte((byte)more);
    }
}
