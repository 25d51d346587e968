using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Somebody with a browser that keeps cookies, follows nothing by itself, and sends forms as they are on the page.</summary>
internal sealed partial class PageClient : IDisposable
{
    private readonly HttpClient _client;

    /// <param name="agent">What it calls itself; null for nothing.</param>
    public PageClient(Uri address, string? agent = null)
    {
        Address = address;
        _client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = Cookies }) { BaseAddress = address };
        _client.DefaultRequestHeaders.Accept.ParseAdd("text/html");
        if (agent is not null)
            _client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", agent);
    }

    public Uri Address { get; }

    public CookieContainer Cookies { get; } = new();

    /// <summary>What somebody has who copied the cookies.</summary>
    public PageClient Copy()
    {
        var copy = new PageClient(Address);
        foreach (var cookie in Cookies.GetCookies(Address).Cast<Cookie>())
            copy.Cookies.Add(Address, new Cookie(cookie.Name, cookie.Value));
        return copy;
    }

    public async Task<PageAnswer> GetAsync(string path)
    {
        using var answer = await _client.GetAsync(path, TestContext.Current.CancellationToken);
        return await PageAnswer.ReadAsync(answer);
    }

    /// <summary>Opens the page and sends its form with these fields.</summary>
    public async Task<PageAnswer> SendAsync(string page, params (string Name, string Value)[] fields) => await PostAsync(page, await CsrfAsync(page), fields);

    /// <summary>The form's own field against forgery, to send many at once.</summary>
    public async Task<string> CsrfAsync(string page)
    {
        var shown = await GetAsync(page);
        return CsrfField().Match(shown.Html) is { Success: true } found ? found.Groups["value"].Value : throw new InvalidOperationException($"{page} has no form: {shown.Status} {shown.Html}");
    }

    public async Task<PageAnswer> PostAsync(string path, string csrf, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Append((Name: "csrf", Value: csrf)).Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var answer = await _client.PostAsync(path, content, TestContext.Current.CancellationToken);
        return await PageAnswer.ReadAsync(answer);
    }

    /// <summary>Null when nobody is logged in.</summary>
    public async Task<string?> WhoAsync()
    {
        var home = await GetAsync("/");
        return AccountMenu().Match(home.Html) is { Success: true } menu ? menu.Groups["name"].Value : null;
    }

    public Task<PageAnswer> LoginAsync(string name, string password) => SendAsync("/login", ("name", name), ("password", password));

    public void Dispose() => _client.Dispose();

    [GeneratedRegex("""<input name="csrf" type="hidden" value="(?<value>[^"]+)" """)]
    private static partial Regex CsrfField();

    [GeneratedRegex("data-menu=\"account\".*?<span class=\"name\">(?<name>[^<]+)<", RegexOptions.Singleline)]
    private static partial Regex AccountMenu();
}

/// <param name="Location">Where it leads to; null for a page.</param>
internal sealed record PageAnswer(int Status, string? Location, string Html, IReadOnlyList<string> SetCookies, string? RetryAfter)
{
    /// <summary>The errors above the form, as text.</summary>
    public string Faults => Html.Contains("data-faults", StringComparison.Ordinal)
        ? WebUtility.HtmlDecode(Regex.Replace(Regex.Match(Html, "data-faults[^>]*>(.*?)</div>", RegexOptions.Singleline).Groups[1].Value, "<[^>]+>", " ")).Trim()
        : "";

    /// <summary>The error beside a field; null without one.</summary>
    public string? ErrorOf(string field) => Regex.Match(Html, $"<p class=\"error\" id=\"{field}-error\">([^<]*)<") is { Success: true } error ? WebUtility.HtmlDecode(error.Groups[1].Value) : null;

    public static async Task<PageAnswer> ReadAsync(HttpResponseMessage answer) => new(
        (int)answer.StatusCode,
        answer.Headers.Location?.ToString(),
        await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken),
        answer.Headers.TryGetValues("Set-Cookie", out var cookies) ? [.. cookies] : [],
        answer.Headers.RetryAfter?.ToString());
}
