namespace RepoHost.Pages.Account;

/// <summary>A browser and its machine in words, by what it calls itself (<c>User-Agent</c>). It proves nothing: anything can call itself anything.</summary>
internal static class BrowserNames
{
    public const string Unknown = "Unknown browser";

    private const int LongestOther = 60;

    /// <summary>In this order: most of them also name those that they are like, Chrome and Safari.</summary>
    private static readonly (string Word, string Name)[] Browsers =
    [
        ("Edg/", "Edge"), ("EdgA/", "Edge"), ("EdgiOS/", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"),
        ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("HeadlessChrome/", "Chrome"), ("Chrome/", "Chrome"), ("CriOS/", "Chrome"), ("Safari/", "Safari"),
    ];

    /// <summary>Phones name the systems that theirs come from.</summary>
    private static readonly (string Word, string Name)[] Systems =
    [
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Mac OS X", "macOS"), ("Linux", "Linux"),
    ];

    /// <returns>"Firefox on Linux"; of what is no browser the beginning of its own words.</returns>
    public static string Of(string agent)
    {
        var browser = Array.Find(Browsers, b => agent.Contains(b.Word, StringComparison.Ordinal)).Name;
        var system = Array.Find(Systems, s => agent.Contains(s.Word, StringComparison.Ordinal)).Name;
        return (browser, system) switch
        {
            (not null, not null) => $"{browser} on {system}",
            (not null, null) => browser,
            _ when string.IsNullOrWhiteSpace(agent) => Unknown,
            _ => agent.Length <= LongestOther ? agent : agent[..LongestOther] + "…",
        };
    }
}
