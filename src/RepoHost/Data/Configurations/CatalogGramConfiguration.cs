using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class CatalogGramConfiguration : IEntityTypeConfiguration<CatalogGram>
{
    public void Configure(EntityTypeBuilder<CatalogGram> builder)
    {
        builder.HasKey(g => new { g.RepositoryId, g.Gram });
        builder.Property(g => g.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(g => g.Gram).HasMaxLength(3);
        builder.HasIndex(g => new { g.Gram, g.RepositoryId });
        builder.HasOne<Repository>().WithMany().HasForeignKey(g => g.RepositoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
