using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace RepoHost.Accounts;

/// <summary>A dictionary that is emptied when it is full. Each entry costs one read of the database to bring back, so nothing cleverer is needed.</summary>
internal sealed class BoundedCache<TKey, TValue>(int capacity, IEqualityComparer<TKey>? comparer = null)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, TValue> entries = new(comparer);

    public bool TryGet(TKey key, [MaybeNullWhen(false)] out TValue value) => entries.TryGetValue(key, out value);

    public void Set(TKey key, TValue value)
    {
        if (entries.Count >= capacity)
            entries.Clear();
        entries[key] = value;
    }

    public void Remove(TKey key) => entries.TryRemove(key, out _);
}
