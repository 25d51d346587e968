using System.Collections.Concurrent;
using Microsoft.Extensions.Options;

namespace GateMiddleware.Decisions;

/// <summary>The cache of a single process. A hit takes no lock and allocates nothing.</summary>
/// <remarks>
/// Writers take one lock: a change records its floor and removes what lies below in one step, and a put looks at the floors in the
/// same lock, so a reader needs to look at nothing but the entry. Floors outlive every reader that began before them (twice the lease).
/// </remarks>
public sealed class MemoryDecisionCache : IDecisionCache
{
    private readonly ConcurrentDictionary<DecisionKey, Entry> _entries = new();
    private readonly Dictionary<(string? Repository, string? Person), Floor> _floors = [];
    private readonly Lock _writing = new();
    private readonly TimeProvider _time;
    private readonly long _lease;
    private readonly int _capacity;
    private long _floorOfAll = long.MinValue;
    private int _count;

    /// <summary>Makes an empty cache.</summary>
    /// <param name="options">Lease and capacity.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public MemoryDecisionCache(IOptions<GateOptions> options, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _lease = (long)(options.Value.EntryLifetime.TotalSeconds * _time.TimestampFrequency);
        _capacity = options.Value.MemoryCapacity;
    }

    internal int Count => _entries.Count;

    /// <inheritdoc />
    public ValueTask<CachedStanding> ReadAsync(DecisionKey key, long epoch, CancellationToken cancellationToken)
    {
        var now = _time.GetTimestamp();
        if (_entries.TryGetValue(key, out var entry) && entry.Epoch == epoch && now < entry.Until)
            return new ValueTask<CachedStanding>(new CachedStanding(entry.Standing, default));
        return new ValueTask<CachedStanding>(new CachedStanding(null, new DecisionTicket(true, now, epoch)));
    }

    /// <inheritdoc />
    public ValueTask PutAsync(DecisionKey key, AccessStanding standing, DecisionTicket ticket, CancellationToken cancellationToken)
    {
        if (!ticket.Usable) return ValueTask.CompletedTask;
        lock (_writing)
        {
            // The lease counts from before the source was asked: an answer older than that must not live on.
            var now = _time.GetTimestamp();
            var until = ticket.ReadAt + _lease;
            if (now >= until || standing.Version < FloorOf(key)) return ValueTask.CompletedTask;
            if (_entries.TryGetValue(key, out var known))
            {
                if (known.Standing.Version > standing.Version && now < known.Until) return ValueTask.CompletedTask;
            }
            else
            {
                if (_count >= _capacity) MakeRoom(now);
                _count++;
            }

            _entries[key] = new Entry(standing, ticket.Epoch, until);
        }

        return ValueTask.CompletedTask;
    }

    /// <inheritdoc />
    public ValueTask<bool> ForgetAsync(StandingChange change, CancellationToken cancellationToken)
    {
        lock (_writing)
        {
            Raise((change.RepositoryId, change.PersonId), change.Version);
            if (change is { RepositoryId: { } repository, PersonId: { } person }) RemoveBelow(new DecisionKey(repository, person), change.Version);
            else RemoveBelow(change);
        }

        return ValueTask.FromResult(true);
    }

    private long FloorOf(DecisionKey key)
    {
        var floor = _floorOfAll;
        if (_floors.TryGetValue((key.RepositoryId, key.PersonId), out var pair)) floor = Math.Max(floor, pair.Version);
        if (_floors.TryGetValue((key.RepositoryId, null), out var repository)) floor = Math.Max(floor, repository.Version);
        if (_floors.TryGetValue((null, key.PersonId), out var person)) floor = Math.Max(floor, person.Version);
        return floor;
    }

    private void Raise((string?, string?) key, long version)
    {
        var now = _time.GetTimestamp();
        if (_floors.Count >= _capacity) DropFloors(now);
        var floor = _floors.TryGetValue(key, out var known) ? Math.Max(known.Version, version) : version;
        _floors[key] = new Floor(floor, now + (2 * _lease));
    }

    private void DropFloors(long now)
    {
        foreach (var (key, floor) in _floors)
            if (now >= floor.Until) _floors.Remove(key);
        if (_floors.Count < _capacity) return;

        // Too many changes to remember one by one: remember the highest for everybody, which forgets more than needed and never less.
        foreach (var floor in _floors.Values) _floorOfAll = Math.Max(_floorOfAll, floor.Version);
        _floors.Clear();
    }

    private void RemoveBelow(DecisionKey key, long version)
    {
        if (_entries.TryGetValue(key, out var entry) && entry.Standing.Version < version) Remove(key);
    }

    private void RemoveBelow(StandingChange change)
    {
        foreach (var (key, entry) in _entries)
        {
            if (change.RepositoryId is not null && change.RepositoryId != key.RepositoryId) continue;
            if (change.PersonId is not null && change.PersonId != key.PersonId) continue;
            if (entry.Standing.Version < change.Version) Remove(key);
        }
    }

    private void MakeRoom(long now)
    {
        foreach (var (key, entry) in _entries)
            if (now >= entry.Until) Remove(key);

        var surplus = _count - (_capacity * 9 / 10);
        foreach (var (key, _) in _entries)
        {
            if (surplus-- <= 0) break;
            Remove(key);
        }
    }

    private void Remove(DecisionKey key)
    {
        if (_entries.TryRemove(key, out _)) _count--;
    }

    private sealed record Entry(AccessStanding Standing, long Epoch, long Until);

    private readonly record struct Floor(long Version, long Until);
}
