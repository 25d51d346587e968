namespace RepoHost.Accounts.Limits;

/// <summary>
/// Room that uploads on their way will need. Kept in this process only: it stops uploads side by side from all seeing the same room. What is stored for good is
/// counted in the database, in the transaction that gives it to its repository.
/// </summary>
internal sealed class StorageReservations(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Reservation> held = new(StringComparer.Ordinal);

    /// <summary>Bytes that are held for the repository, and for its owner.</summary>
    /// <param name="except">One that is not to be counted.</param>
    public (long Repository, long Owner) Held(string repositoryId, string ownerId, string? except = null)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var (repository, owner) = (0L, 0L);
            foreach (var (key, reservation) in held)
            {
                if (key == except || reservation.Ends <= now)
                    continue;
                if (reservation.OwnerId == ownerId)
                    owner += reservation.Bytes;
                if (reservation.RepositoryId == repositoryId)
                    repository += reservation.Bytes;
            }

            return (repository, owner);
        }
    }

    /// <summary>Whether it is held; if so, from now on for <paramref name="life"/>.</summary>
    public bool Prolong(string key, TimeSpan life)
    {
        lock (gate)
        {
            if (!held.TryGetValue(key, out var reservation) || reservation.Ends <= time.GetUtcNow())
                return false;
            held[key] = reservation with { Ends = time.GetUtcNow() + life };
            return true;
        }
    }

    public void Hold(string key, string repositoryId, string ownerId, long bytes, TimeSpan life)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            foreach (var ended in held.Where(entry => entry.Value.Ends <= now).Select(entry => entry.Key).ToArray())
                held.Remove(ended);
            held[key] = new(repositoryId, ownerId, bytes, now + life);
        }
    }

    public void Release(string key)
    {
        lock (gate)
            held.Remove(key);
    }

    private sealed record Reservation(string RepositoryId, string OwnerId, long Bytes, DateTimeOffset Ends);
}
