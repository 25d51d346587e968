using System.Net;
using System.Text.RegularExpressions;
using Xunit;

namespace RepoHost.Tests.Pages;

public sealed class CookieTests
{
    [Fact]
    public async Task Behind_a_proxy_with_TLS_every_cookie_is_sent_over_TLS_only_and_belongs_to_this_site_alone()
    {
        await using var world = new Proxied();
        await world.InitializeAsync();
        await world.AddAsync("ada");
        using var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = world.Address };

        using var page = await client.GetAsync("/login", TestContext.Current.CancellationToken);
        var html = await page.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var csrf = Regex.Match(html, "name=\"csrf\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        var cookies = page.Headers.GetValues("Set-Cookie").ToList();
        using var send = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string> { ["name"] = "ada", ["password"] = AccountsWorld.Password, ["csrf"] = csrf }),
        };
        send.Headers.Add("Cookie", cookies[0].Split(';')[0]);
        using var answer = await client.SendAsync(send, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode);
        cookies.AddRange(answer.Headers.GetValues("Set-Cookie"));

        Assert.Equal(["repohost-csrf", "repohost-session"], cookies.Select(c => c.Split('=')[0]));
        foreach (var cookie in cookies)
        {
            foreach (var word in (string[])["; secure", "; httponly", "; samesite=lax", "; path=/"])
                Assert.Contains(word, cookie, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("domain=", cookie, StringComparison.OrdinalIgnoreCase);
        }
    }

    private sealed class Proxied : AccountsWorld
    {
        protected override IEnumerable<string> Settings => ["--RepoHost:PublicUrl=https://hub.example.org"];
    }
}
