using System.Globalization;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Notifications;

/// <summary>Tells an author who has asked for access. Written from the requests as they are when it is sent: what was decided or withdrawn meanwhile is not in it.</summary>
internal sealed class RequestsLetter(RequestRecipients recipients, UnsubscribeLinks links, PublicUrl publicUrl)
{
    /// <summary>People whom one mail names, the same number of each repository; the others are a number, and the review page.</summary>
    public const int MostListed = 50;
    public const int MostRepositories = 20;

    /// <summary>Not made by a constructor: EF could not look into it, and it is asked for parts of it.</summary>
    private sealed class Waiting
    {
        public required long Version { get; init; }
        public required string RepositoryId { get; init; }
        public required DateTimeOffset At { get; init; }
        public required string UserName { get; init; }
        public required string FullName { get; init; }
        public string? Email { get; init; }
        public required bool EmailConfirmed { get; init; }

        /// <summary>None for a machine.</summary>
        public string Shared => string.IsNullOrEmpty(Email) ? "without a mail address" : EmailConfirmed ? Email : $"{Email} (not confirmed)";
        public string Name => FullName == UserName || FullName.Length == 0 ? UserName : $"{FullName} ({UserName})";
    }

    private sealed record Place(string Id, RepositoryType Type, string Namespace, string Name)
    {
        public string FullName => $"{Namespace}/{Name}";
        public int Requests { get; init; }
        public List<Waiting> Listed { get; init; } = [];
    }

    /// <summary>Null when nobody waits any more, or when the recipient is no longer the one to tell.</summary>
    public async Task<(MailRecipient Recipient, Letter Letter)?> WriteAsync(RepoHostDb db, OutboxMail mail, CancellationToken cancellationToken)
    {
        var waiting = WaitingOf(db, mail.Id);
        var counts = await waiting.GroupBy(w => w.RepositoryId).Select(g => new { Id = g.Key, Count = g.Count(), First = g.Min(w => w.Version) }).ToListAsync(cancellationToken);
        var repositories = await recipients.OfAsync(db, [.. counts.Select(c => c.Id)], cancellationToken);
        var mine = counts
            .Where(c => repositories.TryGetValue(c.Id, out var r) && r.Recipients.Any(x => x.Key == mail.Recipient))
            .OrderBy(c => c.First)
            .ToList();
        if (mine.Count == 0)
            return null;

        var places = new List<Place>();
        foreach (var repository in mine.Take(MostRepositories))
        {
            var place = await db.Repositories.Where(r => r.Id == repository.Id).Select(r => new Place(r.Id, r.Type, r.Namespace, r.Name)).FirstAsync(cancellationToken);
            var listed = await waiting.Where(w => w.RepositoryId == repository.Id).OrderBy(w => w.Version).Take(MostListed / Math.Min(mine.Count, MostRepositories)).ToListAsync(cancellationToken);
            places.Add(place with { Requests = repository.Count, Listed = listed });
        }

        var recipient = repositories[mine[0].Id].Recipients.First(r => r.Key == mail.Recipient);
        var total = mine.Sum(c => c.Count);
        var letter = total == 1 ? One(places[0], recipient.Zone) : Many(places, mine.Count, total, recipient.Zone);
        var which = mine.Count == 1 ? places[0].FullName : "these repositories";
        letter.Because(
            recipient.Name is null ? $"You get this mail because the settings of {which} name your address for it." : $"You get this mail because you review the access requests of {which}.",
            links.Of(new(MailSwitch.Requests, mail.Recipient)));
        return (recipient, letter);
    }

    private static IQueryable<Waiting> WaitingOf(RepoHostDb db, long mailId) =>
        from row in db.RequestNoticeRecipients
        where row.MailId == mailId
        join notice in db.RequestNotices on row.Version equals notice.Version
        join request in db.AccessRequests on new { notice.RepositoryId, notice.UserId, notice.RequestedAt } equals new { request.RepositoryId, request.UserId, request.RequestedAt }
        where request.State == AccessState.Pending && !request.User!.Disabled
        select new Waiting
        {
            Version = notice.Version,
            RepositoryId = notice.RepositoryId,
            At = notice.RequestedAt,
            UserName = request.User!.UserName!,
            FullName = request.User.FullName,
            Email = request.User.Email,
            EmailConfirmed = request.User.EmailConfirmed,
        };

    private Letter One(Place place, TimeZoneInfo zone)
    {
        var person = place.Listed[0];
        return new Letter($"{person.UserName} asks for access to {place.FullName}")
            .Paragraph($"{person.Name} has asked for access to the {place.Type.Singular()} {place.FullName} and waits for your decision.")
            .Items([$"User name: {person.UserName}", $"Full name: {person.FullName}", $"Mail address: {person.Shared}", $"Asked: {Clock(person.At, zone)} ({zone.Id})"])
            .Link("Review the request:", PageOf(place));
    }

    private Letter Many(List<Place> places, int repositories, int total, TimeZoneInfo zone)
    {
        var where = repositories == 1 ? places[0].FullName : $"{Number(repositories)} repositories";
        var letter = new Letter($"{Number(total)} new access requests for {where}")
            .Paragraph($"{Number(total)} requests for access to {where} wait for your decision. Times are those of {zone.Id}.");
        foreach (var place in places)
        {
            var items = place.Listed.Select(person => $"{person.Name}, {person.Shared}, {Clock(person.At, zone)}");
            if (place.Requests > place.Listed.Count)
                items = items.Append($"… and {Number(place.Requests - place.Listed.Count)} more");
            letter.Paragraph($"{place.FullName} ({place.Type.Singular()}), {Requests(place.Requests)}:").Items(items).Link("Review them:", PageOf(place));
        }

        if (repositories > places.Count)
            letter.Paragraph($"… and {Requests(total - places.Sum(p => p.Requests))} for {Number(repositories - places.Count)} more repositories.");
        return letter;
    }

    private string PageOf(Place place) => publicUrl.Of($"/{place.Type.Prefix()}{place.FullName}/settings/access-requests");

    private static string Requests(int count) => count == 1 ? "1 request" : $"{Number(count)} requests";

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture);
}
