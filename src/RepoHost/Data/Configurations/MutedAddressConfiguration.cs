using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class MutedAddressConfiguration : IEntityTypeConfiguration<MutedAddress>
{
    public void Configure(EntityTypeBuilder<MutedAddress> builder)
    {
        builder.HasKey(m => m.Address);
        builder.Property(m => m.Address).HasMaxLength(Lengths.Email);
    }
}
