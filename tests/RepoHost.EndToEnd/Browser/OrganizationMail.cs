using System.Text.RegularExpressions;
using RepoHost.EndToEnd.Support;

namespace RepoHost.EndToEnd.Browser;

/// <summary>Reads an invitation's mail where the server leaves mails when no mail server is set: as files.</summary>
internal static partial class OrganizationMail
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task<string> WaitForLinkAsync(HubServer server, string address)
    {
        var folder = Path.Combine(server.Folder, "data", "mail");
        var start = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(start) < Patience)
        {
            foreach (var file in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.eml") : [])
            {
                var text = await File.ReadAllTextAsync(file);
                if (text.Contains($"To: {address}", StringComparison.Ordinal))
                    return Link().Match(Plain(text)).Value;
            }

            await Task.Delay(200);
        }

        throw new TimeoutException($"No mail to {address} came.");
    }

    /// <summary>Quoted-printable, as far as an address needs it.</summary>
    private static string Plain(string text) => text.ReplaceLineEndings("\n").Replace("=\n", "", StringComparison.Ordinal).Replace("=3D", "=", StringComparison.Ordinal);

    [GeneratedRegex(@"http\S+/organizations/join/[A-Za-z0-9_-]+")]
    private static partial Regex Link();
}
