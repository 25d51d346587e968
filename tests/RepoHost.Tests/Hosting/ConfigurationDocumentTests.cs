using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using RepoHost.Accounts;
using RepoHost.Accounts.Limits;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Gating.Regions;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Notifications;
using Xunit;

namespace RepoHost.Tests.Hosting;

/// <summary>docs/configuration.md lists every setting of ours with the default that the code has.</summary>
public sealed partial class ConfigurationDocumentTests
{
    private static readonly Dictionary<string, object> Sections = new()
    {
        ["RepoHost"] = new RepoHostOptions(),
        ["Gating"] = new GatingOptions(),
        ["Accounts"] = new AccountsOptions(),
        ["Lists"] = new ListOptions(),
        ["Oidc"] = new OidcOptions(),
        ["Git"] = new GitOptions(),
        ["Pushes"] = new PushOptions(),
        ["GitHttp"] = new GitHttpOptions(),
        ["Uploads"] = new UploadOptions(),
        ["Lfs"] = new LfsOptions(),
        ["Limits"] = new LimitsOptions(),
        ["Geo"] = new GeoOptions(),
        ["Proxy"] = new ProxyOptions(),
        ["Mail"] = new MailOptions(),
        ["Mail:Smtp"] = new SmtpOptions(),
    };

    /// <summary>Folders that follow from the data directory, which are not to be set, and sections of their own.</summary>
    private static readonly string[] NotSettings = ["Git:RootFolder", "Git:SpillFolder", "Git:SpoolFolder", "Mail:Smtp"];

    /// <summary>What the document says instead of "unset".</summary>
    private static readonly Dictionary<string, string> Unset = new() { ["RepoHost:PublicUrl"] = "the first address listened on" };

    [Fact]
    public void Every_setting_stands_in_the_document_with_its_default()
    {
        var documented = Rows().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md")))
            .ToDictionary(m => m.Groups["key"].Value, m => m.Groups["default"].Value);
        foreach (var (section, options) in Sections)
        {
            foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var key = $"{section}:{property.Name}";
                if (!NotSettings.Contains(key))
                    Assert.Equal($"{key} = {Words(key, property.GetValue(options))}", $"{key} = {documented.GetValueOrDefault(key, "not documented")}");
            }
        }
    }

    [Fact]
    public void The_document_names_no_setting_that_there_is_not()
    {
        foreach (Match row in Rows().Matches(File.ReadAllText(Path.Combine(Repository.Root, "docs", "configuration.md"))))
        {
            var key = row.Groups["key"].Value;
            var name = key.LastIndexOf(':');
            if (Sections.TryGetValue(key[..name], out var options))
                Assert.True(options.GetType().GetProperty(key[(name + 1)..]) is not null, row.Value);
        }
    }

    private static string Words(string key, object? value) => value switch
    {
        null => Unset.GetValueOrDefault(key, "unset"),
        "" => "none",
        bool flag => flag ? "true" : "false",
        long bytes when bytes % 1_000_000_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000_000} GB"),
        long bytes when bytes % 1_000_000 == 0 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1_000_000} MB"),
        long bytes when bytes >= 1L << 30 => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 30} GiB"),
        long bytes => string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB"),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    [GeneratedRegex(@"^\| `(?<key>[A-Za-z]+(?::[A-Za-z]+)+)` \| `?(?<default>[^`|]+?)`? \|", RegexOptions.Multiline)]
    private static partial Regex Rows();
}
