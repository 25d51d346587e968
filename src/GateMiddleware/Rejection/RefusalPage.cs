using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace GateMiddleware.Rejection;

/// <summary>The page that a browser shows. Self-contained; the message may hold a reviewer's words, so everything is encoded.</summary>
internal static class RefusalPage
{
    private const string Style =
        "body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1rem;color:#1f2937;background:#fff}h1{font-size:1.25rem}a{color:#1d4ed8}"
        + "@media(prefers-color-scheme:dark){body{color:#e5e7eb;background:#111827}a{color:#93c5fd}}";

    /// <summary>Nothing but this page's own style may load, run, send or frame it.</summary>
    public static readonly string ContentSecurityPolicy =
        $"default-src 'none'; style-src 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Style)))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    public static string Render(Refusal refusal)
    {
        var title = refusal.Status switch
        {
            401 => "Please log in",
            403 => "Access is restricted",
            404 => "Not found",
            _ => "Not available",
        };
        var link = IsWebAddress(refusal.PageUrl)
            ? $"<p><a href=\"{HtmlEncoder.Default.Encode(refusal.PageUrl!)}\" data-gate-page>Go to the repository's page</a></p>\n"
            : "";
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="robots" content="noindex">
            <title>{title}</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            <h1>{title}</h1>
            <p data-gate-message>{HtmlEncoder.Default.Encode(refusal.Message)}</p>
            {link}</main>
            </body>
            </html>

            """;
    }

    private static bool IsWebAddress(string? url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}
