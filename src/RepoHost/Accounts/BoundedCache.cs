using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace RepoHost.Accounts;

/// <summary>
/// What was read from the database, for at most a minute: the stamps tell of changes, but a process that is killed between its commit and its bump tells
/// nobody. A full cache is emptied. Each entry costs one read to bring back, so nothing cleverer is needed.
/// </summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity, TimeProvider time, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private static readonly TimeSpan MaxAge = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<TKey, (TValue Value, long Since)> entries = new(comparer);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (entries.TryGetValue(key, out var entry) && time.GetElapsedTime(entry.Since) < MaxAge)
        {
            value = entry.Value;
            return true;
        }

        value = default;
        return false;
    }

    public void Set(TKey key, TValue value)
    {
        if (entries.Count >= capacity)
            entries.Clear();
        entries[key] = (value, time.GetTimestamp());
    }

    public void Remove(TKey key) => entries.TryRemove(key, out _);
}
