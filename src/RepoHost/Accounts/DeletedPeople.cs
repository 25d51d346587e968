using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>The row that stands for a deleted person where something must stay of them: nobody's name, nobody's id, nobody's address.</summary>
internal static class DeletedPeople
{
    public const string FullName = "Deleted user";
    private const string ServiceFullName = "Deleted service account";

    /// <summary>What was asked, answered and written by them goes; that something was decided, and when, stays under the name of nobody.</summary>
    public static async Task GiveToNobodyAsync(RepoHostDb db, User user, long version, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var id = user.Id;
        // With those of people who were deleted before: they may have been let in by this one.
        var requests = db.AccessRequests.IgnoreQueryFilters();
        var stays = await requests.AnyAsync(r => r.UserId == id || r.GrantedById == id, cancellationToken)
            || await db.AccessEvents.AnyAsync(e => e.UserId == id || e.ActorId == id, cancellationToken)
            || await db.Repositories.AnyAsync(r => r.CreatedById == id, cancellationToken)
            || await db.PullRequests.AnyAsync(r => r.AuthorId == id, cancellationToken);
        if (!stays)
            return;

        var nobody = NewRow(user.IsService, now);
        db.Users.Add(nobody);
        await db.SaveChangesAsync(cancellationToken);
        // Asked is what allows authors to see the mail address.
        await requests.Where(r => r.UserId == id).ExecuteUpdateAsync(
            set => set.SetProperty(r => r.UserId, nobody.Id)
                .SetProperty(r => r.Fields, (string?)null)
                .SetProperty(r => r.Reason, (string?)null)
                .SetProperty(r => r.Asked, false)
                .SetProperty(r => r.OfDeletedUser, true)
                .SetProperty(r => r.Version, version),
            cancellationToken);
        await requests.Where(r => r.GrantedById == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.GrantedById, nobody.Id), cancellationToken);
        await db.AccessEvents.Where(e => e.UserId == id).ExecuteUpdateAsync(set => set.SetProperty(e => e.UserId, nobody.Id).SetProperty(e => e.Reason, (string?)null), cancellationToken);
        await db.AccessEvents.Where(e => e.ActorId == id).ExecuteUpdateAsync(set => set.SetProperty(e => e.ActorId, nobody.Id), cancellationToken);
        await db.Repositories.Where(r => r.CreatedById == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.CreatedById, nobody.Id), cancellationToken);
        await db.PullRequests.Where(r => r.AuthorId == id).ExecuteUpdateAsync(set => set.SetProperty(r => r.AuthorId, nobody.Id), cancellationToken);
    }

    private static User NewRow(bool isService, DateTimeOffset now)
    {
        var id = HubId.New();
        var name = (isService ? User.DeletedService : User.DeletedPerson) + id;
        var mail = $"{id}@deleted.invalid";
        return new()
        {
            Id = id,
            UserName = name,
            NormalizedUserName = name.ToUpperInvariant(),
            Email = mail,
            NormalizedEmail = mail.ToUpperInvariant(),
            FullName = isService ? ServiceFullName : FullName,
            Disabled = true,
            DeletedAt = now,
            SecurityStamp = HubId.New(),
            CreatedAt = now,
        };
    }
}
