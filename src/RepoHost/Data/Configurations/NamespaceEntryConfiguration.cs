using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class NamespaceEntryConfiguration : IEntityTypeConfiguration<NamespaceEntry>
{
    public void Configure(EntityTypeBuilder<NamespaceEntry> builder)
    {
        builder.ToTable("Namespaces", table => table.HasCheckConstraint(
            "CK_Namespaces_OneHolder", """("UserId" IS NULL) <> ("OrganizationId" IS NULL)"""));
        builder.HasKey(n => n.Key);
        builder.Property(n => n.Key).HasMaxLength(Lengths.Name);
        builder.Property(n => n.Name).HasMaxLength(Lengths.Name);
        builder.Property(n => n.UserId).HasMaxLength(Lengths.Id);
        builder.Property(n => n.OrganizationId).HasMaxLength(Lengths.Id);
        builder.HasIndex(n => n.UserId).IsUnique();
        builder.HasIndex(n => n.OrganizationId).IsUnique();
        builder.HasOne<User>().WithMany().HasForeignKey(n => n.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Organization>().WithMany().HasForeignKey(n => n.OrganizationId).OnDelete(DeleteBehavior.Cascade);
    }
}
