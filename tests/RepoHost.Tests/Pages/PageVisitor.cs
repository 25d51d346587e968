using System.Net;
using System.Text.RegularExpressions;
using RepoHost.Tests.Hub;

namespace RepoHost.Tests.Pages;

/// <summary>One person's browser without a screen: keeps cookies, follows nothing, and sends forms with the field that the page gave it.</summary>
internal sealed partial class PageVisitor : IDisposable
{
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = true, CookieContainer = new CookieContainer() };
    private readonly HttpClient client;

    private PageVisitor(Uri address) => client = new HttpClient(handler) { BaseAddress = address };

    /// <summary>What the browser says of where a form comes from; null for one that says nothing.</summary>
    public string? FetchSite { get; set; }

    /// <summary>The session's cookie is there no more.</summary>
    public void LoseSession() => handler.CookieContainer.GetAllCookies().First(cookie => cookie.Name == RepoHost.Hosting.SiteCookies.Session).Expired = true;

    public async Task LogInAsync(HubApplication application, string name) => handler.CookieContainer.SetCookies(application.Address, await application.SignInAsync(name));

    /// <param name="name">Null for nobody.</param>
    public static async Task<PageVisitor> OpenAsync(HubApplication application, string? name)
    {
        var visitor = new PageVisitor(application.Address);
        if (name is not null)
            await visitor.LogInAsync(application, name);
        return visitor;
    }

    public Task<SeenPage> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    /// <summary>Opens a page and sends a form to it.</summary>
    public Task<SeenPage> PostAsync(string path, params IEnumerable<(string Name, string Value)> fields) => PostFromAsync(path, path, fields);

    /// <param name="from">The page that the form stands on.</param>
    public async Task<SeenPage> PostFromAsync(string from, string path, params IEnumerable<(string Name, string Value)> fields)
    {
        var page = await GetAsync(from);
        var csrf = CsrfField().Match(page.Html);
        return await PostWithoutFieldAsync(path, csrf.Success ? [("csrf", WebUtility.HtmlDecode(csrf.Groups[1].Value)), .. fields] : fields);
    }

    /// <summary>As another site's form is sent: with the cookies, without the page's own field.</summary>
    public Task<SeenPage> PostWithoutFieldAsync(string path, params IEnumerable<(string Name, string Value)> fields) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value))) });

    public void Dispose()
    {
        client.Dispose();
        handler.Dispose();
    }

    private async Task<SeenPage> SendAsync(HttpRequestMessage request)
    {
        using (request)
        {
            request.Headers.Add("Accept", "text/html");
            if (FetchSite is not null)
                request.Headers.Add("Sec-Fetch-Site", FetchSite);
            using var answer = await client.SendAsync(request);
            return new((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer.Headers.Location?.OriginalString);
        }
    }

    [GeneratedRegex("""name="csrf"[^>]*value="([^"]+)""")]
    private static partial Regex CsrfField();
}

/// <summary>A page as it came.</summary>
internal sealed partial record SeenPage(int Status, string Html, string? Location)
{
    /// <summary>What a reader sees: without tags, white space of any length one space.</summary>
    public string Text => WhiteSpace().Replace(WebUtility.HtmlDecode(Tags().Replace(Html, " ")), " ");

    /// <summary>The value of the first such attribute; null without one.</summary>
    public string? Attribute(string name) =>
        Regex.Match(Html, $"\\s{Regex.Escape(name)}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    /// <summary>The values of all such attributes, in the order of the page.</summary>
    public IReadOnlyList<string> Attributes(string name) =>
        [.. Regex.Matches(Html, $"\\s{Regex.Escape(name)}=\"([^\"]*)\"").Select(match => WebUtility.HtmlDecode(match.Groups[1].Value))];

    /// <summary>The text of the first element with such an attribute; for elements that hold none of their own kind.</summary>
    public string? TextOf(string attribute) =>
        Regex.Match(Html, $"<(\\w+)[^>]*\\s{Regex.Escape(attribute)}[\\s=>].*?</\\1>", RegexOptions.Singleline) is { Success: true } match
            ? new SeenPage(Status, match.Value, null).Text.Trim() : null;

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tags();

    [GeneratedRegex("\\s+")]
    private static partial Regex WhiteSpace();
}
