using GateMiddleware.Decisions;
using GateMiddleware.Policy;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using MimeKit;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;
using RepoHost.Notifications;
using RepoHost.Storage;
using RepoHost.Tests.Accounts;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>
/// Everything that mails come from, on a data directory of its own and a clock that the test moves: the real database, the real requests, and files as the way out
/// unless a test brings another. A second one on the same directory stands for a second process.
/// </summary>
internal sealed class MailRooms : IAsyncDisposable
{
    public const string Hub = "https://hub.example";

    private readonly ServiceProvider provider;
    private readonly bool ownsDirectory;
    private readonly IMailTransport? transport;

    private MailRooms(string directory, bool ownsDirectory, FakeTimeProvider time, IMailTransport? transport, IReadOnlyDictionary<string, string?> settings)
    {
        Directory = directory;
        this.ownsDirectory = ownsDirectory;
        this.transport = transport;
        Settings = settings;
        Time = time;
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(settings).Build();
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(configuration);
        services.AddSingleton<TimeProvider>(time);
        services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Logs));
        services.Configure<RepoHostOptions>(options => (options.DataDirectory, options.PublicUrl) = (directory, Hub));
        services.Configure<StorageOptions>(options => options.RootFolder = Path.Combine(directory, "lfs"));
        services.Configure<GitOptions>(options =>
            (options.RootFolder, options.SpillFolder, options.SpoolFolder) = (Path.Combine(directory, "repositories"), Path.Combine(directory, "spill"), Path.Combine(directory, "incoming")));
        services.AddSingleton<IServer>(p => new TestServer(p));
        services.AddSingleton<PublicUrl>();
        services.AddSingleton<TrustedProxies>();
        services.AddSingleton<IHostApplicationLifetime, ApplicationLifetime>();
        services.AddSingleton<IHostEnvironment>(new HostingEnvironment { EnvironmentName = Environments.Production });
        services.AddData();
        services.AddStorage();
        services.AddGit();
        services.AddLfs();
        services.AddAccounts();
        services.AddGating(configuration);
        services.AddNotifications();
        if (transport is not null)
            services.Replace(ServiceDescriptor.Singleton(transport));
        provider = services.BuildServiceProvider(new ServiceProviderOptions { ValidateScopes = true });
    }

    public string Directory { get; }
    public FakeTimeProvider Time { get; }
    public IReadOnlyDictionary<string, string?> Settings { get; }
    public CapturedLogs Logs { get; } = new();
    public MailOutbox Outbox => provider.GetRequiredService<MailOutbox>();
    public MailDelivery Delivery => provider.GetRequiredService<MailDelivery>();
    public RequestNotices Notices => provider.GetRequiredService<RequestNotices>();
    public MailSwitches Switches => provider.GetRequiredService<MailSwitches>();
    public UnsubscribeLinks Links => provider.GetRequiredService<UnsubscribeLinks>();
    public RepositoryCatalog Catalog => provider.GetRequiredService<RepositoryCatalog>();
    public AccessRequests Requests => provider.GetRequiredService<AccessRequests>();
    public UserAccounts Users => provider.GetRequiredService<UserAccounts>();
    public InvitationMails InvitationMails => provider.GetRequiredService<InvitationMails>();
    public Invitations Invitations => provider.GetRequiredService<Invitations>();
    public Organizations Organizations => provider.GetRequiredService<Organizations>();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<MailRooms> OpenAsync(IMailTransport? transport = null, IReadOnlyDictionary<string, string?>? settings = null)
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("repohost-mail-").FullName;
        var rooms = new MailRooms(
            directory, ownsDirectory: true, new FakeTimeProvider(new DateTimeOffset(2030, 5, 6, 12, 0, 0, TimeSpan.Zero)), transport, settings ?? new Dictionary<string, string?>());
        await rooms.provider.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel);
        return rooms;
    }

    public MailRooms OpenAgain(IMailTransport? another = null) => new(Directory, ownsDirectory: false, Time, another ?? transport, Settings);

    /// <summary>The worker of this process, on its own clock's time.</summary>
    public async Task<IAsyncDisposable> StartWorkerAsync()
    {
        var worker = provider.GetServices<IHostedService>().OfType<OutboxWorker>().Single();
        await worker.StartAsync(Cancel);
        ((ApplicationLifetime)provider.GetRequiredService<IHostApplicationLifetime>()).NotifyStarted();
        return new Started(worker);
    }

    public Task<RepoHostDb> DatabaseAsync() => provider.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync(Cancel);

    public async Task<User> AddUserAsync(string name, string? fullName = null, string? zone = null)
    {
        var user = (await Users.AddAsync(name, $"{name}@mail.example", fullName, null, isAdministrator: false, Cancel)).User!;
        if (zone is not null)
            Assert.True(await Switches.ChangeAsync(user.Id, new(zone, Requests: true, Decisions: true), Cancel));
        return user;
    }

    /// <summary>The address is one that the person has only claimed.</summary>
    public async Task UnconfirmAsync(User user)
    {
        await using var db = await DatabaseAsync();
        Assert.Equal(1, await db.Users.Where(u => u.Id == user.Id).ExecuteUpdateAsync(set => set.SetProperty(u => u.EmailConfirmed, false), Cancel));
    }

    public async Task<RepositoryRecord> AddRepositoryAsync(string id, User creator, NotificationsMode mode = NotificationsMode.RealTime, string? address = null)
    {
        var parts = id.Split('/');
        var added = await Catalog.CreateAsync(new(RepositoryType.Model, parts[0], parts[1], creator.Id, false, HubId.New()), null, Cancel);
        await ChangeAsync(added.Repository!, r => (r.GatedNotificationsMode, r.GatedNotificationsEmail) = (mode, address));
        return added.Repository!;
    }

    public Task ChangeAsync(RepositoryRecord repository, Action<RepoHost.Data.Repository> change) => Catalog.UpdateAsync(repository.Id, change, Cancel);

    public async Task AskAsync(RepositoryRecord repository, User person, GateMode mode = GateMode.Manual) =>
        await Requests.AskAsync(repository, new CardPolicy(null, null, null, null, GatePolicy.Combine(null, mode, null, membersGated: false)), person.Id, [], Cancel);

    public async Task ReviewAsync(RepositoryRecord repository, User reviewer, User person, AccessState to, string? reason = null) =>
        Assert.Equal(ReviewOutcome.Done, await Requests.ReviewAsync(repository, reviewer.Id, new(person.UserName, null), to, reason, Cancel));

    /// <summary>Many people who ask, written straight into the tables: what is asked of the mails is not how requests are made.</summary>
    public async Task AskManyAsync(RepositoryRecord repository, int from, int count)
    {
        await using var db = await DatabaseAsync();
        await using var transaction = await db.Database.BeginTransactionAsync(Cancel);
        var now = Time.GetUtcNow();
        var version = await ChangeNumbers.NextAsync(db, Cancel);
        await db.ChangeCounters.ExecuteUpdateAsync(c => c.SetProperty(x => x.Value, x => x.Value + count), Cancel);
        for (var i = from; i < from + count; i++, version++)
        {
            var name = $"person{i}";
            var user = new User { Id = HubId.New(), UserName = name, NormalizedUserName = name.ToUpperInvariant(), Email = $"{name}@mail.example", NormalizedEmail = $"{name}@MAIL.EXAMPLE".ToUpperInvariant(), EmailConfirmed = true, FullName = $"Person {i}", CreatedAt = now, Version = version };
            var request = new AccessRequest { RepositoryId = repository.Id, UserId = user.Id, State = AccessState.Pending, RequestedAt = now, Asked = true, Version = version };
            db.Users.Add(user);
            db.AccessRequests.Add(request);
            AccessMails.AddAsked(db, request);
        }

        await db.SaveChangesAsync(Cancel);
        await transaction.CommitAsync(Cancel);
    }

    /// <summary>What the worker does, until there is nothing to do at this moment.</summary>
    public async Task RunAsync()
    {
        while (await Notices.AddressAsync(Cancel))
        {
        }

        // Once more after gathering: what had another recipient by now is addressed anew.
        for (var i = 0; i < 2; i++)
        {
            while (await Notices.GatherAsync(Cancel))
            {
            }

            await Notices.AddressAsync(Cancel);
        }

        while ((await Delivery.DeliverAsync(Cancel)).More)
        {
        }
    }

    /// <summary>Every mail that is a file by now, in the order of sending.</summary>
    public IReadOnlyList<MimeMessage> Mails()
    {
        var folder = Path.Combine(Directory, "mail");
        return System.IO.Directory.Exists(folder) ? [.. System.IO.Directory.EnumerateFiles(folder, "*.eml").Order(StringComparer.Ordinal).Select(file => MimeMessage.Load(file, Cancel))] : [];
    }

    /// <summary>The recipients of the mails that came since the last call.</summary>
    public async Task<IReadOnlyList<MimeMessage>> NewMailsAsync()
    {
        await RunAsync();
        var mails = Mails();
        foreach (var file in System.IO.Directory.Exists(Path.Combine(Directory, "mail")) ? System.IO.Directory.EnumerateFiles(Path.Combine(Directory, "mail")) : [])
            File.Delete(file);
        return mails;
    }

    public async ValueTask DisposeAsync()
    {
        await provider.DisposeAsync();
        if (!ownsDirectory)
            return;
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        System.IO.Directory.Delete(Directory, recursive: true);
    }

    private sealed class Started(OutboxWorker worker) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await worker.StopAsync(CancellationToken.None);
    }
}
