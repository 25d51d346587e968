using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class AccessRequestConfiguration : IEntityTypeConfiguration<AccessRequest>
{
    public void Configure(EntityTypeBuilder<AccessRequest> builder)
    {
        builder.HasKey(r => new { r.RepositoryId, r.UserId });
        builder.Property(r => r.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(r => r.UserId).HasMaxLength(Lengths.Id);
        builder.Property(r => r.RequestId).HasMaxLength(Lengths.Id);
        builder.HasIndex(r => r.RequestId).IsUnique();
        builder.Property(r => r.GrantedById).HasMaxLength(Lengths.Id);
        builder.Property(r => r.Reason).HasMaxLength(Lengths.Reason);
        builder.Property(r => r.CardCommit).HasMaxLength(Lengths.Hash);
        builder.Property(r => r.TermsHash).HasMaxLength(Lengths.Hash);
        // The review lists: one state of one repository by time, the person breaking ties so that pages never skip or repeat a row.
        builder.HasIndex(r => new { r.RepositoryId, r.State, r.RequestedAt, r.UserId });
        builder.HasQueryFilter(r => !r.OfDeletedUser);
        builder.HasOne<Repository>().WithMany().HasForeignKey(r => r.RepositoryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(r => r.User).WithMany().HasForeignKey(r => r.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne(r => r.GrantedBy).WithMany().HasForeignKey(r => r.GrantedById).OnDelete(DeleteBehavior.SetNull);
    }
}
