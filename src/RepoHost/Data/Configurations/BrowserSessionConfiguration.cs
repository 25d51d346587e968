using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class BrowserSessionConfiguration : IEntityTypeConfiguration<BrowserSession>
{
    public void Configure(EntityTypeBuilder<BrowserSession> builder)
    {
        builder.ToTable("Sessions");
        builder.Property(s => s.Id).HasMaxLength(Lengths.Id);
        builder.Property(s => s.UserId).HasMaxLength(Lengths.Id);
        builder.Property(s => s.SecurityStamp).HasMaxLength(Lengths.Id);
        builder.Property(s => s.Address).HasMaxLength(Lengths.Address);
        builder.Property(s => s.Agent).HasMaxLength(Lengths.Agent);
        builder.HasIndex(s => new { s.UserId, s.LastUsedAt });
        builder.HasIndex(s => s.LastUsedAt);
        builder.HasOne(s => s.User).WithMany().HasForeignKey(s => s.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
