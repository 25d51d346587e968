using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RepoHost.Gating.Regions;
using RepoHost.Tests.Accounts;
using Xunit;

namespace RepoHost.Tests.Gating.Regions;

public sealed class CountryFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("repohost-countries-").FullName;
    private readonly FakeTimeProvider _time = new();
    private readonly CapturedLogs _logs = new();

    private string FilePath => Path.Combine(_folder, "country.mmdb");

    public void Dispose()
    {
        _logs.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("192.0.2.1", "DE")]
    [InlineData("192.0.2.200", "US")]
    [InlineData("198.51.100.9", "GB")]
    [InlineData("2001:db8:1::5", "FR")]
    [InlineData("2001:db8:2::5", null)]
    [InlineData("203.0.113.1", null)]
    [InlineData("127.0.0.1", null)]
    [InlineData("10.1.2.3", null)]
    [InlineData("::1", null)]
    [InlineData("fe80::1%3", null)]
    public void An_address_has_the_country_of_its_network(string address, string? code)
    {
        Save(Sample());
        using var file = Open();
        Assert.Equal(code, file.Find(IPAddress.Parse(address))?.CountryCode);
    }

    [Fact]
    public void The_known_makers_shapes_are_read_and_others_name_no_country()
    {
        Save(new CountryFileWriter()
            .Add("192.0.2.0/32", CountryFileWriter.Country("GP", "Guadeloupe", inUnion: true))
            .Add("192.0.2.1/32", new Dictionary<string, object> { ["country"] = "Sweden", ["country_code"] = "SE" })
            .Add("192.0.2.2/32", new Dictionary<string, object> { ["country"] = "jp" })
            .Add("192.0.2.3/32", new Dictionary<string, object> { ["registered_country"] = new Dictionary<string, object> { ["iso_code"] = "US" } })
            .Add("192.0.2.4/32", new Dictionary<string, object> { ["country"] = new Dictionary<string, object> { ["iso_code"] = 7u } })
            .Add("192.0.2.5/32", new Dictionary<string, object> { ["country"] = "Sweden" }));
        using var file = Open();
        Assert.Equal(
            [new("GP", "Guadeloupe", true), new("SE", "Sweden", false), new("JP", null, false), null, null, null],
            Enumerable.Range(0, 6).Select(i => file.Find(IPAddress.Parse($"192.0.2.{i}"))));
    }

    [Fact]
    public void A_file_without_IPv6_does_not_know_such_addresses()
    {
        Save(new CountryFileWriter(ipVersion: 4).Add("192.0.2.0/24", "DE"));
        using var file = Open();
        Assert.Null(file.Find(IPAddress.Parse("2001:db8::1")));
        Assert.Equal("DE", file.Find(IPAddress.Parse("192.0.2.1"))?.CountryCode);
    }

    [Fact]
    public void Behind_a_link_it_is_the_target_that_counts()
    {
        Save(Sample());
        var target = Path.Combine(_folder, "target.mmdb");
        File.Move(FilePath, target);
        File.CreateSymbolicLink(FilePath, target);
        using var file = Open();
        Assert.Equal("DE", Code(file));
        File.Delete(target);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Code(file));
        Assert.False(file.IsThere);
    }

    [Fact]
    public void A_changed_file_is_read_again_and_a_file_that_is_gone_tells_nothing_any_more()
    {
        Save(Sample());
        using var file = Open();
        Assert.Equal("DE", Code(file));

        Save(new CountryFileWriter().Add("192.0.2.0/24", "CA"));
        // Not looked at more than once a second.
        Assert.Equal("DE", Code(file));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("CA", Code(file));

        File.Delete(FilePath);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Code(file));
        Assert.False(file.IsThere);
        Assert.Contains("there is no such file", _logs.Text, StringComparison.Ordinal);

        Save(Sample());
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(file.IsThere);
        Assert.Equal("DE", Code(file));
    }

    [Fact]
    public void Without_a_file_nothing_is_known()
    {
        using var none = Open(path: null);
        Assert.False(none.IsThere);
        Assert.Null(Code(none));
        using var missing = Open();
        Assert.False(missing.IsThere);
        using var folder = Open(_folder);
        Assert.False(folder.IsThere);
    }

    /// <summary>A file that is being copied over, a page of an error message, a disk's fault: whatever is in the bytes, they name no country or a country, and nothing breaks.</summary>
    [Fact]
    public void A_damaged_file_breaks_nothing()
    {
        var whole = Sample().ToArray();
        foreach (var cut in Enumerable.Range(0, whole.Length / 8).Select(i => i * 8))
        {
            File.WriteAllBytes(FilePath, whole[..cut]);
            using var file = Open();
            Assert.Null(Code(file));
        }

#pragma warning disable RS0030 // The same bytes are damaged in the same way each time.
        var seeded = new Random(20_260_101);
        for (var round = 0; round < 3000; round++)
        {
            var damaged = (byte[])whole.Clone();
            for (var i = 0; i < 1 + (round % 7); i++)
                damaged[seeded.Next(damaged.Length)] = (byte)seeded.Next(256);
            File.WriteAllBytes(FilePath, damaged);
            using var file = Open();
            foreach (var address in (string[])["192.0.2.1", "198.51.100.1", "2001:db8:1::1", "255.255.255.255", "ffff::"])
                Assert.True(file.Find(IPAddress.Parse(address)) is null or { CountryCode.Length: > 0 });
        }
#pragma warning restore RS0030
    }

    [Fact]
    public void A_file_that_is_overwritten_in_place_while_it_is_in_use_does_no_harm()
    {
        Save(Sample());
        using var file = Open();
        Assert.Equal("DE", Code(file));
        using (var stream = new FileStream(FilePath, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            stream.SetLength(3);
        Assert.Equal("DE", Code(file));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(Code(file));
    }

    private static CountryFileWriter Sample() => new CountryFileWriter()
        .Add("192.0.2.0/25", "DE", "Germany").Add("192.0.2.128/25", "US", "United States").Add("198.51.100.0/24", "GB").Add("2001:db8:1::/48", "FR");

    private static string? Code(CountryFile file) => file.Find(IPAddress.Parse("192.0.2.1"))?.CountryCode;

    private void Save(CountryFileWriter writer) => File.WriteAllBytes(FilePath, writer.ToArray());

    private CountryFile Open() => Open(FilePath);

    private CountryFile Open(string? path) =>
        new(Options.Create(new GeoOptions { CountryFile = path }), _time, new Microsoft.Extensions.Logging.Logger<CountryFile>(new Microsoft.Extensions.Logging.LoggerFactory([_logs])));
}
