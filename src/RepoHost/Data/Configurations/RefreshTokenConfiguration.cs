using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class RefreshTokenConfiguration : IEntityTypeConfiguration<RefreshToken>
{
    public void Configure(EntityTypeBuilder<RefreshToken> builder)
    {
        builder.HasKey(r => r.Hash);
        builder.Property(r => r.Hash).HasMaxLength(Lengths.Hash);
        builder.Property(r => r.TokenId).HasMaxLength(Lengths.Id);
        builder.HasIndex(r => r.TokenId);
        builder.HasIndex(r => r.ExpiresAt);
        builder.HasOne<AccessToken>().WithMany().HasForeignKey(r => r.TokenId).OnDelete(DeleteBehavior.Cascade);
    }
}
