using RepoHost.Pages.Account;
using Xunit;

namespace RepoHost.Tests.Pages;

public sealed class BrowserNamesTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36", "Chrome on Windows")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0", "Edge on Windows")]
    [InlineData("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Safari/605.1.15", "Safari on macOS")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 18_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.4 Mobile/15E148 Safari/604.1", "Safari on iPhone")]
    [InlineData("Mozilla/5.0 (Linux; Android 15; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Mobile Safari/537.36", "Chrome on Android")]
    [InlineData("Firefox/1", "Firefox")]
    [InlineData("curl/8.14.1", "curl/8.14.1")]
    [InlineData("", "Unknown browser")]
    [InlineData("  ", "Unknown browser")]
    public void A_browser_and_its_machine_are_told_in_words(string agent, string name) => Assert.Equal(name, BrowserNames.Of(agent));

    [Fact]
    public void Of_what_is_no_browser_the_beginning_is_told() => Assert.Equal(new string('x', 60) + "…", BrowserNames.Of(new string('x', 256)));
}
