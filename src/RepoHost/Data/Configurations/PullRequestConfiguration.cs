using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class PullRequestConfiguration : IEntityTypeConfiguration<PullRequest>
{
    public void Configure(EntityTypeBuilder<PullRequest> builder)
    {
        builder.HasKey(r => new { r.RepositoryId, r.Number });
        builder.Property(r => r.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(r => r.AuthorId).HasMaxLength(Lengths.Id);
        builder.Property(r => r.Title).HasMaxLength(Lengths.Title);
        builder.Property(r => r.BaseBranch).HasMaxLength(Lengths.RefName);
        builder.HasOne<Repository>().WithMany().HasForeignKey(r => r.RepositoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
