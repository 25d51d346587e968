using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class AccessEventConfiguration : IEntityTypeConfiguration<AccessEvent>
{
    public void Configure(EntityTypeBuilder<AccessEvent> builder)
    {
        builder.Property(e => e.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(e => e.UserId).HasMaxLength(Lengths.Id);
        builder.Property(e => e.ActorId).HasMaxLength(Lengths.Id);
        builder.Property(e => e.Action).HasMaxLength(32);
        builder.Property(e => e.Reason).HasMaxLength(Lengths.Reason);
        builder.HasIndex(e => new { e.RepositoryId, e.UserId });
        builder.HasOne<Repository>().WithMany().HasForeignKey(e => e.RepositoryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<User>().WithMany().HasForeignKey(e => e.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
