using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class ProposedBytesConfiguration : IEntityTypeConfiguration<ProposedBytes>
{
    public void Configure(EntityTypeBuilder<ProposedBytes> builder)
    {
        builder.ToTable("ProposedBytes");
        builder.HasKey(p => new { p.RepositoryId, p.UserId });
        builder.Property(p => p.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(p => p.UserId).HasMaxLength(Lengths.Id);
        builder.HasOne<Repository>().WithMany().HasForeignKey(p => p.RepositoryId).OnDelete(DeleteBehavior.Cascade);
        // The bytes stay in the repository and count there; there is nobody left whom this row could stop.
        builder.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
