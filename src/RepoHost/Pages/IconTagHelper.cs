using Microsoft.AspNetCore.Razor.TagHelpers;

namespace RepoHost.Pages;

/// <summary><c>&lt;icon name="lock" /&gt;</c>: a small drawing beside a word that says the same; hidden from screen readers.</summary>
[HtmlTargetElement("icon", TagStructure = TagStructure.WithoutEndTag)]
public sealed class IconTagHelper : TagHelper
{
    /// <summary>Paths on a grid of 16, drawn as lines.</summary>
    private static readonly Dictionary<string, string> Drawings = new()
    {
        ["search"] = "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm4-1 3.5 3.5",
        ["model"] = "M8 1.5 14 5v6l-6 3.5L2 11V5l6-3.5ZM2.3 5.2 8 8.3l5.7-3.1M8 8.3v6",
        ["dataset"] = "M2.5 4c0-1.4 2.5-2.5 5.5-2.5s5.5 1.1 5.5 2.5S11 6.500 8 6.500 2.500 5.400 2.500 4Zm0 0v8c0 1.400 2.500 2.500 5.500 2.500s5.500-1.100 5.500-2.500V4m-11 4c0 1.400 2.500 2.500 5.500 2.500s5.500-1.100 5.500-2.500",
        ["space"] = "M2 2h5v5H2V2Zm7 0h5v5H9V2ZM2 9h5v5H2V9Zm7 0h5v5H9V9Z",
        ["lock"] = "M3.500 7h9v7h-9V7Zm2-.2V4.500a2.500 2.500 0 0 1 5 0v2.300",
        ["file"] = "M3.500 1.500h6l3 3v10h-9v-13Zm6 0v3h3",
        ["folder"] = "M1.500 3.500v9.500h13V5H8L6.500 3.500h-5Z",
        ["download"] = "M8 2v8m-3.500-3.500L8 10l3.500-3.500M2.500 13.500h11",
        ["upload"] = "M8 10.500v-8M4.500 6 8 2.500 11.500 6m-9 7.500h11",
        ["copy"] = "M5.500 5.500h8v8h-8v-8Zm-3 5v-8h8",
        ["check"] = "m2.500 8.500 3.500 3.500 7.500-8",
        ["cross"] = "m3.500 3.500 9 9m0-9-9 9",
        ["clock"] = "M8 14.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM8 4v4.300l3 1.700",
        ["branch"] = "M4.500 5a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3Zm0 0v6m0 0a1.500 1.500 0 1 0 0 3 1.500 1.500 0 0 0 0-3Zm7-4.500a1.500 1.500 0 1 0 0-3 1.500 1.500 0 0 0 0 3Zm0 0c0 3-4 2.500-6.500 4.500",
        ["tag"] = "M2 2h5.500l6.500 6.500-5.500 5.500L2 7.500V2Zm2.800 2.800h.1",
        ["commit"] = "M8 10.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Zm-2.500-2.500H1m14 0h-4.500",
        ["settings"] = "M2 4.500h6m4 0h2M2 11.500h2m4 0h6M10 6.500a2 2 0 1 0 0-4 2 2 0 0 0 0 4Zm-4 7a2 2 0 1 0 0-4 2 2 0 0 0 0 4Z",
        ["people"] = "M6 7.500a2.500 2.500 0 1 0 0-5 2.500 2.500 0 0 0 0 5Zm-4.500 6c0-2.500 2-4 4.500-4s4.500 1.500 4.500 4m.5-6.200a2.300 2.300 0 0 0 0-4.300m3.500 10.500c0-2-1-3.300-2.500-3.800",
        ["key"] = "M5 11.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6Zm3-3h6.500v3m-2.500-3v2",
        ["screen"] = "M1.500 2.500h13v9h-13v-9ZM5.500 14h5M8 11.500V14",
        ["mail"] = "M1.500 3.500h13v9h-13v-9Zm0 .5L8 9l6.500-5",
        ["edit"] = "m2.500 13.500.7-3.200 7.800-7.800 2.500 2.500-7.800 7.800-3.200.7Z",
        ["plus"] = "M8 2.500v11M2.500 8h11",
        ["trash"] = "M2.500 4h11M6 4V2h4v2m-6 0 .7 10h6.600L12 4M6.700 7v4.500m2.600-4.500v4.500",
        ["warning"] = "M8 2 14.500 13.500h-13L8 2Zm0 4v4m0 1.800v.1",
        ["info"] = "M8 14.500a6.500 6.500 0 1 0 0-13 6.500 6.500 0 0 0 0 13ZM8 7v4.500M8 4.700v.1",
        ["organization"] = "M2.5 14.5v-13h7v13m0-8.5h4v8.5M1 14.5h14M5 4.5h2M5 7.5h2m-2 3h2",
        ["robot"] = "M3 6h10v7.500H3V6Zm5 0V3m-2.500 6.500h.1m4.800 0h.1M8 2.600h.1",
        ["card"] = "M2 2.500h12v11H2v-11Zm3 3h6m-6 2.500h6m-6 2.500h4",
    };

    /// <summary>Which one.</summary>
    public string Name { get; set; } = "";

    /// <inheritdoc />
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        output.TagName = "svg";
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("class", "icon");
        output.Attributes.SetAttribute("viewBox", "0 0 16 16");
        output.Attributes.SetAttribute("width", "16");
        output.Attributes.SetAttribute("height", "16");
        output.Attributes.SetAttribute("aria-hidden", "true");
        output.Content.SetHtmlContent($"<path d=\"{Drawings[Name]}\"/>");
    }
}
