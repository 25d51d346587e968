using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using StackExchange.Redis;

namespace GateMiddleware.Decisions;

/// <summary>
/// The cache that several nodes share. A look-up is one round trip: the entry and the three floors (of the pair, the person and the
/// repository) in one MGET; an entry below a floor is not used. Epochs are not kept: whoever changes something announces it here.
/// </summary>
/// <remarks>
/// Give it a Redis that does not evict (<c>maxmemory-policy noeviction</c>) and does not restore old snapshots: a floor that is lost
/// while older entries are kept lets those be used until their lease ends. The scripts use several keys: a cluster can't run them.
/// </remarks>
public sealed class RedisDecisionCache : IDecisionCache, IAsyncDisposable
{
    private readonly Func<Task<IConnectionMultiplexer>> _connect;
    private readonly bool _ownsConnection;
    private readonly RedisCircuit _circuit;
    private readonly string _prefix;
    private readonly TimeSpan _timeout;
    private readonly long _lifetime;
    private readonly RedisKey _generationKey;
    private volatile IConnectionMultiplexer? _connection;

    /// <summary>Uses a connection of its own, made in the background.</summary>
    /// <param name="connectionString">StackExchange.Redis configuration.</param>
    /// <param name="options">Lease, prefix and time limits.</param>
    /// <param name="time">The clock of the retries; null for the system's.</param>
    /// <param name="logger">Takes failures; null for none.</param>
    /// <exception cref="ArgumentException">The configuration can't be read.</exception>
    public RedisDecisionCache(string connectionString, IOptions<GateOptions> options, TimeProvider? time = null, ILogger<RedisDecisionCache>? logger = null)
        : this(ConnectorOf(connectionString, options.Value), ownsConnection: true, options.Value, time, logger)
    {
    }

    /// <summary>Uses the host's connection. It should fail fast: <c>AbortOnConnectFail</c> false and <c>BacklogPolicy.FailFast</c>.</summary>
    /// <param name="connection">The connection; the host disposes of it.</param>
    /// <param name="options">Lease, prefix and time limits.</param>
    /// <param name="time">The clock of the retries; null for the system's.</param>
    /// <param name="logger">Takes failures; null for none.</param>
    public RedisDecisionCache(IConnectionMultiplexer connection, IOptions<GateOptions> options, TimeProvider? time = null, ILogger<RedisDecisionCache>? logger = null)
        : this(() => Task.FromResult(connection), ownsConnection: false, options.Value, time, logger)
    {
    }

    private RedisDecisionCache(Func<Task<IConnectionMultiplexer>> connect, bool ownsConnection, GateOptions options, TimeProvider? time, ILogger? logger)
    {
        (_connect, _ownsConnection) = (connect, ownsConnection);
        (_prefix, _timeout) = (options.RedisKeyPrefix, options.RedisTimeout);
        _lifetime = (long)options.EntryLifetime.TotalMilliseconds;
        _generationKey = _prefix + "generation";
        _circuit = new RedisCircuit(ProbeAsync, options.RedisProbeInterval, time ?? TimeProvider.System, logger ?? NullLogger.Instance);
        _circuit.Open(reason: null);
    }

    internal bool IsAvailable => _circuit.IsClosed;

    internal Task WaitUntilAvailableAsync(CancellationToken cancellationToken) => _circuit.WaitUntilClosedAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask<CachedStanding> ReadAsync(DecisionKey key, long epoch, CancellationToken cancellationToken)
    {
        if (!_circuit.IsClosed) return default;
        try
        {
            var found = await Database().StringGetAsync(KeysOf(key)).WaitAsync(_timeout, cancellationToken);
            if (Usable(found) is { } standing) return new CachedStanding(standing, default);
            return new CachedStanding(null, await TakeTicketAsync(epoch, cancellationToken));
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            _circuit.Open(exception);
            return default;
        }
    }

    /// <inheritdoc />
    public async ValueTask PutAsync(DecisionKey key, AccessStanding standing, DecisionTicket ticket, CancellationToken cancellationToken)
    {
        if (!ticket.Usable || !_circuit.IsClosed || standing.Version < 0) return;
        try
        {
            RedisValue[] values = [StandingText.Version(standing.Version), StandingText.Write(standing), ticket.ReadAt + _lifetime, ticket.Generation];
            await Database().ScriptEvaluateAsync(RedisScripts.Put, [.. KeysOf(key), _generationKey], values).WaitAsync(_timeout, cancellationToken);
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            _circuit.Open(exception);
        }
    }

    /// <inheritdoc />
    public async ValueTask<bool> ForgetAsync(StandingChange change, CancellationToken cancellationToken)
    {
        // Tried whatever the circuit says: another node may see this Redis, and use what stands in it.
        try
        {
            if (_connection is not { IsConnected: true }) return false;
            RedisKey floor = (change.RepositoryId, change.PersonId) switch
            {
                ({ } repository, { } person) => PairFloor(new DecisionKey(repository, person)),
                ({ } repository, null) => RepositoryFloor(repository),
                (_, var person) => PersonFloor(person!),
            };
            // Twice the lease: whatever was read before the change has run out by then.
            RedisValue[] values = [StandingText.Version(change.Version), 2 * _lifetime];
            await Database().ScriptEvaluateAsync(RedisScripts.Forget, [floor], values).WaitAsync(_timeout, cancellationToken);
            return true;
        }
        catch (Exception exception) when (IsFailure(exception))
        {
            _circuit.Open(exception);
            return false;
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _circuit.DisposeAsync();
        if (_ownsConnection && _connection is { } connection) await connection.DisposeAsync();
    }

    private static Func<Task<IConnectionMultiplexer>> ConnectorOf(string connectionString, GateOptions options)
    {
        var configuration = ConfigurationOptions.Parse(connectionString);
        configuration.AbortOnConnectFail = false;
        configuration.BacklogPolicy = BacklogPolicy.FailFast;
        configuration.ConnectTimeout = Math.Min(configuration.ConnectTimeout, 2000);
        configuration.AsyncTimeout = configuration.SyncTimeout = (int)Math.Max(500, options.RedisTimeout.TotalMilliseconds * 2);
        configuration.ReconnectRetryPolicy = new LinearRetry((int)options.RedisProbeInterval.TotalMilliseconds);
        configuration.ClientName ??= "gate";
        return async () => await ConnectionMultiplexer.ConnectAsync(configuration);
    }

    private static bool IsFailure(Exception exception) => exception is RedisException or TimeoutException or ObjectDisposedException or InvalidOperationException;

    private static AccessStanding? Usable(RedisValue[] found)
    {
        if (found[0].IsNull || StandingText.Read(found[0]!) is not { } standing) return null;
        for (var i = 1; i < found.Length; i++)
        {
            // A floor that can't be read forgets everything.
            if (!found[i].IsNull && (!long.TryParse((string?)found[i], NumberStyles.None, CultureInfo.InvariantCulture, out var floor) || standing.Version < floor)) return null;
        }

        return standing;
    }

    private IDatabase Database() => _connection?.GetDatabase() ?? throw new InvalidOperationException("Redis is not connected yet.");

    private async Task<bool> ProbeAsync(CancellationToken cancellationToken)
    {
        _connection ??= await _connect();
        if (!_connection.IsConnected) return false;
        await Database().PingAsync().WaitAsync(_timeout, cancellationToken);
        return true;
    }

    private async Task<DecisionTicket> TakeTicketAsync(long epoch, CancellationToken cancellationToken)
    {
        var reply = (RedisValue[])(await Database().ScriptEvaluateAsync(RedisScripts.Ticket, [_generationKey], [Guid.NewGuid().ToString("N")])
            .WaitAsync(_timeout, cancellationToken))!;
        return new DecisionTicket(true, ((long)reply[1] * 1000) + ((long)reply[2] / 1000), epoch, reply[0]);
    }

    private RedisKey[] KeysOf(DecisionKey key) =>
        [$"{_prefix}entry:{Pair(key)}", PairFloor(key), PersonFloor(key.PersonId), RepositoryFloor(key.RepositoryId)];

    private RedisKey PairFloor(DecisionKey key) => $"{_prefix}floor:{Pair(key)}";

    private RedisKey PersonFloor(string personId) => $"{_prefix}person:{personId}";

    private RedisKey RepositoryFloor(string repositoryId) => $"{_prefix}repository:{repositoryId}";

    // The length first: ids are the host's, and one with a colon in it must not read as another pair.
    private static string Pair(DecisionKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.RepositoryId.Length}:{key.RepositoryId}:{key.PersonId}");
}
