using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace RepoHost.Pages.Access;

/// <summary>Markdown of the gate's form.</summary>
internal static class GateText
{
    public static IHtmlContent Render(string markdown) => new HtmlString($"<p>{HtmlEncoder.Default.Encode(markdown)}</p>");
}
