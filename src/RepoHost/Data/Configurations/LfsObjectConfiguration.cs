using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class LfsObjectConfiguration : IEntityTypeConfiguration<LfsObject>
{
    public void Configure(EntityTypeBuilder<LfsObject> builder)
    {
        builder.HasKey(o => new { o.RepositoryId, o.Oid });
        builder.Property(o => o.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(o => o.Oid).HasMaxLength(Lengths.Hash);
        builder.Property(o => o.BlobId).HasMaxLength(Lengths.Hash);
        // Which repositories still hold an object, asked before its bytes are removed.
        builder.HasIndex(o => o.Oid);
        builder.HasOne<Repository>().WithMany().HasForeignKey(o => o.RepositoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
