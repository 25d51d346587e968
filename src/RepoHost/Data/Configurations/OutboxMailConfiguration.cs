using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class OutboxMailConfiguration : IEntityTypeConfiguration<OutboxMail>
{
    public void Configure(EntityTypeBuilder<OutboxMail> builder)
    {
        builder.Property(m => m.Key).HasMaxLength(Lengths.MailKey);
        builder.Property(m => m.Recipient).HasMaxLength(Lengths.Email);
        builder.Property(m => m.RepositoryId).HasMaxLength(Lengths.Id);
        builder.Property(m => m.Subject).HasMaxLength(Lengths.MailSubject);
        builder.Property(m => m.LastError).HasMaxLength(Lengths.Name);
        builder.HasIndex(m => m.Key).IsUnique();
        builder.HasIndex(m => new { m.State, m.DueAt });
        // How many mails of a kind somebody has had lately.
        builder.HasIndex(m => new { m.Recipient, m.Kind, m.CreatedAt });
        builder.HasOne<Repository>().WithMany().HasForeignKey(m => m.RepositoryId).OnDelete(DeleteBehavior.Cascade);
    }
}
