using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class RetiredNameConfiguration : IEntityTypeConfiguration<RetiredName>
{
    public void Configure(EntityTypeBuilder<RetiredName> builder)
    {
        builder.HasKey(n => n.KeyHash);
        builder.Property(n => n.KeyHash).HasMaxLength(Lengths.Hash);
    }
}
