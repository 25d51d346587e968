using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class CatalogEntryConfiguration : IEntityTypeConfiguration<CatalogEntry>
{
    public void Configure(EntityTypeBuilder<CatalogEntry> builder)
    {
        builder.HasKey(e => e.RepositoryId);
        builder.Property(e => e.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(e => e.Tip).HasMaxLength(Lengths.Hash);
        builder.HasOne<Repository>().WithOne().HasForeignKey<CatalogEntry>(e => e.RepositoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
