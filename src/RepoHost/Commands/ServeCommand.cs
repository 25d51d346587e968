using System.CommandLine;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Commands;

/// <summary><c>serve</c>, and the program without a command: the server.</summary>
internal static partial class ServeCommand
{
    private const string DefaultAddress = "http://localhost:5080";

    public static Command Build(CommandHost host)
    {
        var command = new Command("serve", "Serves until it is stopped. Takes the settings of the server too, such as --urls http://0.0.0.0:5080 (docs/configuration.md).")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction((parsed, cancellation) => RunAsync([.. host.ConfigurationOf(parsed), .. parsed.UnmatchedTokens], parsed.InvocationConfiguration.Error, cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string[] args, TextWriter errors, CancellationToken cancellationToken)
    {
        try
        {
            await using var app = Build(args);
            KeepFormsWithTransfers(app.Services.GetRequiredService<IOptions<GitOptions>>().Value.SpoolFolder);
            await app.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(cancellationToken);
            OpenData(app.Services);
            await app.StartAsync(cancellationToken);
            TellOfUnprovedAddresses(app);
            await LoadSamplesAsync(app, cancellationToken);
            await AnnounceSetupAsync(app, cancellationToken);
            await app.WaitForShutdownAsync(cancellationToken);
            return 0;
        }
        catch (Exception e) when (StartFault.Sentences(e) is { } sentences)
        {
            foreach (var sentence in sentences)
                await errors.WriteLineAsync($"repohost: {sentence}");
            return 1;
        }
    }

    public static WebApplication Build(string[] args)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });

        // Sockets hand their work to the thread pool without a queue in between: measured, a tenth more small downloads (bench/README.md).
        builder.WebHost.UseSockets(sockets => sockets.IOQueueCount = 0);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        if (string.IsNullOrEmpty(builder.Configuration[WebHostDefaults.ServerUrlsKey]) && !builder.Configuration.GetSection("Kestrel:Endpoints").Exists())
            builder.WebHost.UseUrls(DefaultAddress);

        Server.AddRooms(builder);
        builder.Services.AddSingleton<SampleRepositories>();
        var app = builder.Build();

        // Every fault of the settings at once, before anything uses one of them.
        app.Services.GetRequiredService<IStartupValidator>().Validate();
        Server.UsePipeline(app);
        return app;
    }

    /// <summary>Before the host starts, which would write a stack trace into the log: what is wrong with these files is told in a sentence.</summary>
    private static void OpenData(IServiceProvider services)
    {
        services.GetRequiredService<ChangeStamps>();
        services.GetRequiredService<SigningKeys>();
    }

    /// <summary>Where the framework puts files of forms while it reads them: the start removes there what a killed server has left.</summary>
    private static void KeepFormsWithTransfers(string folder)
    {
        Directory.CreateDirectory(folder);
        Environment.SetEnvironmentVariable("ASPNETCORE_TEMP", folder);
    }

    /// <summary>Behind the #, the code stays in the browser: no proxy's log has it.</summary>
    private static async Task AnnounceSetupAsync(WebApplication app, CancellationToken cancellationToken)
    {
        var setup = app.Services.GetRequiredService<FirstAdministrator>();
        if (app.Environment.IsDevelopment())
            setup.Close();
        else if (await setup.OpenAsync(cancellationToken) is { } code)
            Log.SetupOpen(app.Logger, app.Services.GetRequiredService<PublicUrl>().Of($"/setup#{code}"));
    }

    /// <summary>It is so in Development, where nobody reads mails.</summary>
    private static void TellOfUnprovedAddresses(WebApplication app)
    {
        if (!app.Services.GetRequiredService<IOptions<GatingOptions>>().Value.RequireConfirmedEmail)
            Log.UnprovedAddresses(app.Logger, app.Environment.IsDevelopment() ? LogLevel.Information : LogLevel.Warning);
    }

    private static async Task LoadSamplesAsync(WebApplication app, CancellationToken cancellationToken)
    {
        if (!app.Environment.IsDevelopment())
            return;
        var samples = await app.Services.GetRequiredService<SampleRepositories>().LoadAsync(Path.Combine(AppContext.BaseDirectory, "sample-repos"), cancellationToken);
        if (samples is not null)
            Console.WriteLine(samples.Banner(app.Services.GetRequiredService<PublicUrl>()));
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Nobody administers this server yet. Open this address to make the first administrator; it holds until then or until the next start: {Address}")]
        public static partial void SetupOpen(ILogger logger, string address);

        [LoggerMessage(
            Message = "Gating:RequireConfirmedEmail is false: people can ask for access with addresses that they have not confirmed, and so with anybody's.")]
        public static partial void UnprovedAddresses(ILogger logger, LogLevel level);
    }
}
