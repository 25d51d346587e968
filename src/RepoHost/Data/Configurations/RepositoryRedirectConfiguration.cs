using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class RepositoryRedirectConfiguration : IEntityTypeConfiguration<RepositoryRedirect>
{
    public void Configure(EntityTypeBuilder<RepositoryRedirect> builder)
    {
        builder.HasKey(r => new { r.Type, r.NameKey });
        builder.Property(r => r.NameKey).HasMaxLength(Lengths.RepositoryId);
        builder.Property(r => r.RepositoryId).HasMaxLength(Lengths.Id);
        builder.HasOne<Repository>().WithMany().HasForeignKey(r => r.RepositoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
