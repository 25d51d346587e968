using System.Text.Encodings.Web;

namespace RepoHost.Notifications;

/// <summary>The frame of a mail's HTML part: readable on a phone, and dark where the reader is. Programs that throw styles away leave plain paragraphs; nothing is loaded from anywhere.</summary>
internal static class MailHtml
{
    private const string Style =
        ":root { color-scheme: light dark; }\n"
        + "body { max-width: 40em; margin: 0 auto; padding: 1em; font: 16px/1.5 system-ui, -apple-system, \"Segoe UI\", Roboto, \"Liberation Sans\", sans-serif; overflow-wrap: anywhere; }\n"
        + "blockquote { margin: 1em 0; padding-left: 1em; border-left: 3px solid #868e99; }\n"
        + "ul { padding-left: 1.5em; }\n"
        + "hr { margin: 2em 0 1em; border: 0; border-top: 1px solid #868e99; }\n"
        + "hr ~ p { font-size: 14px; }\n";

    /// <param name="body">HTML, encoded by whoever made it.</param>
    public static string Page(string subject, string body) =>
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><meta name=\"color-scheme\" content=\"light dark\">"
        + $"<title>{HtmlEncoder.Default.Encode(subject)}</title>\n<style>\n{Style}</style></head>\n<body>\n{body}</body>\n</html>\n";
}
