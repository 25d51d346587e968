using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class RepositoryUsageConfiguration : IEntityTypeConfiguration<RepositoryUsage>
{
    public void Configure(EntityTypeBuilder<RepositoryUsage> builder)
    {
        builder.ToTable("RepositoryUsage");
        builder.HasKey(u => u.RepositoryId);
        builder.Property(u => u.RepositoryId).HasMaxLength(Lengths.Id);
        builder.HasOne<Repository>().WithOne().HasForeignKey<RepositoryUsage>(u => u.RepositoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
