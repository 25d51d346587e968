using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Xunit;

namespace RepoHost.EndToEnd.Support;

/// <summary>
/// The real program in its own process, in Production, with a data directory of its own and a port that the system chose. People, tokens and
/// repositories are made as an operator makes them: by the same program's commands beside the running server.
/// </summary>
public sealed partial class HubServer : IAsyncDisposable
{
    private readonly TemporaryFolder data;
    private readonly Dictionary<string, string> environment;
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, MaxConnectionsPerServer = 256 };

    private HubServer(TemporaryFolder data, Dictionary<string, string> environment)
    {
        this.data = data;
        this.environment = environment;
    }

    /// <summary>The folder goes with the server that made it.</summary>
    private bool OwnsData { get; init; } = true;

    public ChildProgram Program { get; private set; } = null!;

    public Uri Address { get; private set; } = null!;

    /// <summary>The address as people type it, without a slash at the end.</summary>
    public string Base => Address.GetLeftPart(UriPartial.Authority);

    public string Folder => data.Location;

    public static async Task<HubServer> StartAsync(IReadOnlyDictionary<string, string>? settings = null)
    {
        if (!File.Exists(Paths.ServerProgram))
            throw new FileNotFoundException("The program is not built", Paths.ServerProgram);
        var data = new TemporaryFolder();
        var environment = new Dictionary<string, string>
        {
            ["ASPNETCORE_ENVIRONMENT"] = "Production",
            ["DOTNET_ENVIRONMENT"] = "Production",
            ["DOTNET_NOLOGO"] = "1",
            ["RepoHost__DataDirectory"] = data.File("data"),
        };
        foreach (var (name, value) in settings ?? new Dictionary<string, string>())
            environment[name] = value;

        var server = new HubServer(data, environment);
        await server.StartProgramAsync("http://127.0.0.1:0");
        return server;
    }

    /// <summary>A second server on the same data and with the same settings, as behind a load balancer. Dispose it before the first one.</summary>
    public async Task<HubServer> StartAnotherAsync()
    {
        var another = new HubServer(data, environment) { OwnsData = false };
        await another.StartProgramAsync("http://127.0.0.1:0");
        return another;
    }

    /// <summary>Stops it and starts it again on the same data and the same port, as a restart by the operator does.</summary>
    public async Task RestartAsync()
    {
        await Program.TerminateAsync();
        await Program.DisposeAsync();
        await StartProgramAsync(Base);
    }

    /// <summary>Ends it without a chance to clean up, and starts it again on the same data and the same port.</summary>
    public async Task KillAndRestartAsync(bool withChildren)
    {
        await Program.KillAsync(withChildren);
        await Program.DisposeAsync();
        await StartProgramAsync(Base);
    }

    public async Task<ProgramResult> CommandAsync(string input, params string[] arguments) =>
        await ChildProgram.RunAsync("dotnet", [Paths.ServerProgram, .. arguments], environment, data.Location, input, TestContext.Current.CancellationToken);

    /// <summary>Runs a command that must succeed and gives back its standard output, trimmed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var result = await CommandAsync("", arguments);
        return result.ExitCode == 0
            ? result.Output.Trim()
            : throw new InvalidOperationException($"RepoHost {string.Join(' ', arguments)}: {result}\n--- the server\n{Program.Said}");
    }

    /// <summary>Everybody's password.</summary>
    public const string Password = "a password for tests";

    /// <summary>Adds a person who logs in with <see cref="Password"/>.</summary>
    public async Task AddReaderOfPagesAsync(string name, params string[] more)
    {
        var added = await CommandAsync(Password + "\n", ["user", "add", name, "--email", $"{name}@example.org", "--fullname", $"{char.ToUpperInvariant(name[0])}{name[1..]} Example", "--password-stdin", .. more]);
        Assert.True(added.ExitCode == 0, added.ToString());
    }

    /// <summary>Adds a person and gives back a token.</summary>
    public async Task<string> AddPersonAsync(string name, string role = "read")
    {
        await RunAsync("user", "add", name, "--email", $"{name}@example.org", "--fullname", $"{char.ToUpperInvariant(name[0])}{name[1..]} Example");
        return await AddTokenAsync(name, role);
    }

    public Task<string> AddTokenAsync(string user, string role) => RunAsync("token", "add", user, "--name", $"{user} tests", "--role", role);

    /// <param name="rights">As the command takes them: <c>--repo NS/NAME --right read</c>.</param>
    public Task<string> AddScopedTokenAsync(string user, params string[] rights) =>
        RunAsync(["token", "add", user, "--name", $"{user} tests", "--role", "fineGrained", .. rights]);

    public Task AddRepositoryAsync(string type, string id, string folder, bool isPrivate = false) =>
        RunAsync(["repo", "add", type, id, "--from", folder, .. isPrivate ? ["--private"] : Array.Empty<string>()]);

    /// <summary>Adds a gated model with one LFS file, <c>weights.bin</c>, and gives back its bytes.</summary>
    public async Task<byte[]> AddLargeRepositoryAsync(string id, int size)
    {
        var source = Directory.CreateDirectory(data.File(id.Replace('/', '-'))).FullName;
        var content = new byte[size];
        for (var i = 0; i < size; i++)
            content[i] = (byte)((i * 2654435761L) >> 13); // no two stretches alike, so a wrong offset shows
        await File.WriteAllBytesAsync(Path.Combine(source, "weights.bin"), content);
        await File.WriteAllTextAsync(Path.Combine(source, "README.md"), "---\ngated: manual\n---\n\n# Large\n\nOne file that is worth resuming.\n");
        await AddRepositoryAsync("model", id, source);
        return content;
    }

    /// <summary>A client that sends this person's token, or nothing, and follows no redirect.</summary>
    public HttpClient As(string? token)
    {
        var client = new HttpClient(handler, disposeHandler: false) { BaseAddress = Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public async ValueTask DisposeAsync()
    {
        handler.Dispose();
        if (!Program.HasExited)
            await Program.TerminateAsync();
        await Program.DisposeAsync();
        if (OwnsData)
            data.Dispose();
    }

    private async Task StartProgramAsync(string address)
    {
        Program = ChildProgram.Start("dotnet", [Paths.ServerProgram, "serve", "--urls", address], environment, data.Location);
        try
        {
            Address = new Uri((await Program.WaitForLineAsync(ListeningLine(), CancellationToken.None)).Groups["url"].Value);
        }
        catch
        {
            await Program.DisposeAsync();
            throw;
        }
    }

    [GeneratedRegex(@"Now listening on: (?<url>http://127\.0\.0\.1:\d+)")]
    private static partial Regex ListeningLine();
}
