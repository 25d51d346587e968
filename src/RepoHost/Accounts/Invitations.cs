using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <param name="Message">A sentence for whoever invites; empty when done.</param>
internal sealed record InviteResult(Invitation? Invitation, string Message)
{
    /// <summary>What the mail leads to when it goes to an address: for an admin who has to pass it on. Anyone who has it comes in.</summary>
    public string? Link { get; init; }

    /// <summary>Without the link, which must not reach a log.</summary>
    public override string ToString() => $"invitation {Invitation?.Id}";
}

/// <summary>What a mail about an invitation is made of.</summary>
/// <param name="Secret">For the link: shown to nobody else, stored nowhere. Null for a person invited by name.</param>
internal sealed record InvitationToSend(Invitation Invitation, string Address, string? Secret)
{
    /// <summary>Without the secret and the address, which must not reach a log.</summary>
    public override string ToString() => $"invitation {Invitation.Id}";
}

/// <summary>Puts the mail beside the invitation, in its transaction.</summary>
internal delegate Task SendInvitation(RepoHostDb db, InvitationToSend invitation, CancellationToken cancellationToken);

internal enum AcceptOutcome
{
    Accepted,

    /// <summary>It was never there, or used, declined, withdrawn, too old, or made by somebody who may not any more: all look alike.</summary>
    NoSuchInvitation,
    AlreadyMember,
}

/// <summary>
/// Asks people into organizations, by name or by mail. Each is used once. An open one counts only while the one who made it is an admin who may sign in, so
/// that nobody leaves a door open behind them.
/// </summary>
internal sealed class Invitations(IDbContextFactory<RepoHostDb> databases, IStandingChanges changes, InvitationMailLimit mails, ILookupNormalizer normalizer, TimeProvider time)
{
    /// <summary>Open at once in one organization.</summary>
    public const int MostOpen = 100;
    public const int Days = 14;

    private const int SecretBytes = 32;

    /// <summary>Inviting the same person again replaces what there was.</summary>
    /// <param name="invitedById">Null is the operator.</param>
    /// <param name="send">Tells the person; who has no address, or was told too often today, finds it on their page.</param>
    public async Task<InviteResult> InvitePersonAsync(
        string organizationId, string userName, OrganizationRole role, string? invitedById, SendInvitation? send, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await Organizations.FindUserAsync(db, userName, cancellationToken) is not { Disabled: false } user)
            return new(null, await db.Namespaces.AnyAsync(n => n.Key == AccountNames.Key(userName) && n.OrganizationId != null, cancellationToken)
                ? $"{userName} is an organization. Only people can be members."
                : $"There is no user {userName}.");
        if (user.IsService)
            return new(null, $"{userName} is a service account. It belongs to one organization, whose admins give it a role.");
        if (await db.Memberships.AnyAsync(m => m.OrganizationId == organizationId && m.UserId == user.Id, cancellationToken))
            return new(null, $"{user.UserName} is a member already. Change the role in the list of members.");

        await db.Invitations.Where(i => i.OrganizationId == organizationId && i.UserId == user.Id).ExecuteDeleteAsync(cancellationToken);
        var address = send is not null && invitedById is not null && mails.TryTake(invitedById) ? user.Email : null;
        return await AddAsync(db, New(organizationId, role, invitedById, user.Id, null), address, null, send, cancellationToken);
    }

    /// <summary>Whoever has the mail's link joins with it, whatever address their account has: the link is what was given to them.</summary>
    public async Task<InviteResult> InviteAddressAsync(
        string organizationId, string address, OrganizationRole role, string? invitedById, SendInvitation send, CancellationToken cancellationToken)
    {
        if (!UserAccounts.IsEmail(address))
            return new(null, "This is not a mail address.");
        if (invitedById is not null && !mails.TryTake(invitedById))
            return new(null, $"You have invited {InvitationMailLimit.MostADay} people by mail today, which is the most. Invite by user name, or wait until tomorrow.");

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var normalized = normalizer.NormalizeEmail(address);
        await db.Invitations.Where(i => i.OrganizationId == organizationId && i.NormalizedEmail == normalized).ExecuteDeleteAsync(cancellationToken);
        var secret = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(SecretBytes));
        var invitation = New(organizationId, role, invitedById, null, address);
        invitation.NormalizedEmail = normalized;
        invitation.SecretHash = HashOf(secret);
        return await AddAsync(db, invitation, address, secret, send, cancellationToken);
    }

    /// <summary>The open ones of an organization, newest first, each with the person and the one who made it.</summary>
    public async Task<IReadOnlyList<Invitation>> ListAsync(string organizationId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Open(db).AsNoTracking()
            .Where(i => i.OrganizationId == organizationId)
            .Include(i => i.User).Include(i => i.InvitedBy)
            .OrderByDescending(i => i.CreatedAt).ThenBy(i => i.Id)
            .Take(MostOpen)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The open ones of a person, newest first, each with its organization and the one who made it.</summary>
    public async Task<IReadOnlyList<Invitation>> ListOfPersonAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await Open(db).AsNoTracking()
            .Where(i => i.UserId == userId)
            .Include(i => i.Organization).Include(i => i.InvitedBy)
            .OrderByDescending(i => i.CreatedAt).ThenBy(i => i.Id)
            .Take(MostOpen)
            .ToListAsync(cancellationToken);
    }

    /// <summary>The open one that a mail's link stands for, with its organization and the one who made it.</summary>
    public async Task<Invitation?> FindBySecretAsync(string secret, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var hash = HashOf(secret);
        return await Open(db).AsNoTracking()
            .Include(i => i.Organization).Include(i => i.InvitedBy)
            .FirstOrDefaultAsync(i => i.SecretHash == hash, cancellationToken);
    }

    public Task<AcceptOutcome> AcceptAsync(string invitationId, string userId, CancellationToken cancellationToken)
        => AcceptAsync(open => open.Where(i => i.Id == invitationId && i.UserId == userId), userId, cancellationToken);

    public Task<AcceptOutcome> AcceptBySecretAsync(string secret, string userId, CancellationToken cancellationToken)
    {
        var hash = HashOf(secret);
        return AcceptAsync(open => open.Where(i => i.SecretHash == hash), userId, cancellationToken);
    }

    /// <returns>False when there was none any more.</returns>
    public async Task<bool> DeclineAsync(string invitationId, string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Invitations.Where(i => i.Id == invitationId && i.UserId == userId).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    public async Task<bool> DeclineBySecretAsync(string secret, CancellationToken cancellationToken)
    {
        var hash = HashOf(secret);
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Invitations.Where(i => i.SecretHash == hash).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    /// <summary>Looked for within its organization.</summary>
    public async Task<bool> WithdrawAsync(string organizationId, string invitationId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Invitations.Where(i => i.Id == invitationId && i.OrganizationId == organizationId).ExecuteDeleteAsync(cancellationToken) == 1;
    }

    private async Task<AcceptOutcome> AcceptAsync(Func<IQueryable<Invitation>, IQueryable<Invitation>> which, string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await db.Users.FirstOrDefaultAsync(u => u.Id == userId && u.OwnerOrganizationId == null && !u.Disabled, cancellationToken) is not { } user
            || await which(Open(db)).AsNoTracking().FirstOrDefaultAsync(cancellationToken) is not { } invitation)
            return AcceptOutcome.NoSuchInvitation;
        if (await db.Memberships.AnyAsync(m => m.OrganizationId == invitation.OrganizationId && m.UserId == userId, cancellationToken))
            return AcceptOutcome.AlreadyMember;
        if (await db.Invitations.Where(i => i.Id == invitation.Id).ExecuteDeleteAsync(cancellationToken) != 1)
            return AcceptOutcome.NoSuchInvitation;

        // Whichever way they came, they are in; no other invitation is left for them.
        await db.Invitations.Where(i => i.OrganizationId == invitation.OrganizationId && i.UserId == userId).ExecuteDeleteAsync(cancellationToken);
        db.Memberships.Add(new Membership { OrganizationId = invitation.OrganizationId, UserId = userId, Role = invitation.Role, CreatedAt = time.GetUtcNow() });
        user.Version = await ChangeNumbers.NextAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        await changes.PublishAsync(null, userId, user.Version);
        return AcceptOutcome.Accepted;
    }

    /// <summary>Ends the caller's transaction.</summary>
    private async Task<InviteResult> AddAsync(
        RepoHostDb db, Invitation invitation, string? address, string? secret, SendInvitation? send, CancellationToken cancellationToken)
    {
        var open = Open(db);
        await db.Invitations.Where(i => i.OrganizationId == invitation.OrganizationId && !open.Any(o => o.Id == i.Id)).ExecuteDeleteAsync(cancellationToken);
        if (await db.Invitations.CountAsync(i => i.OrganizationId == invitation.OrganizationId, cancellationToken) >= MostOpen)
            return new(null, $"{MostOpen} invitations are open, which is the most. Withdraw one first.");
        if (!await db.Organizations.AnyAsync(o => o.Id == invitation.OrganizationId && o.DeletedAt == null, cancellationToken))
            return new(null, "The organization has been deleted.");

        db.Invitations.Add(invitation);
        if (send is not null && !string.IsNullOrEmpty(address))
            await send(db, new(invitation, address, secret), cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await db.Database.CommitTransactionAsync(CancellationToken.None);
        return new(invitation, "");
    }

    private Invitation New(string organizationId, OrganizationRole role, string? invitedById, string? userId, string? address)
    {
        var now = time.GetUtcNow();
        return new()
        {
            Id = HubId.New(),
            OrganizationId = organizationId,
            UserId = userId,
            Email = address,
            Role = role,
            InvitedById = invitedById,
            CreatedAt = now,
            ExpiresAt = now.AddDays(Days),
        };
    }

    private IQueryable<Invitation> Open(RepoHostDb db)
    {
        var now = time.GetUtcNow();
        return db.Invitations.Where(i => i.ExpiresAt > now && (i.InvitedById == null || db.Memberships.Any(
            m => m.OrganizationId == i.OrganizationId && m.UserId == i.InvitedById && m.Role == OrganizationRole.Admin && !m.User!.Disabled)));
    }

    private static string HashOf(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
