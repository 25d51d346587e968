using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class RequestNoticeConfiguration : IEntityTypeConfiguration<RequestNotice>
{
    public void Configure(EntityTypeBuilder<RequestNotice> builder)
    {
        builder.HasKey(n => n.Version);
        builder.Property(n => n.Version).ValueGeneratedNever();
        builder.Property(n => n.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(n => n.UserId).HasMaxLength(Lengths.Id);
        builder.HasIndex(n => new { n.Addressed, n.Version });
        builder.HasOne<Repository>().WithMany().HasForeignKey(n => n.RepositoryId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<User>().WithMany().HasForeignKey(n => n.UserId).OnDelete(DeleteBehavior.Cascade);
    }
}
