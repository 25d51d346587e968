using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class InvitationConfiguration : IEntityTypeConfiguration<Invitation>
{
    public void Configure(EntityTypeBuilder<Invitation> builder)
    {
        builder.ToTable(table => table.HasCheckConstraint("CK_Invitations_OneGuest", """("UserId" IS NULL) <> ("NormalizedEmail" IS NULL)"""));
        builder.Property(i => i.Id).HasMaxLength(Lengths.Id);
        builder.Property(i => i.OrganizationId).HasMaxLength(Lengths.Id);
        builder.Property(i => i.UserId).HasMaxLength(Lengths.Id);
        builder.Property(i => i.Email).HasMaxLength(Lengths.Email);
        builder.Property(i => i.NormalizedEmail).HasMaxLength(Lengths.Email);
        builder.Property(i => i.SecretHash).HasMaxLength(Lengths.Hash);
        builder.Property(i => i.InvitedById).HasMaxLength(Lengths.Id);
        builder.HasIndex(i => new { i.OrganizationId, i.UserId }).IsUnique();
        builder.HasIndex(i => new { i.OrganizationId, i.NormalizedEmail }).IsUnique();
        builder.HasIndex(i => i.SecretHash).IsUnique();
        builder.HasIndex(i => i.UserId);
        builder.HasOne(i => i.Organization).WithMany().HasForeignKey(i => i.OrganizationId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(i => i.User).WithMany().HasForeignKey(i => i.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(i => i.InvitedBy).WithMany().HasForeignKey(i => i.InvitedById).OnDelete(DeleteBehavior.Cascade);
    }
}
