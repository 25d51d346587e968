using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class AccessTokenConfiguration : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.Property(t => t.Id).HasMaxLength(Lengths.Id);
        builder.Property(t => t.UserId).HasMaxLength(Lengths.Id);
        builder.Property(t => t.Name).HasMaxLength(Lengths.Name);
        builder.Ignore(t => t.IssuedAt);
        builder.HasIndex(t => new { t.UserId, t.CreatedAt });
        builder.HasOne(t => t.User).WithMany().HasForeignKey(t => t.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.HasMany(t => t.Scopes).WithOne().HasForeignKey(s => s.TokenId).OnDelete(DeleteBehavior.Cascade);
    }
}
