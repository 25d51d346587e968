using System.Text.Json;
using Microsoft.Playwright;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Browser;

/// <summary>
/// Every page as those see it who use it: it opens, axe-core finds nothing, the browser complains about nothing, and nobody scrolls sideways; in light, dark and on a
/// phone. The pictures are in TestResults/pages; UPDATE_GOLDEN=1 puts them into docs/images, where docs/pages.md shows them.
/// </summary>
public sealed class EveryPageTests(World world, Chromium chromium) : IClassFixture<StartedWorld>
{
    public static TheoryData<string> Looks => ["light", "dark", "phone"];

    [Theory]
    [MemberData(nameof(Looks))]
    public async Task Every_page_opens_is_accessible_and_fits(string look)
    {
        var repository = await world.NewRepositoryAsync();
        var (owner, asker, pending) = (await world.NewPersonAsync("--admin"), await world.NewPersonAsync(), await world.NewPersonAsync());
        await world.Server.RunAsync("org", "member", "acme", owner, "--role", "admin");
        await world.AskAsync(repository, await world.Server.AddTokenAsync(pending, "read"), World.Answers);
        using var api = world.Server.As(null);
        var commit = JsonDocument.Parse(await api.GetStringAsync($"/api/models/{World.Open}", TestContext.Current.CancellationToken)).RootElement.GetProperty("sha").GetString();
        var faults = new List<string>();

        await VisitAsync(null, look, faults,
        [
            ("home", "/"), ("models", "/models"), ("datasets", "/datasets"), ("spaces", "/spaces"), ("organization", "/acme"), ("login", "/login"), ("join", "/join"),
            ("password-reset", "/password-reset"), ("gate-of-nobody", $"/{repository}"), ("refused", $"/{repository}/blob/main/config.json"), ("missing", "/acme/there-is-none"),
        ]);
        await VisitAsync(asker, look, faults,
        [
            ("home-of-a-person", "/"), ("gate-form", $"/{repository}"), ("model", $"/{World.Open}"), ("dataset", $"/datasets/{World.Dataset}"), ("files", $"/{World.Open}/tree/main"),
            ("file", $"/{World.Open}/blob/main/config.json"), ("commits", $"/{World.Open}/commits/main"), ("commit", $"/{World.Open}/commit/{commit}"), ("branches", $"/{World.Open}/refs"), ("profile", "/settings/profile"),
            ("password", "/settings/password"), ("sessions", "/settings/sessions"), ("account", "/settings/account"), ("notifications", "/settings/notifications"), ("organizations", "/settings/organizations"),
            ("organization-new", "/organizations/new"), ("tokens", "/settings/tokens"), ("token-new", "/settings/tokens/new"), ("my-requests", "/settings/gated-repos"), ("new-repository", "/new"),
            ("device", "/oauth/device/verify"), ("person", "/author"), ("logout", "/logout"),
        ]);
        await VisitAsync(pending, look, faults, [("gate-pending", $"/{repository}"), ("my-requests-pending", "/settings/gated-repos")]);
        await VisitAsync(owner, look, faults,
        [
            ("home-of-an-author", "/"), ("repository-settings", $"/{repository}/settings"), ("access-requests", $"/{repository}/settings/access-requests"), ("gate-of-an-author", $"/{repository}"),
            ("upload", $"/{repository}/upload/main"), ("edit", $"/{repository}/edit/main/README.md"), ("delete-file", $"/{repository}/delete/main/config.json"), ("organization-settings", "/organizations/acme/settings"),
            ("organization-members", "/organizations/acme/settings/members"), ("service-accounts", "/organizations/acme/settings/service-accounts"), ("admin", "/admin"), ("admin-new", "/admin/new"), ("admin-person", $"/admin/people/{asker}"),
        ]);
        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    /// <summary>In pixels: of a long diff its beginning is enough.</summary>
    private const int TallestPicture = 3500;

    private static readonly string Shown = File.ReadAllText(Path.Combine(Paths.Root, "docs", "pages.md"));

    private async Task VisitAsync(string? person, string look, List<string> faults, (string Name, string Path)[] pages)
    {
        await using var browser = await chromium.OpenAsync(
            world.Server, colors: look == "dark" ? ColorScheme.Dark : ColorScheme.Light, viewport: look == "phone" ? new() { Width = 390, Height = 844 } : new() { Width = 1280, Height = 800 });
        if (person is not null)
            await browser.LoginAsync(person);
        foreach (var (name, path) in pages)
        {
            try
            {
                var status = await browser.GoAsync(path);
                await PictureAsync(browser, $"{name}-{look}.png");
                Assert.Equal((path, Expected(name)), (path, status));
                Assert.Contains($"(images/{name}-{look}.png)", Shown, StringComparison.Ordinal);
                await browser.AccessibleAsync();
                await browser.FitsAsync();
            }
            catch (Exception e) when (e is Xunit.Sdk.IAssertionException or PlaywrightException)
            {
                faults.Add($"{name} ({look}): {e.Message}");
            }
        }
    }

    private static int Expected(string name) => name switch { "refused" => 401, "missing" => 401, _ => 200 };

    private static async Task PictureAsync(SiteBrowser browser, string name)
    {
        var golden = Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1";
        var folder = Directory.CreateDirectory(golden ? Path.Combine(Paths.Root, "docs", "images") : Path.Combine(Paths.Root, "TestResults", "pages")).FullName;
        var (width, height) = (browser.Page.ViewportSize!.Width, await browser.Page.EvaluateAsync<int>("document.documentElement.scrollHeight"));
        await browser.Page.ScreenshotAsync(new()
        {
            Path = Path.Combine(folder, name),
            FullPage = true,
            Clip = new() { Width = width, Height = Math.Min(height, TallestPicture) },
            Animations = ScreenshotAnimations.Disabled,
        });
    }
}
