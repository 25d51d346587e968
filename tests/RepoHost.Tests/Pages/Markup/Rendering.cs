using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;
using RepoHost.Pages;
using RepoHost.Pages.Markup;
using Xunit;

namespace RepoHost.Tests.Pages.Markup;

/// <summary>Renders a text as the card of acme/tiny, and looks at what a browser makes of the result.</summary>
internal static partial class Rendering
{
    public const string Address = "http://hub.example:5080";

    private static readonly HashSet<string> AllowedAttributes =
        ["align", "alt", "aria-label", "class", "colspan", "dir", "height", "href", "id", "lang", "loading", "open", "rel", "role", "rowspan", "scope", "src", "start", "tabindex", "title", "valign", "width"];

    public static readonly HashSet<string> Forbidden =
        ["script", "style", "svg", "math", "iframe", "object", "embed", "form", "input", "button", "textarea", "select", "base", "meta", "link", "title", "template", "noscript", "video", "audio", "source", "portal", "frameset", "html", "body", "head"];

    private static readonly PublicUrl PublicUrl = new(Options.Create(new RepoHostOptions { PublicUrl = Address }), null!);

    internal static readonly RepositoryRecord Record = new()
    {
        Id = "000000000000000000000001",
        Type = RepositoryType.Model,
        Namespace = "acme",
        Name = "tiny",
        FullName = "acme/tiny",
        OwnerName = "acme",
        CreatedById = "000000000000000000000002",
    };

    /// <summary>With less time than the server gives, so that the tests of hostile texts take less as well.</summary>
    public static TextRenderer Renderer() => new(new SiteLinks(PublicUrl), PublicUrl, TimeProvider.System) { LongestParse = TimeSpan.FromSeconds(0.5) };

    public static MarkupLinks Links() => new(new SiteLinks(PublicUrl), Address, new MarkupPlace(Record, "main"), "card-");

    public static RenderedText Of(string markdown, bool pictures = true, string folder = "")
    {
        using var renderer = Renderer();
        return renderer.Render(markdown, new MarkupPlace(Record, "main", folder, pictures));
    }

    public static string Html(string markdown, bool pictures = true) => Of(markdown, pictures).Html.Replace("\n", "", StringComparison.Ordinal);

    /// <summary>What a browser has in its tree when the text stands in a page of ours.</summary>
    public static IElement Dom(string html)
    {
        var document = new HtmlParser(new HtmlParserOptions { IsScripting = true })
            .ParseDocument($"<!DOCTYPE html><html><head><title>x</title></head><body><main id=main><div id=text>{html}</div><p id=after>after</p></main></body></html>");
        Assert.Equal("after", document.GetElementById("after")!.TextContent);
        Assert.Equal("main", document.GetElementById("after")!.ParentElement!.Id);
        return document.GetElementById("text")!;
    }

    /// <summary>Nothing in it runs, loads from elsewhere, sends, or passes for a part of the page.</summary>
    public static void IsSafe(string html)
    {
        foreach (var element in Dom(html).QuerySelectorAll("*"))
        {
            Assert.DoesNotContain(element.LocalName, Forbidden);
            Assert.Equal("http://www.w3.org/1999/xhtml", element.NamespaceUri);
            foreach (var attribute in element.Attributes)
            {
                Assert.True(AllowedAttributes.Contains(attribute.Name), $"<{element.LocalName} {attribute.Name}=\"{attribute.Value}\"> in {html[..Math.Min(500, html.Length)]}");
                if (attribute.Name == "href")
                    Assert.Matches(SafeTarget(), attribute.Value);
                if (attribute.Name == "src")
                    Assert.Matches("^/[^/\\\\].*/resolve/", attribute.Value);
                if (attribute.Name == "id")
                    Assert.StartsWith("card-", attribute.Value, StringComparison.Ordinal);
            }
        }
    }

    [GeneratedRegex(@"^(https?://[^\s]|mailto:|#card-|/[^/\\]|/$)")]
    private static partial Regex SafeTarget();
}
