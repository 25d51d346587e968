using System.Text.RegularExpressions;
using MimeKit;
using RepoHost.EndToEnd.Support;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Reads mails about accounts where the server leaves mails when no mail server is set: as files.</summary>
internal static class AccountMail
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>The path of the link to this page in the mail; waits for the mail.</summary>
    public static async Task<string> LinkAsync(HubServer server, string address, string subject, string page)
    {
        var folder = Path.Combine(server.Folder, "data", "mail");
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.eml") : [])
            {
                var mail = await MimeMessage.LoadAsync(file);
                if (mail.Subject == subject && mail.To.Mailboxes.Single().Address == address)
                    return Regex.Match(mail.TextBody!, $"^{Regex.Escape(server.Base)}({Regex.Escape(page)}\\S+)", RegexOptions.Multiline).Groups[1].Value;
            }

            await Task.Delay(50);
        }

        throw new TimeoutException($"No mail '{subject}' to {address} came.");
    }
}
