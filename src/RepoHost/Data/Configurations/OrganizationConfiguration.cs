using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class OrganizationConfiguration : IEntityTypeConfiguration<Organization>
{
    public void Configure(EntityTypeBuilder<Organization> builder)
    {
        builder.Property(o => o.Id).HasMaxLength(Lengths.Id);
        builder.Property(o => o.Name).HasMaxLength(Lengths.Name);
        builder.Property(o => o.FullName).HasMaxLength(Lengths.FullName);
    }
}
