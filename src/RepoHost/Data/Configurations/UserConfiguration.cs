using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class UserConfiguration : IEntityTypeConfiguration<User>
{
    public void Configure(EntityTypeBuilder<User> builder)
    {
        builder.ToTable("Users");
        builder.Property(u => u.Id).HasMaxLength(Lengths.Id);
        builder.Property(u => u.UserName).HasMaxLength(Lengths.Name).IsRequired();
        builder.Property(u => u.NormalizedUserName).HasMaxLength(Lengths.Name).IsRequired();
        // Empty for machines only.
        builder.Property(u => u.Email).HasMaxLength(Lengths.Email).IsRequired();
        builder.Property(u => u.NormalizedEmail).HasMaxLength(Lengths.Email).IsRequired();
        builder.Property(u => u.OwnerOrganizationId).HasMaxLength(Lengths.Id);
        builder.Ignore(u => u.IsService);
        builder.Property(u => u.FullName).HasMaxLength(Lengths.FullName);
        builder.Property(u => u.TimeZone).HasMaxLength(Lengths.TimeZone);
        // Identity's own index of addresses allows duplicates.
        builder.HasIndex(u => u.NormalizedEmail).HasDatabaseName("EmailIndex").IsUnique();
        builder.HasIndex(u => u.OwnerOrganizationId);
    }
}
