using System.Globalization;
using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Notifications;

/// <summary>Tells an author who has asked for access. Written from the requests as they are when it is sent: what was decided or withdrawn meanwhile is not in it.</summary>
internal sealed class RequestsLetter(RequestRecipients recipients, UnsubscribeLinks links, PublicUrl publicUrl)
{
    /// <summary>The rest is a number, and the review page.</summary>
    public const int MostListed = 50;

    private sealed record Waiting(string RepositoryId, string UserName, string FullName, string? Email, DateTimeOffset At);

    private sealed record Place(string Id, RepositoryType Type, string Namespace, string Name)
    {
        public string FullName => $"{Namespace}/{Name}";
    }

    /// <summary>Null when nobody waits any more, or when the recipient is no longer the one to tell.</summary>
    public async Task<(MailRecipient Recipient, Letter Letter)?> WriteAsync(RepoHostDb db, OutboxMail mail, CancellationToken cancellationToken)
    {
        var waiting =
            from row in db.RequestNoticeRecipients
            where row.MailId == mail.Id
            join notice in db.RequestNotices on row.Version equals notice.Version
            join request in db.AccessRequests on new { notice.RepositoryId, notice.UserId, notice.RequestedAt } equals new { request.RepositoryId, request.UserId, request.RequestedAt }
            where request.State == AccessState.Pending && !request.User!.Disabled
            select new { notice.Version, notice.RepositoryId, request.RequestedAt, request.User!.UserName, request.User.FullName, request.User.Email };

        var counts = await waiting.GroupBy(w => w.RepositoryId).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, cancellationToken);
        var repositories = await recipients.OfAsync(db, counts.Keys, cancellationToken);
        var mine = counts.Keys.Where(id => repositories.TryGetValue(id, out var r) && r.Recipients.Any(x => x.Key == mail.Recipient)).ToList();
        if (mine.Count == 0)
            return null;

        var listed = await waiting.Where(w => mine.Contains(w.RepositoryId))
            .OrderBy(w => w.Version)
            .Take(MostListed)
            .Select(w => new Waiting(w.RepositoryId, w.UserName!, w.FullName, w.Email, w.RequestedAt))
            .ToListAsync(cancellationToken);
        var listedIds = listed.Select(w => w.RepositoryId).Distinct().ToList();
        var places = await db.Repositories.Where(r => listedIds.Contains(r.Id))
            .Select(r => new Place(r.Id, r.Type, r.Namespace, r.Name))
            .ToDictionaryAsync(p => p.Id, cancellationToken);
        var recipient = repositories[mine[0]].Recipients.First(r => r.Key == mail.Recipient);
        var total = mine.Sum(id => counts[id]);
        var letter = total == 1 ? One(listed[0], places[listed[0].RepositoryId], recipient.Zone) : Many(listed, places, mine.Count, total, counts, recipient.Zone);
        letter.Because(
            recipient.Name is null
                ? "You get this mail because your address is set in a repository for notifications of access requests."
                : "You get this mail because you review access requests to this repository or these repositories.",
            links.Of(new(MailSwitch.Requests, mail.Recipient)));
        return (recipient, letter);
    }

    private Letter One(Waiting person, Place place, TimeZoneInfo zone) =>
        new Letter($"{person.UserName} asks for access to {place.FullName}")
            .Paragraph($"{NameOf(person)} has asked for access to the {place.Type.Singular()} {place.FullName} and waits for your decision.")
            .Items([$"User name: {person.UserName}", $"Full name: {person.FullName}", $"Mail address: {person.Email}", $"Asked: {Clock(person.At, zone)} ({zone.Id})"])
            .Link("Review the request:", PageOf(place));

    private Letter Many(
        List<Waiting> listed, Dictionary<string, Place> places, int repositories, int total, Dictionary<string, int> counts, TimeZoneInfo zone)
    {
        var where = repositories == 1 ? places[listed[0].RepositoryId].FullName : $"{Number(repositories)} repositories";
        var letter = new Letter($"{Number(total)} new access requests for {where}")
            .Paragraph($"{Number(total)} people have asked for access to {where} and wait for your decision. Times are those of {zone.Id}.");
        foreach (var group in listed.GroupBy(w => w.RepositoryId))
        {
            var place = places[group.Key];
            letter.Paragraph($"{place.FullName} ({place.Type.Singular()}), {Requests(counts[group.Key])}:")
                .Items(group.Select(person => $"{NameOf(person)}, {person.Email}, {Clock(person.At, zone)}"))
                .Link("Review them:", PageOf(place));
        }

        if (total > listed.Count)
            letter.Paragraph($"… and {Number(total - listed.Count)} more{(repositories > places.Count ? $", also in {Number(repositories - places.Count)} other repositories" : "")}.");
        return letter;
    }

    private string PageOf(Place place) => publicUrl.Of($"/{place.Type.Prefix()}{place.FullName}/settings/access-requests");

    private static string NameOf(Waiting person) => person.FullName == person.UserName || person.FullName.Length == 0 ? person.UserName : $"{person.FullName} ({person.UserName})";

    private static string Requests(int count) => count == 1 ? "1 request" : $"{Number(count)} requests";

    private static string Number(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private static string Clock(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone).ToString("d MMM yyyy HH:mm", CultureInfo.InvariantCulture);
}
