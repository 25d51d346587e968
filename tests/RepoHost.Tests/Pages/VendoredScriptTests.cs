using System.Security.Cryptography;
using System.Text.RegularExpressions;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Code of others that people's browsers run is what its README says, comes with its licence, and may do what it has to where it runs.</summary>
public sealed class VendoredScriptTests(VendoredScriptTests.World world) : IClassFixture<VendoredScriptTests.World>
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "RepoHost", "Pages", "Assets", "vendor");

    public sealed class World : HubApplication;

    [Fact]
    public async Task Each_file_is_the_unchanged_copy_that_the_readme_names_and_is_served_with_its_licence()
    {
        var rows = Regex.Matches(await File.ReadAllTextAsync(Path.Combine(Folder, "README.md")), @"^\| `(?<file>[^`]+)` \|.*`(?<licence>[^`]+)` \| (?<hash>[0-9a-f]{64}) \|$", RegexOptions.Multiline);
        var named = rows.SelectMany(row => (string[])[row.Groups["file"].Value, row.Groups["licence"].Value]).Append("README.md").Order(StringComparer.Ordinal);
        Assert.Equal(Directory.EnumerateFiles(Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal), named);
        using var client = world.Client();
        foreach (Match row in rows)
        {
            var served = await client.GetByteArrayAsync($"/assets/vendor/{row.Groups["file"].Value}");
            Assert.Equal(row.Groups["hash"].Value, Convert.ToHexStringLower(SHA256.HashData(served)));
            Assert.Contains("Permission is hereby granted", await client.GetStringAsync($"/assets/vendor/{row.Groups["licence"].Value}"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task WebAssembly_runs_in_the_worker_and_in_no_page()
    {
        using var client = world.Client();
        foreach (var (path, allowed) in new[] { ("/assets/hash-worker.js", true), ("/login", false) })
        {
            using var answer = await client.GetAsync(path);
            Assert.Equal(allowed, answer.Headers.GetValues("Content-Security-Policy").Single().Contains("'wasm-unsafe-eval'", StringComparison.Ordinal));
        }
    }
}
