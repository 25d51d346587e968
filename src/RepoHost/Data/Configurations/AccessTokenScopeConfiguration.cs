using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class AccessTokenScopeConfiguration : IEntityTypeConfiguration<AccessTokenScope>
{
    public void Configure(EntityTypeBuilder<AccessTokenScope> builder)
    {
        builder.ToTable("AccessTokenScopes", table => table.HasCheckConstraint(
            "CK_AccessTokenScopes_OneEntity",
            """(CASE WHEN "RepositoryId" IS NULL THEN 0 ELSE 1 END) + (CASE WHEN "UserId" IS NULL THEN 0 ELSE 1 END) + (CASE WHEN "OrganizationId" IS NULL THEN 0 ELSE 1 END) = 1"""));
        builder.Property(s => s.TokenId).HasMaxLength(Lengths.Id);
        builder.Property(s => s.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(s => s.UserId).HasMaxLength(Lengths.Id);
        builder.Property(s => s.OrganizationId).HasMaxLength(Lengths.Id);
        // What is deleted takes the right to it along.
        builder.HasOne<Repository>().WithMany().HasForeignKey(s => s.RepositoryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<User>().WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Organization>().WithMany().HasForeignKey(s => s.OrganizationId).OnDelete(DeleteBehavior.Cascade);
    }
}
