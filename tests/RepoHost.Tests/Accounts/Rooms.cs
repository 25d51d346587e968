using System.Net;
using Microsoft.AspNetCore.Identity;
using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Storage;
using Xunit;

namespace RepoHost.Tests.Accounts;

/// <summary>The rooms Data and Accounts on a data directory of their own. A second one on the same directory stands for a second process.</summary>
internal sealed class Rooms : IAsyncDisposable
{
    private readonly ServiceProvider provider;
    private readonly bool ownsDirectory;

    private Rooms(string directory, bool ownsDirectory, FakeTimeProvider time)
    {
        Directory = directory;
        this.ownsDirectory = ownsDirectory;
        Time = time;
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().Build());
        services.AddSingleton<TimeProvider>(time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        services.Configure<RepoHostOptions>(options => options.DataDirectory = directory);
        services.Configure<StorageOptions>(options => options.RootFolder = Path.Combine(directory, "lfs"));
        services.Configure<GitOptions>(options =>
            (options.RootFolder, options.SpillFolder, options.SpoolFolder) = (Path.Combine(directory, "repositories"), Path.Combine(directory, "spill"), Path.Combine(directory, "incoming")));
        services.AddData();
        services.AddStorage();
        services.AddGit();
        services.AddLfs();
        services.AddAccounts();
        provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateOnBuild = true, ValidateScopes = true });
    }

    public string Directory { get; }
    public FakeTimeProvider Time { get; }
    public CapturedLogs Logs { get; } = new();
    public IServiceProvider Services => provider;
    public UserAccounts Users => provider.GetRequiredService<UserAccounts>();
    public Organizations Organizations => provider.GetRequiredService<Organizations>();
    public Invitations Invitations => provider.GetRequiredService<Invitations>();
    public ServiceAccounts ServiceAccounts => provider.GetRequiredService<ServiceAccounts>();
    public TokenIssuer Tokens => provider.GetRequiredService<TokenIssuer>();
    public RepositoryCatalog Catalog => provider.GetRequiredService<RepositoryCatalog>();
    public RepositoryLists Lists => provider.GetRequiredService<RepositoryLists>();
    public RepositoryRoles Roles => provider.GetRequiredService<RepositoryRoles>();
    public IDbContextFactory<RepoHostDb> Databases => provider.GetRequiredService<IDbContextFactory<RepoHostDb>>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<Rooms> OpenAsync()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("repohost-accounts-").FullName;
        var rooms = new Rooms(directory, ownsDirectory: true, new FakeTimeProvider(new DateTimeOffset(2030, 5, 6, 7, 8, 9, TimeSpan.Zero)));
        await rooms.provider.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel);
        return rooms;
    }

    /// <summary>A data directory as a server leaves it that nobody has joined yet.</summary>
    public static async Task MakeAsync(string directory)
    {
        await using (var rooms = new Rooms(directory, ownsDirectory: false, new FakeTimeProvider(TimeProvider.System.GetUtcNow())))
        {
            await rooms.provider.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel);
            rooms.provider.GetRequiredService<ChangeStamps>();
            rooms.provider.GetRequiredService<SigningKeys>();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    }

    public Rooms OpenAgain() => new(Directory, ownsDirectory: false, Time);

    public async Task<User> AddUserAsync(string name, string? password = null)
        => (await Users.AddAsync(name, $"{name}@mail.example", null, password, isAdministrator: false, Cancel)).User!;

    public async Task<RepositoryRecord> AddRepositoryAsync(string @namespace, string name, User creator, bool isPrivate = false)
        => (await Catalog.CreateAsync(new(RepositoryType.Model, @namespace, name, creator.Id, isPrivate, HubId.New()), null, Cancel)).Repository!;

    public Task<Caller> AskAsync(params string[] authorization) => AskAsync(context => context.Request.Headers.Authorization = authorization);

    public async Task<Caller> AskAsync(Action<HttpContext> prepare)
    {
        await using var scope = provider.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        prepare(context);
        var caller = await provider.GetRequiredService<CallerAuthentication>().AuthenticateAsync(context);
        Assert.Same(caller, context.Features.Get<ICallerFeature>()!.Caller);
        return caller;
    }

    /// <summary>Logs in as the pages do.</summary>
    /// <param name="cookie">Of the session that the browser has already.</param>
    /// <returns>The cookie, as a browser sends it.</returns>
    public Task<string> SignInAsync(User user, string? cookie = null) =>
        BrowseAsync(cookie, signIn => signIn.SignInAsync(user, isPersistent: true, nameof(SessionStart.Password)));

    public Task SignOutAsync(string cookie) => BrowseAsync(cookie, signIn => signIn.SignOutAsync());

    private async Task<string> BrowseAsync(string? cookie, Func<SignInManager<User>, Task> act)
    {
        await using var scope = provider.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Connection.RemoteIpAddress = IPAddress.Parse("::ffff:192.0.2.7");
        context.Request.Headers.UserAgent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0)\tGecko/20100101 Firefox/140.0" + new string('x', 500);
        context.Request.Headers.Cookie = cookie;
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = context;
        await act(scope.ServiceProvider.GetRequiredService<SignInManager<User>>());
        return context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        if (!ownsDirectory)
            return;
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}

/// <summary>Every line that was logged, at every level.</summary>
internal sealed class CapturedLogs : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> lines = new();

    public string Text => string.Join('\n', lines);

    /// <summary>Keeps nothing more.</summary>
    public bool Off { get; set; }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull
    {
        lines.Enqueue($"scope {state}");
        return null;
    }

    public bool IsEnabled(LogLevel logLevel) => !Off;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        => lines.Enqueue($"{logLevel} {formatter(state, exception)} {state} {exception}");

    public void Dispose()
    {
    }
}
