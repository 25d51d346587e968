using Ganss.Xss;

namespace RepoHost.Pages.Markup;

/// <summary>The last word on what a stranger's text puts into a page. <see cref="MarkupCleaner"/> has written it; this one trusts nobody.</summary>
internal static class SafeHtml
{
    /// <summary>Never changed once it is made, so it may be shared.</summary>
    private static readonly HtmlSanitizer Sanitizer = Build();

    public static string Of(string html) => Sanitizer.Sanitize(html);

    private static HtmlSanitizer Build()
    {
        var sanitizer = new HtmlSanitizer(new HtmlSanitizerOptions
        {
            AllowedTags = new HashSet<string>(MarkupRules.Elements, StringComparer.OrdinalIgnoreCase),
            AllowedAttributes = new HashSet<string>(MarkupRules.Attributes, StringComparer.OrdinalIgnoreCase),
            AllowedSchemes = new HashSet<string>(MarkupRules.Schemes, StringComparer.OrdinalIgnoreCase),
            UriAttributes = new HashSet<string>(["href", "src"], StringComparer.OrdinalIgnoreCase),
            AllowedCssProperties = new HashSet<string>(),
            AllowedAtRules = new HashSet<AngleSharp.Css.Dom.CssRuleType>(),
            AllowDataAttributes = false,
        });
        sanitizer.AllowedClasses.UnionWith(MarkupRules.Classes);
        sanitizer.KeepChildNodes = true;
        return sanitizer;
    }
}
