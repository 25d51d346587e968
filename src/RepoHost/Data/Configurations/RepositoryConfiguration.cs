using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class RepositoryConfiguration : IEntityTypeConfiguration<Repository>
{
    public void Configure(EntityTypeBuilder<Repository> builder)
    {
        builder.Property(r => r.Id).HasMaxLength(Lengths.Id);
        builder.Property(r => r.Namespace).HasMaxLength(Lengths.Name);
        builder.Property(r => r.Name).HasMaxLength(Lengths.Name);
        builder.Property(r => r.NameKey).HasMaxLength(Lengths.RepositoryId);
        builder.Property(r => r.OwnerUserId).HasMaxLength(Lengths.Id);
        builder.Property(r => r.OwnerOrganizationId).HasMaxLength(Lengths.Id);
        builder.Property(r => r.CreatedById).HasMaxLength(Lengths.Id);
        builder.Property(r => r.GatedNotificationsEmail).HasMaxLength(Lengths.Email);
        builder.Property(r => r.OpenFiles).HasMaxLength(Lengths.OpenFiles);
        builder.Property(r => r.LastReadableCardBlob).HasMaxLength(Lengths.Hash);
        builder.Ignore(r => r.FullName);
        builder.HasIndex(r => new { r.Type, r.NameKey }).IsUnique();
        // Each list walks one of these for each scope that its reader may see, so no row is read that is not theirs to see.
        builder.Property(r => r.Scope).HasMaxLength(Lengths.Id)
            .HasComputedColumnSql("""CASE "Private" WHEN 0 THEN '' ELSE COALESCE("OwnerUserId", "OwnerOrganizationId", '-') END""", stored: false);
        builder.Property(r => r.AuthorKey).HasMaxLength(Lengths.Name).HasComputedColumnSql("""substr("NameKey", 1, instr("NameKey", '/') - 1)""", stored: false);
        builder.HasIndex(r => new { r.Type, r.Scope, r.LastModified, r.Id });
        builder.HasIndex(r => new { r.Type, r.Scope, r.CreatedAt, r.Id });
        builder.HasIndex(r => new { r.Type, r.Scope, r.NameKey, r.Id });
        builder.HasIndex(r => new { r.Type, r.AuthorKey, r.Scope, r.LastModified, r.Id });
        builder.HasIndex(r => new { r.Type, r.AuthorKey, r.Scope, r.CreatedAt, r.Id });
        // People and organizations with repositories can't be deleted under them.
        builder.HasOne<User>().WithMany().HasForeignKey(r => r.OwnerUserId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Organization>().WithMany().HasForeignKey(r => r.OwnerOrganizationId).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<User>().WithMany().HasForeignKey(r => r.CreatedById).OnDelete(DeleteBehavior.Restrict);
    }
}
