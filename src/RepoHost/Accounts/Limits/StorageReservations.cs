namespace RepoHost.Accounts.Limits;

/// <summary>
/// Room that uploads on their way will need. Kept in this process only: it stops uploads side by side from all seeing the same room. What is stored for good is
/// counted in the database, in the transaction that gives it to its repository.
/// </summary>
internal sealed class StorageReservations(TimeProvider time)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, Reservation> held = new(StringComparer.Ordinal);

    /// <param name="proposerId">Whose proposals to the repository are counted by themselves; null for nobody's.</param>
    /// <param name="except">One that is not to be counted.</param>
    public HeldBytes Held(string repositoryId, string ownerId, string? proposerId, string? except = null)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            var sum = default(HeldBytes);
            foreach (var (key, reservation) in held)
            {
                if (key == except || reservation.Ends <= now)
                    continue;
                var here = reservation.RepositoryId == repositoryId ? reservation.Bytes : 0;
                sum = new(
                    sum.Repository + here,
                    sum.Owner + (reservation.OwnerId == ownerId ? reservation.Bytes : 0),
                    sum.Proposer + (proposerId is not null && reservation.ProposerId == proposerId ? here : 0),
                    sum.Proposals + (reservation.ProposerId is not null ? here : 0));
            }

            return sum;
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

    /// <param name="proposerId">Somebody who may not write to the repository; null for those who may.</param>
    public void Hold(string key, string repositoryId, string ownerId, string? proposerId, long bytes, TimeSpan life)
    {
        var now = time.GetUtcNow();
        lock (gate)
        {
            foreach (var ended in held.Where(entry => entry.Value.Ends <= now).Select(entry => entry.Key).ToArray())
                held.Remove(ended);
            held[key] = new(repositoryId, ownerId, proposerId, bytes, now + life);
        }
    }

    public void Release(string key)
    {
        lock (gate)
            held.Remove(key);
    }

    private sealed record Reservation(string RepositoryId, string OwnerId, string? ProposerId, long Bytes, DateTimeOffset Ends);
}
