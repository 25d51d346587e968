using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Identity.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace RepoHost.Data;

/// <summary>Every row of RepoHost. Created by <see cref="IDbContextFactory{TContext}"/>, or once per request as a scoped service.</summary>
internal sealed class RepoHostDb(DbContextOptions<RepoHostDb> options) : IdentityUserContext<User>(options)
{
    public DbSet<NamespaceEntry> Namespaces => Set<NamespaceEntry>();
    public DbSet<RetiredName> RetiredNames => Set<RetiredName>();
    public DbSet<Organization> Organizations => Set<Organization>();
    public DbSet<Membership> Memberships => Set<Membership>();
    public DbSet<Invitation> Invitations => Set<Invitation>();
    public DbSet<AccessToken> AccessTokens => Set<AccessToken>();
    public DbSet<AccessTokenScope> AccessTokenScopes => Set<AccessTokenScope>();
    public DbSet<RefreshToken> RefreshTokens => Set<RefreshToken>();
    public DbSet<DeviceLogin> DeviceLogins => Set<DeviceLogin>();
    public DbSet<BrowserSession> Sessions => Set<BrowserSession>();
    public DbSet<Repository> Repositories => Set<Repository>();
    public DbSet<CatalogEntry> CatalogEntries => Set<CatalogEntry>();
    public DbSet<CatalogTerm> CatalogTerms => Set<CatalogTerm>();
    public DbSet<CatalogGram> CatalogGrams => Set<CatalogGram>();
    public DbSet<RepositoryRedirect> RepositoryRedirects => Set<RepositoryRedirect>();
    public DbSet<LfsObject> LfsObjects => Set<LfsObject>();
    public DbSet<RepositoryUsage> RepositoryUsage => Set<RepositoryUsage>();
    public DbSet<ProposedBytes> ProposedBytes => Set<ProposedBytes>();
    public DbSet<PullRequest> PullRequests => Set<PullRequest>();
    public DbSet<AccessRequest> AccessRequests => Set<AccessRequest>();
    public DbSet<AccessEvent> AccessEvents => Set<AccessEvent>();
    public DbSet<ChangeCounter> ChangeCounters => Set<ChangeCounter>();
    public DbSet<OutboxMail> OutboxMails => Set<OutboxMail>();
    public DbSet<RequestNotice> RequestNotices => Set<RequestNotice>();
    public DbSet<RequestNoticeRecipient> RequestNoticeRecipients => Set<RequestNoticeRecipient>();
    public DbSet<MutedAddress> MutedAddresses => Set<MutedAddress>();

    /// <summary>
    /// Fixed here, because Identity otherwise takes it from the services of whoever made the context, and the model would differ between a migration and a
    /// running server.
    /// </summary>
    protected override Version SchemaVersion => IdentitySchemaVersions.Version2;

    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
        => configurationBuilder.Properties<DateTimeOffset>().HaveConversion<UnixMilliseconds>();

    protected override void OnModelCreating(ModelBuilder builder)
    {
        base.OnModelCreating(builder);
        builder.Entity<IdentityUserClaim<string>>().ToTable("UserClaims");
        builder.Entity<IdentityUserLogin<string>>().ToTable("UserLogins");
        builder.Entity<IdentityUserToken<string>>().ToTable("UserTokens");
        builder.ApplyConfigurationsFromAssembly(typeof(RepoHostDb).Assembly);
    }
}
