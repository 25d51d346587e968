using System.Net;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="DeviceCode">The program's secret: shown once, stored nowhere.</param>
/// <param name="UserCode">What the person compares, or types.</param>
internal sealed record StartedLogin(string DeviceCode, string UserCode)
{
    /// <summary>Without the codes, which must not reach a log.</summary>
    public override string ToString() => "started login";
}

/// <summary>A login that waits for its person's word.</summary>
internal sealed record WaitingLogin(string Program, string Address, DateTimeOffset CreatedAt);

internal enum CodeOutcome
{
    Found,

    /// <summary>Never given out, ended, or decided already.</summary>
    Unknown,

    /// <summary>This person has tried too many wrong ones just now.</summary>
    TooManyGuesses,
}

/// <summary>
/// Programs that ask for a login, and the people who let them in (RFC 8628, contract 9.4). The codes live for <see cref="Lifetime"/>, and each is good for one
/// decision and one token.
/// </summary>
internal sealed partial class DeviceLogins(IDbContextFactory<RepoHostDb> databases, TimeProvider time, ILogger<DeviceLogins> logger)
{
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    /// <summary>How often a program may ask whether it was let in.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    /// <summary>Anybody can ask for codes, and each is a row.</summary>
    public const int MostOpen = 5_000;

    /// <summary>Of one address, or one IPv6 network; behind a proxy that is not trusted, all have the proxy's.</summary>
    public const int MostOpenOfAddress = 100;

    /// <summary>Guesses of one person in a minute: of 25,600,000,000 codes a handful may be open.</summary>
    public const int MostGuesses = 10;

    private readonly BoundedCache<string, int> wrongGuesses = new(10_000, time, StringComparer.Ordinal);

    /// <summary>Null when too many wait already.</summary>
    public async Task<StartedLogin?> StartAsync(string program, string address, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var started = new StartedLogin(LoginCodes.NewSecret(), LoginCodes.NewUserCode());
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        // Kept a while past their end, so that a program which still asks hears that it is late.
        var forgotten = now - Lifetime;
        await db.DeviceLogins.Where(d => d.ExpiresAt < forgotten).ExecuteDeleteAsync(cancellationToken);
        var open = db.DeviceLogins.Where(d => d.ExpiresAt > now);
        var addresses = await open.Select(d => d.Address).ToListAsync(cancellationToken);
        if (addresses.Count >= MostOpen || addresses.Count(other => NetworkOf(other).Equals(NetworkOf(address))) >= MostOpenOfAddress)
            return null;

        db.DeviceLogins.Add(new DeviceLogin
        {
            DeviceCodeHash = LoginCodes.Hash(started.DeviceCode),
            UserCodeHash = LoginCodes.Hash(started.UserCode),
            Program = program,
            Address = address,
            CreatedAt = now,
            ExpiresAt = now + Lifetime,
        });
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return started;
    }

    private static IPAddress NetworkOf(string address) => ClientNetwork.Of(IPAddress.TryParse(address, out var parsed) ? parsed : null);

    /// <summary>What waits behind a code that somebody typed. Wrong ones are counted for the person who tries them.</summary>
    public async Task<(CodeOutcome Outcome, WaitingLogin? Login)> FindAsync(string? typed, string userId, CancellationToken cancellationToken)
    {
        if (IsGuessing(userId))
            return (CodeOutcome.TooManyGuesses, null);
        var now = time.GetUtcNow();
        if (LoginCodes.ReadUserCode(typed) is { } code)
        {
            var hash = LoginCodes.Hash(code);
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var found = await db.DeviceLogins.AsNoTracking()
                .FirstOrDefaultAsync(d => d.UserCodeHash == hash && d.State == DeviceLoginState.Pending && d.ExpiresAt > now, cancellationToken);
            if (found is not null)
                return (CodeOutcome.Found, new(found.Program, found.Address, found.CreatedAt));
        }

        Count(userId);
        return (CodeOutcome.Unknown, null);
    }

    /// <summary>Lets the program in as this person, or does not. The first word holds.</summary>
    public async Task<CodeOutcome> DecideAsync(string? typed, string userId, bool approve, CancellationToken cancellationToken)
    {
        if (IsGuessing(userId))
            return CodeOutcome.TooManyGuesses;
        var (now, state) = (time.GetUtcNow(), approve ? DeviceLoginState.Approved : DeviceLoginState.Denied);
        if (LoginCodes.ReadUserCode(typed) is { } code)
        {
            var hash = LoginCodes.Hash(code);
            await using var db = await databases.CreateDbContextAsync(cancellationToken);
            var changed = await db.DeviceLogins
                .Where(d => d.UserCodeHash == hash && d.State == DeviceLoginState.Pending && d.ExpiresAt > now)
                .ExecuteUpdateAsync(set => set.SetProperty(d => d.State, state).SetProperty(d => d.UserId, userId), cancellationToken);
            if (changed == 1)
            {
                Log.Decided(logger, userId, approve ? "let in" : "turned away");
                return CodeOutcome.Found;
            }
        }

        Count(userId);
        return CodeOutcome.Unknown;
    }

    private bool IsGuessing(string userId) => wrongGuesses.TryGet(userId, out var count) && count >= MostGuesses;

    private void Count(string userId) => wrongGuesses.Set(userId, wrongGuesses.TryGet(userId, out var count) ? count + 1 : 1);

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Person {UserId} has {Decision} a program that asked for a login")]
        public static partial void Decided(ILogger logger, string userId, string decision);
    }
}
