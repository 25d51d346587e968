using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class CatalogTermConfiguration : IEntityTypeConfiguration<CatalogTerm>
{
    public void Configure(EntityTypeBuilder<CatalogTerm> builder)
    {
        builder.HasKey(t => new { t.RepositoryId, t.Term });
        builder.Property(t => t.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(t => t.Term).HasMaxLength(CatalogTerms.Longest);
        builder.Property(t => t.Scope).HasMaxLength(Lengths.Id);
        builder.Property(t => t.NameKey).HasMaxLength(Lengths.RepositoryId);
        builder.HasIndex(t => new { t.Type, t.Term, t.Scope, t.LastModified, t.RepositoryId });
        builder.HasIndex(t => new { t.Type, t.Term, t.Scope, t.CreatedAt, t.RepositoryId });
        builder.HasIndex(t => new { t.Type, t.Term, t.Scope, t.NameKey, t.RepositoryId });
        builder.HasOne<Repository>().WithMany().HasForeignKey(t => t.RepositoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
