using GateMiddleware.Decisions;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;
using RepoHost.Hosting;

namespace RepoHost.Notifications;

/// <summary>Tells somebody what became of their request.</summary>
internal sealed class DecisionLetter(RequestRecipients recipients, UnsubscribeLinks links, PublicUrl publicUrl)
{
    /// <summary>Null when it has been decided anew since, which is told by another mail, or when the person is not to be told.</summary>
    public async Task<(MailRecipient Recipient, Letter Letter)?> WriteAsync(RepoHostDb db, OutboxMail mail, CancellationToken cancellationToken)
    {
        var request = await db.AccessRequests.AsNoTracking()
            .FirstOrDefaultAsync(r => r.RepositoryId == mail.RepositoryId && r.UserId == mail.Recipient && r.Version == mail.RequestVersion, cancellationToken);
        if (request is null || await recipients.PersonAsync(db, mail.Recipient, MailSwitch.Decisions, cancellationToken) is not { } recipient)
            return null;
        var repository = await db.Repositories.AsNoTracking().FirstAsync(r => r.Id == request.RepositoryId, cancellationToken);
        if (!await MayKnowAsync(db, repository, mail.Recipient, cancellationToken) || Write(request, repository) is not { } letter)
            return null;
        letter.Because("You get this mail because it is about your own access.", links.Of(new(MailSwitch.Decisions, mail.Recipient)));
        return (recipient, letter);
    }

    private Letter? Write(AccessRequest request, Repository repository)
    {
        var page = publicUrl.Of($"/{repository.Type.Prefix()}{repository.FullName}");
        var what = $"the {repository.Type.Singular()} {repository.FullName}";
        return request.State switch
        {
            AccessState.Accepted when !request.Asked =>
                new Letter($"You were given access to {repository.FullName}").Paragraph($"The authors of {what} have given you access. You can download its files now.").Link("Its page:", page),
            AccessState.Accepted =>
                new Letter($"Your request for {repository.FullName} was accepted").Paragraph($"The authors of {what} have accepted your request. You can download its files now.").Link("Its page:", page),
            AccessState.Rejected =>
                Reason(new Letter($"Your request for {repository.FullName} was rejected").Paragraph($"The authors of {what} have rejected your request for access."), request).Link("Its page:", page),
            AccessState.Reset =>
                Reason(new Letter($"Your request for {repository.FullName} was reset").Paragraph($"The authors of {what} have reset your request for access. You may ask again."), request)
                    .Link("Ask here:", page),
            _ => null,
        };
    }

    private static Letter Reason(Letter letter, AccessRequest request) =>
        string.IsNullOrWhiteSpace(request.Reason) ? letter : letter.Paragraph("This is the reason they gave:").Quote(request.Reason);

    /// <summary>A repository that became private is not named to who may no longer see it, not even by a mail.</summary>
    private static async Task<bool> MayKnowAsync(RepoHostDb db, Repository repository, string userId, CancellationToken cancellationToken) =>
        !repository.Private || repository.OwnerUserId == userId
        || await db.Memberships.AnyAsync(m => m.OrganizationId == repository.OwnerOrganizationId && m.UserId == userId, cancellationToken);
}
