using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MimeKit;
using RepoHost.Data;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>The mails that a server has sent, as the files that they become without a mail server.</summary>
internal sealed class Mailbox(HubApplication app)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private string Folder => Path.Combine(app.DataDirectory, "mail");

    /// <summary>Waits for it: mails go out behind the request.</summary>
    public async Task<ReceivedMail> LastToAsync(string address, string subject)
    {
        using var patience = Patient();
        while (true)
        {
            if ((await MailsToAsync(address, patience.Token)).LastOrDefault(m => m.Subject == subject) is { } mail)
                return new(mail.TextBody!, mail.HtmlBody!);
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>How many there are when none is waiting any more.</summary>
    public async Task<int> CountToAsync(string address)
    {
        using var patience = Patient();
        while (await AnyWaitingAsync(address, patience.Token))
            await Task.Delay(20, patience.Token);
        return (await MailsToAsync(address, patience.Token)).Count;
    }

    /// <summary>Oldest first.</summary>
    private async Task<List<MimeMessage>> MailsToAsync(string address, CancellationToken cancellationToken)
    {
        var mails = new List<MimeMessage>();
        foreach (var file in Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*.eml").OrderBy(File.GetLastWriteTimeUtc) : Enumerable.Empty<string>())
        {
            var mail = await MimeMessage.LoadAsync(file, cancellationToken);
            if (mail.To.Mailboxes.Single().Address == address)
                mails.Add(mail);
        }

        return mails;
    }

    private async Task<bool> AnyWaitingAsync(string address, CancellationToken cancellationToken)
    {
        await using var db = await app.Services.GetRequiredService<IDbContextFactory<RepoHostDb>>().CreateDbContextAsync(cancellationToken);
        return await db.OutboxMails.AnyAsync(m => m.Recipient == address, cancellationToken);
    }

    private static CancellationTokenSource Patient()
    {
        var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(Patience);
        return patience;
    }
}

internal sealed record ReceivedMail(string Text, string Html)
{
    /// <summary>The link to this page, which both parts have.</summary>
    public string PathOf(string page)
    {
        var link = Regex.Match(Text, $@"^http://\S+?{Regex.Escape(page)}\S*$", RegexOptions.Multiline).Value;
        Assert.Contains($"href=\"{System.Net.WebUtility.HtmlEncode(link)}\"", Html, StringComparison.Ordinal);
        return new Uri(link).PathAndQuery;
    }
}
