using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Options;

namespace RepoHost.Accounts;

/// <summary>
/// How often one client address may get a password wrong, make accounts or ask for mails. Each account has a bound of its own (<see cref="PasswordCheck"/>);
/// this one is for whoever tries one password on many accounts. Kept in the process: a restart forgets it, and each of several servers counts for itself.
/// </summary>
internal sealed class ClientAttempts(IOptions<AccountsOptions> options, TimeProvider time)
{
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private const int MostAddresses = 50_000;
    private readonly ConcurrentDictionary<IPAddress, (DateTimeOffset Since, int Count)> _counts = new();

    /// <summary>Addresses that are remembered.</summary>
    public int Count => _counts.Count;

    /// <summary>Counts one more, before it is tried, so that many at once are no way round; false when it is too much.</summary>
    public bool TryBegin(IPAddress? client)
    {
        var now = time.GetUtcNow();
        if (_counts.Count >= MostAddresses)
            Forget(now);
        return _counts.AddOrUpdate(
            ClientNetwork.Of(client),
            _ => (now, 1),
            (_, known) => now - known.Since >= Window ? (now, 1) : (known.Since, Math.Min(known.Count + 1, int.MaxValue - 1))).Count <= options.Value.AttemptsPerAddress;
    }

    /// <summary>It was no failure after all: people who share an address and know their passwords are not counted.</summary>
    public void TakeBack(IPAddress? client)
    {
        var key = ClientNetwork.Of(client);
        while (_counts.TryGetValue(key, out var known) && known.Count > 0 && !_counts.TryUpdate(key, known with { Count = known.Count - 1 }, known))
        {
        }
    }

    /// <summary>Whose time is over; when that is not enough, everybody: memory is bounded whatever comes.</summary>
    private void Forget(DateTimeOffset now)
    {
        foreach (var (client, known) in _counts)
        {
            if (now - known.Since >= Window)
                _counts.TryRemove(client, out _);
        }

        if (_counts.Count >= MostAddresses)
            _counts.Clear();
    }
}
