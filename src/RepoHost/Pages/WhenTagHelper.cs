using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;
using RepoHost.Hosting;

namespace RepoHost.Pages;

/// <summary><c>&lt;when at="…" /&gt;</c>: an instant, in UTC; the script writes it in the reader's own time zone. Nothing at all for null.</summary>
[HtmlTargetElement("when", TagStructure = TagStructure.WithoutEndTag)]
public sealed class WhenTagHelper : TagHelper
{
    /// <summary>The instant.</summary>
    public DateTimeOffset? At { get; set; }

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        if (At is not { } at)
        {
            output.SuppressOutput();
            return;
        }

        output.TagName = "time";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", HubTime.Write(at));
        output.Attributes.SetAttribute("data-local", "");
        output.Content.SetContent(at.UtcDateTime.ToString("d MMM yyyy, HH:mm 'UTC'", CultureInfo.InvariantCulture));
    }
}
