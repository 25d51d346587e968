using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace RepoHost.Data.Configurations;

internal sealed class RequestNoticeRecipientConfiguration : IEntityTypeConfiguration<RequestNoticeRecipient>
{
    public void Configure(EntityTypeBuilder<RequestNoticeRecipient> builder)
    {
        builder.HasKey(r => new { r.Version, r.Recipient });
        builder.Property(r => r.Recipient).HasMaxLength(Lengths.Email);
        // What is due, then what of one recipient is.
        builder.HasIndex(r => new { r.MailId, r.DueAt });
        builder.HasIndex(r => new { r.Recipient, r.MailId, r.Daily, r.DueAt });
        builder.HasOne(r => r.Notice).WithMany().HasForeignKey(r => r.Version).OnDelete(DeleteBehavior.Cascade);
    }
}
