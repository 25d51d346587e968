using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RepoHost.Tests.Accounts;
using Xunit;

namespace RepoHost.Tests.Pages;

/// <summary>Passwords and mail addresses never reach a log, even the most verbose one; the secret part of a mailed link is in none that anybody would keep (threat rows 29, 30).</summary>
public sealed class AccountSecretsTests(AccountSecretsTests.World world) : IClassFixture<AccountSecretsTests.World>
{
    private const string First = "first-secret-password";
    private const string Second = "second-secret-password";
    private const string Wrong = "wrong-secret-password";

    [Fact]
    public async Task Nothing_secret_is_logged()
    {
        using var browser = world.Browser();
        await browser.SendAsync("/join", ("name", "nora"), ("email", "nora-secret@example.org"), ("password", First));
        await browser.SendAsync("/settings/password", ("current", Wrong), ("password", Second));
        await browser.SendAsync("/settings/password", ("current", First), ("password", Second));
        using var another = world.Browser();
        await another.LoginAsync("nora-secret@example.org", Wrong);
        await another.LoginAsync("nobody-secret@example.org", Wrong);
        await another.SendAsync("/password-reset", ("email", "nora-secret@example.org"));
        var reset = (await world.Mails.LastToAsync("nora-secret@example.org", "Set a new password")).PathOf("/password-reset/");
        Assert.Equal(303, (await another.SendAsync(reset, ("password", First))).Status);

        var said = world.Logs.Text;
        Assert.Contains("/join", said, StringComparison.Ordinal);
        foreach (var secret in new[] { First, Second, Wrong, "nora-secret@example.org", "nobody-secret@example.org" })
            Assert.DoesNotContain(secret, said, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(
            said.Split('\n'),
            line => line.Contains(reset["/password-reset/".Length..], StringComparison.Ordinal) && !line.StartsWith("Debug", StringComparison.Ordinal) && !line.StartsWith("Trace", StringComparison.Ordinal) && !line.StartsWith("scope", StringComparison.Ordinal));
    }

    public sealed class World : AccountsWorld
    {
        internal CapturedLogs Logs { get; } = new();

        protected override IEnumerable<string> Settings =>
            ["--Accounts:AttemptsPerAddress=100000", "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace", "--Logging:LogLevel:Microsoft.EntityFrameworkCore=Trace", "--Logging:Console:LogLevel:Default=None"];

        protected override Task FillAsync()
        {
            Services.GetRequiredService<ILoggerFactory>().AddProvider(Logs);
            return Task.CompletedTask;
        }
    }
}
