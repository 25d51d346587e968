using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RepoHost.Accounts;
using RepoHost.Commands;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Tests.Accounts;
using RepoHost.Tests.Gating.Regions;

namespace RepoHost.Tests.Hub;

/// <summary>
/// A server behind a proxy on this machine, which says in X-Forwarded-For where a request comes from, and repositories that refuse visitors from the European Union.
/// </summary>
public class EuropeWorld : HubApplication
{
    public const string Germany = "192.0.2.1";
    public const string GermanyToo = "2001:db8:de::7";
    public const string Canada = "198.51.100.1";
    public const string Nowhere = "203.0.113.1";
    public const string Proxy = "198.51.100.99";

    public const string Card = "---\ngated: auto\nextra_gated_eu_disallowed: true\nextra_gated_fields:\n  Company: text\n  Where: ip_location\n---\n# Restricted\n";
    public const string LfsText = "weights that stay outside\n";

    private readonly string _countries = Path.GetTempFileName();

    internal Dictionary<string, TestPerson> People { get; } = [];

    internal CapturedLogs Logs { get; } = new();

    protected override IEnumerable<string> Settings =>
        ["--Gating:AllowRequestsByToken=true", "--Proxy:Trusted=127.0.0.0/8, ::1 198.51.100.99", $"--Geo:CountryFile={CountryFile}", "--Logging:LogLevel:RepoHost=Warning", "--Logging:Console:LogLevel:Default=None"];

    protected virtual string CountryFile => _countries;

    public override async ValueTask InitializeAsync()
    {
        // Before the server starts: it looks for the file at once, and then only every second.
        await File.WriteAllBytesAsync(_countries, new CountryFileWriter()
            .Add("192.0.2.0/24", "DE", "Germany").Add("2001:db8:de::/48", "DE", "Germany").Add("198.51.100.0/24", "CA", "Canada").ToArray());
        await base.InitializeAsync();
    }

    protected override async Task FillAsync()
    {
        Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
        foreach (var name in (string[])["author", "member", "accepted", "stranger"])
            People[name] = await AddPersonAsync(name, TokenRole.Write);
        var organizations = Services.GetRequiredService<Organizations>();
        await organizations.AddAsync("acme", "Acme", "author", CancellationToken.None);
        await organizations.SetMemberAsync("acme", "member", OrganizationRole.Read, CancellationToken.None);
        foreach (var type in Enum.GetValues<RepositoryType>())
            await AddAsync(type, "acme/restricted", Card);
        await AddAsync(RepositoryType.Model, "acme/gated", "---\ngated: auto\n---\n");
        await AddAsync(RepositoryType.Model, "acme/ungated", "---\nextra_gated_eu_disallowed: true\n---\n");
    }

    internal async Task<RepositoryRecord> AddAsync(RepositoryType type, string id, string card)
    {
        var record = await AddRepositoryAsync(type, id, new Dictionary<string, string>
        {
            ["README.md"] = card,
            ["config.json"] = "{}\n",
            [".gitattributes"] = "*.bin filter=lfs diff=lfs merge=lfs -text\n",
            ["model.bin"] = LfsText,
        });
        await GrantAsync(record, "accepted");
        return record;
    }

    internal async Task GrantAsync(RepositoryRecord record, string person) =>
        await Services.GetRequiredService<AccessRequests>().GrantAsync(record, People["author"].Id, new(person, null), CancellationToken.None);

    internal async Task<RepositoryRecord> FindAsync(string name, RepositoryType type = RepositoryType.Model) =>
        (await Services.GetRequiredService<RepositoryCatalog>().FindAsync(type, "acme", name, CancellationToken.None))!;

    /// <param name="from">What the proxy writes into X-Forwarded-For; null for a proxy that writes nothing.</param>
    internal HttpClient ClientFrom(string? from, string? person)
    {
        var client = Client(person is null ? null : People[person].Token);
        if (from is not null)
            client.DefaultRequestHeaders.TryAddWithoutValidation("X-Forwarded-For", from);
        return client;
    }

    /// <summary>Status, and the sentence when it is a refusal.</summary>
    internal async Task<(int Status, string? Sentence)> AskAsync(string? from, string? person, string url, HttpMethod? method = null, HttpContent? content = null)
    {
        using var client = ClientFrom(from, person);
        using var request = new HttpRequestMessage(method ?? HttpMethod.Get, url) { Content = content };
        using var response = await client.SendAsync(request);
        return ((int)response.StatusCode, response.Headers.TryGetValues("X-Error-Message", out var said) ? said.Single() : null);
    }
}
