using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages;

public sealed class SetupTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_code_of_the_start_makes_the_first_administrator_and_then_there_is_no_such_page()
    {
        await using var world = new AccountsWorld();
        await world.InitializeAsync();
        using var browser = world.Browser();
        Assert.Equal(404, (await browser.GetAsync("/setup")).Status);
        Assert.Equal(404, (await browser.PostAsync("/setup", await browser.CsrfAsync("/login"), ("code", ""), ("name", "boss"))).Status);

        var code = (await world.Services.GetRequiredService<FirstAdministrator>().OpenAsync(Cancel))!;
        var wrong = await SendAsync(browser, code[..^1] + "1", "boss");
        Assert.Equal("This is not the code of the server's last start.", wrong.ErrorOf("code"));
        Assert.StartsWith("A name has", (await SendAsync(browser, code, "x")).ErrorOf("name"), StringComparison.Ordinal);
        Assert.Null(await world.Services.UsersAsync("boss"));

        Assert.Equal((303, "/"), await SendAsync(browser, $" {code} ", "boss") is var done ? (done.Status, done.Location) : default);
        Assert.Equal("boss", await browser.WhoAsync());
        Assert.True((await world.FindAsync("boss")).IsAdministrator);
        Assert.Equal(404, (await browser.GetAsync("/setup")).Status);
        Assert.Equal(404, (await browser.PostAsync("/setup", await browser.CsrfAsync("/settings/profile"), ("code", code), ("name", "second"))).Status);
    }

    [Fact]
    public async Task An_administrator_added_by_command_ends_it()
    {
        await using var world = new AccountsWorld();
        await world.InitializeAsync();
        await world.Services.GetRequiredService<FirstAdministrator>().OpenAsync(Cancel);
        using var browser = world.Browser();
        Assert.Equal(200, (await browser.GetAsync("/setup")).Status);
        await world.Services.GetRequiredService<UserAccounts>().AddAsync("boss", "boss@example.org", null, null, isAdministrator: true, Cancel);
        Assert.Equal(404, (await browser.GetAsync("/setup")).Status);
    }

    private static Task<PageAnswer> SendAsync(PageClient browser, string code, string name) =>
        browser.SendAsync("/setup", ("code", code), ("name", name), ("email", $"{name}@example.org"), ("password", AccountsWorld.Password));
}
