using System.Collections.Concurrent;

namespace RepoHost.Accounts;

/// <summary>
/// How many mails one person may have sent to strangers by inviting them, however many organizations they do it from. Kept in the process: deleting an
/// organization with its invitations must not reset it, a restart may.
/// </summary>
internal sealed class InvitationMailLimit(TimeProvider time)
{
    public const int MostADay = 50;

    private const int MostPeople = 10_000;
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, (DateTimeOffset Since, int Count)> sent = new(StringComparer.Ordinal);

    /// <summary>Counts one more, unless it is too much.</summary>
    public bool TryTake(string inviterId)
    {
        var now = time.GetUtcNow();
        if (sent.Count >= MostPeople)
            Forget(now);
        return sent.AddOrUpdate(
            inviterId,
            _ => (now, 1),
            (_, known) => now - known.Since >= Day ? (now, 1) : (known.Since, known.Count + 1)).Count <= MostADay;
    }

    private void Forget(DateTimeOffset now)
    {
        foreach (var (person, known) in sent)
        {
            if (now - known.Since >= Day)
                sent.TryRemove(person, out _);
        }
    }
}
