using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class DeviceLoginConfiguration : IEntityTypeConfiguration<DeviceLogin>
{
    public void Configure(EntityTypeBuilder<DeviceLogin> builder)
    {
        builder.HasKey(d => d.DeviceCodeHash);
        builder.Property(d => d.DeviceCodeHash).HasMaxLength(Lengths.Hash);
        builder.Property(d => d.UserCodeHash).HasMaxLength(Lengths.Hash);
        builder.Property(d => d.Program).HasMaxLength(Lengths.Program);
        builder.Property(d => d.Address).HasMaxLength(Lengths.Address);
        builder.Property(d => d.UserId).HasMaxLength(Lengths.Id);
        builder.HasIndex(d => d.UserCodeHash).IsUnique();
        builder.HasIndex(d => d.ExpiresAt);
        builder.HasOne<User>().WithMany().HasForeignKey(d => d.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
