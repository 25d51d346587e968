using System.Net.Mail;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using RepoHost.Data;

namespace RepoHost.Accounts;

internal enum AddUserOutcome
{
    Added,
    BadName,
    NameTaken,
    BadFullName,
    BadEmail,
    EmailTaken,
    BadPassword,
    AdministratorExists,
    LoginTaken,
}

/// <param name="Message">A sentence for the person; empty when added.</param>
internal sealed record AddUserResult(AddUserOutcome Outcome, User? User, string Message);

/// <summary>Makes, finds and disables people's accounts.</summary>
internal sealed class UserAccounts(
    IDbContextFactory<RepoHostDb> databases, IStandingChanges changes, IPasswordHasher<User> hasher, ILookupNormalizer normalizer, TimeProvider time)
{
    /// <summary>Length is the only rule: character classes make passwords worse (NIST SP 800-63B).</summary>
    public const int MinPasswordLength = 10;

    /// <summary>Hashing an endless password would be a way to keep the server busy.</summary>
    public const int MaxPasswordLength = 256;

    public static readonly string PasswordRule = $"A password has {MinPasswordLength} to {MaxPasswordLength} characters.";
    public const string EmailRule = "This is not a mail address.";
    public const string EmailTaken = "Another account has this mail address.";

    /// <summary>Adds somebody whom the operator knows: the address that they give counts as confirmed.</summary>
    /// <param name="password">Null makes an account that can use tokens only.</param>
    public Task<AddUserResult> AddAsync(
        string name, string email, string? fullName, string? password, bool isAdministrator, CancellationToken cancellationToken)
        => AddAsync(new NewUser(name, email, fullName, password) { IsAdministrator = isAdministrator, EmailConfirmed = true }, cancellationToken);

    public async Task<AddUserResult> AddAsync(NewUser wish, CancellationToken cancellationToken)
    {
        var name = wish.Name;
        if (FaultsOf(wish).FirstOrDefault() is { } refused)
            return refused;

        var user = New(wish);
        // Before the transaction: hashing is slow on purpose, and nobody else can write meanwhile.
        user.PasswordHash = wish.Password is null ? null : hasher.HashPassword(user, wish.Password);

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        if (await RetiredNames.IsTakenAsync(db, name, cancellationToken))
            return new(AddUserOutcome.NameTaken, null, $"The name {name} is taken.");
        if (await db.Users.AnyAsync(u => u.NormalizedEmail == user.NormalizedEmail, cancellationToken))
            return new(AddUserOutcome.EmailTaken, null, EmailTaken);
        if (wish.OnlyAsFirstAdministrator && await db.Users.AnyAsync(u => u.IsAdministrator, cancellationToken))
            return new(AddUserOutcome.AdministratorExists, null, "This server has an administrator already.");
        if (wish.Login is { } login)
        {
            if (await db.UserLogins.AnyAsync(l => l.LoginProvider == login.Issuer && l.ProviderKey == login.Subject, cancellationToken))
                return new(AddUserOutcome.LoginTaken, null, "There is an account for this login already.");
            db.UserLogins.Add(login.ToRow(user.Id));
        }

        user.Version = await ChangeNumbers.NextAsync(db, cancellationToken);
        db.Users.Add(user);
        db.Namespaces.Add(new NamespaceEntry { Key = AccountNames.Key(name), Name = name, UserId = user.Id });
        if (wish.Alongside is not null)
            await wish.Alongside(db, user);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        return new(AddUserOutcome.Added, user, "");
    }

    /// <summary>In force when it returns: every session of a disabled person has ended for good, and their tokens until they are enabled again, on every process of this machine.</summary>
    /// <returns>The user as it is now; null when there is none.</returns>
    public Task<User?> DisableAsync(string name, bool disabled, CancellationToken cancellationToken)
    {
        var normalized = normalizer.NormalizeName(name);
        return ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(u => u.NormalizedUserName == normalized && u.DeletedAt == null, cancellationToken),
            async (db, user) =>
            {
                user.Disabled = disabled;
                user.DisabledByOwner = false;
                if (disabled)
                    await Credentials.EndSessionsAsync(db, user, cancellationToken);
            },
            cancellationToken);
    }

    /// <summary>Makes somebody an administrator, who may manage users, or ends that.</summary>
    /// <returns>The user as it is now; null when there is none.</returns>
    public Task<User?> SetAdministratorAsync(string name, bool administrator, CancellationToken cancellationToken)
    {
        var normalized = normalizer.NormalizeName(name);
        return ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(u => u.NormalizedUserName == normalized && u.DeletedAt == null && u.OwnerOrganizationId == null, cancellationToken), user => user.IsAdministrator = administrator, cancellationToken);
    }

    /// <summary>The operator knows that the address is the person's.</summary>
    /// <returns>The user as it is now; null when there is no such person.</returns>
    public Task<User?> ConfirmEmailAsync(string name, CancellationToken cancellationToken)
    {
        var normalized = normalizer.NormalizeName(name);
        return ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(
                u => u.NormalizedUserName == normalized && u.DeletedAt == null && u.OwnerOrganizationId == null, cancellationToken),
            user => user.EmailConfirmed = true,
            cancellationToken);
    }

    /// <summary>Sets a password and thereby ends the person's browser sessions. Tokens live on.</summary>
    /// <returns>False for a password that breaks the rules, and for a person who does not exist or is a machine.</returns>
    public async Task<bool> SetPasswordAsync(string userId, string password, CancellationToken cancellationToken)
    {
        if (!IsPassword(password))
            return false;

        var hash = hasher.HashPassword(new User(), password);
        return await ChangeAsync(
            db => db.Users.FirstOrDefaultAsync(u => u.Id == userId && u.OwnerOrganizationId == null, cancellationToken),
            (db, user) => Credentials.PutPasswordAsync(db, user, hash, cancellationToken),
            cancellationToken) is not null;
    }

    public async Task<User?> FindAsync(string name, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var normalized = normalizer.NormalizeName(name);
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.NormalizedUserName == normalized && u.DeletedAt == null, cancellationToken);
    }

    public async Task<User?> FindByIdAsync(string userId, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        return await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancellationToken);
    }

    /// <returns>Null unless the caller is a person.</returns>
    public async Task<WhoAmI?> DescribeAsync(Caller caller, CancellationToken cancellationToken)
    {
        if (caller.UserId is not { } userId)
            return null;

        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        var user = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == userId, cancellationToken);
        if (user is null)
            return null;

        var organizations = await db.Memberships
            .Where(m => m.UserId == userId)
            .OrderBy(m => m.Organization!.Name)
            .Select(m => new WhoAmIOrganization(m.Organization!.Id, m.Organization.Name, m.Organization.FullName, m.Role))
            .ToListAsync(cancellationToken);
        var token = await db.AccessTokens
            .Where(t => t.Id == caller.TokenId)
            .Select(t => new WhoAmIToken(db.RefreshTokens.Any(r => r.TokenId == t.Id) ? null : t.Name, t.Role, t.CreatedAt))
            .FirstOrDefaultAsync(cancellationToken);
        return new WhoAmI(user.Id, user.UserName!, user.FullName, user.IsService ? null : user.Email, user.EmailConfirmed, user.IsService, organizations, token);
    }

    /// <summary>Every rule that the wish breaks, for a form that names all of them at once; whether name and address are free is seen when it is added.</summary>
    public static IEnumerable<AddUserResult> FaultsOf(NewUser wish)
    {
        if (!AccountNames.IsNamespace(wish.Name))
            yield return new(AddUserOutcome.BadName, null, AccountNames.NamespaceRule);
        if (!AccountNames.IsFullName(wish.FullName))
            yield return new(AddUserOutcome.BadFullName, null, AccountNames.FullNameRule);
        if (!IsEmail(wish.Email))
            yield return new(AddUserOutcome.BadEmail, null, EmailRule);
        if (wish.Password is not null && !IsPassword(wish.Password))
            yield return new(AddUserOutcome.BadPassword, null, PasswordRule);
    }

    internal static bool IsPassword(string password) => password.Length is >= MinPasswordLength and <= MaxPasswordLength;

    internal static bool IsEmail(string email)
        => email.Length <= Lengths.Email && !email.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))
            && MailAddress.TryCreate(email, out var address) && address.Address == email;

    private User New(NewUser wish) => new()
    {
        Id = HubId.New(),
        UserName = wish.Name,
        NormalizedUserName = normalizer.NormalizeName(wish.Name),
        Email = wish.Email,
        NormalizedEmail = normalizer.NormalizeEmail(wish.Email),
        FullName = string.IsNullOrWhiteSpace(wish.FullName) ? wish.Name : wish.FullName.Trim(),
        IsAdministrator = wish.IsAdministrator,
        EmailConfirmed = wish.EmailConfirmed,
        SecurityStamp = HubId.New(),
        LockoutEnabled = true,
        CreatedAt = time.GetUtcNow(),
    };

    private Task<User?> ChangeAsync(Func<RepoHostDb, Task<User?>> find, Action<User> change, CancellationToken cancellationToken)
        => ChangeAsync(
            find,
            (_, user) =>
            {
                change(user);
                return Task.CompletedTask;
            },
            cancellationToken);

    /// <summary>One transaction; in force, on every process of this machine, when it returns.</summary>
    /// <param name="find">Finds nobody when the change must not be made.</param>
    /// <returns>The user as they are now; null when nobody was found.</returns>
    internal async Task<User?> ChangeAsync(Func<RepoHostDb, Task<User?>> find, Func<RepoHostDb, User, Task> change, CancellationToken cancellationToken)
    {
        await using var db = await databases.CreateDbContextAsync(cancellationToken);
        await using var transaction = await db.Database.BeginTransactionAsync(cancellationToken);
        var user = await find(db);
        if (user is null)
            return null;

        await change(db, user);
        user.ConcurrencyStamp = Guid.NewGuid().ToString();
        user.Version = await ChangeNumbers.NextAsync(db, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        await transaction.CommitAsync(CancellationToken.None);
        await changes.PublishAsync(null, user.Id, user.Version);
        return user;
    }
}
