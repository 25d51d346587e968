using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace RepoHost.Git;

/// <summary>
/// A cache with a budget in bytes. A hit takes no lock. Eviction is a clock: whatever was used since the hand last passed gets another round.
/// Values are weighed once, when added, so a value that grows later must be weighed at its full size.
/// </summary>
internal sealed class BoundedCache<TKey>(long budget)
    where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, Slot> slots = new();
    private readonly ConcurrentQueue<Slot> clock = new();
    private readonly Lock evicting = new();
    private long bytes;

    public long Bytes => Interlocked.Read(ref bytes);
    public int Count => slots.Count;

    public bool TryGet<TValue>(TKey key, [MaybeNullWhen(false)] out TValue value)
    {
        if (!slots.TryGetValue(key, out var slot))
        {
            value = default;
            return false;
        }

        // Reading first keeps the cache line shared between cores when the flag is already up.
        if (!slot.Used)
            slot.Used = true;
        value = (TValue)slot.Value;
        return true;
    }

    /// <summary>Does nothing if the value alone would take a quarter of the budget, or the key is there.</summary>
    public void Add(TKey key, object value, long weight)
    {
        if (weight > budget / 4)
            return;
        var slot = new Slot(key, value, weight);
        if (!slots.TryAdd(key, slot))
            return;
        clock.Enqueue(slot);
        if (Interlocked.Add(ref bytes, weight) > budget)
            Evict();
    }

    /// <summary>The weight is given back when the clock's hand passes.</summary>
    public void Remove(TKey key) => slots.TryRemove(key, out _);

    private void Evict()
    {
        lock (evicting)
        {
            while (Interlocked.Read(ref bytes) > budget && clock.TryDequeue(out var slot))
            {
                if (slot.Used)
                {
                    slot.Used = false;
                    clock.Enqueue(slot);
                    continue;
                }

                slots.TryRemove(KeyValuePair.Create(slot.Key, slot));
                Interlocked.Add(ref bytes, -slot.Weight);
            }
        }
    }

    private sealed class Slot(TKey key, object value, long weight)
    {
        public readonly TKey Key = key;
        public readonly object Value = value;
        public readonly long Weight = weight;
        public volatile bool Used;
    }
}
