using System.CommandLine;
using RepoHost.Data;

namespace RepoHost.Commands;

/// <summary>Opens the data directory for one command: the server's own configuration sources and rooms, without its listener.</summary>
/// <param name="configuration">Settings of the command line, as the server takes them: <c>--RepoHost:DataDirectory=…</c>.</param>
/// <param name="addRooms">Registers the rooms that commands need, with the same calls as the server.</param>
/// <param name="input">Where passwords are read from.</param>
internal sealed class CommandHost(IReadOnlyList<string> configuration, Action<WebApplicationBuilder> addRooms, TextReader input)
{
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "The data directory; short for --RepoHost:DataDirectory=DIR."
            + " Every setting of the server can be given so, or in appsettings.json or the environment.",
        HelpName = "DIR",
        Recursive = true,
    };

    public IReadOnlyList<string> Configuration => configuration;

    public TextReader Input => input;

    /// <summary>All settings of this command line, <see cref="Data"/> included, as configuration arguments.</summary>
    public string[] ConfigurationOf(ParseResult parsed)
        => parsed.GetValue(Data) is { } directory ? [.. configuration, $"--RepoHost:DataDirectory={directory}"] : [.. configuration];

    /// <summary>Runs one command's work; what it throws is told on standard error, with exit status 1.</summary>
    public async Task<int> RunAsync(ParseResult parsed, Func<IServiceProvider, CancellationToken, Task<int>> work, CancellationToken cancellationToken)
    {
        try
        {
            var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ConfigurationOf(parsed) });
            // Standard output belongs to the command's answer: a script reads a token from it.
            builder.Logging.ClearProviders();
            builder.Logging.AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            builder.Logging.SetMinimumLevel(LogLevel.Warning);
            addRooms(builder);
            await using var app = builder.Build();
            await app.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(cancellationToken);
            return await work(app.Services, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return Fail(parsed, StartFault.Sentences(fault) is { } sentences ? string.Join(' ', sentences) : fault.Message);
        }
    }

    public static int Fail(ParseResult parsed, string message)
    {
        parsed.InvocationConfiguration.Error.WriteLine($"repohost: {message}");
        return 1;
    }

    public static int Say(ParseResult parsed, string message)
    {
        parsed.InvocationConfiguration.Output.WriteLine(message);
        return 0;
    }
}
