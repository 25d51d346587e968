using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Mails;

/// <summary><c>mail test ADDRESS</c> against real mail servers: what it says when it works, and when it does not.</summary>
public sealed class MailTestCommandTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly Certificates certificates = new();

    public void Dispose()
    {
        folder.Dispose();
        certificates.Dispose();
    }

    [Fact]
    public async Task A_plain_server_takes_it()
    {
        await using var post = await MailServer.StartAsync();
        var told = await TestAsync(post.Settings());
        Assert.Equal((0, $"The test mail to ada@example.org was taken by the mail server 127.0.0.1:{post.Port} (None).\n", ""), (told.ExitCode, told.Output, told.Errors));
        var mail = Assert.Single(post.Mails());
        Assert.Equal(("hub@hub.example", "ada@example.org", "Test mail from RepoHost"), (mail.Headers["X-MailFrom"], mail.Headers["X-RcptTo"], mail.Subject));
        Assert.Contains("This is a test mail.", mail.TextBody, StringComparison.Ordinal);
        Assert.Contains("This is a test mail.", mail.HtmlBody, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task Encryption_and_a_password_together(string security)
    {
        await using var post = await StartAsync(security);
        var told = await TestAsync(Trusting(post.Settings(security, "hub", "a password: ü")));
        Assert.Equal((0, ""), (told.ExitCode, told.Errors));
        var mail = Assert.Single(post.Mails());
        Assert.Equal(("True", "hub"), (mail.Headers["X-Tls"], mail.Headers["X-User"]));
    }

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task A_wrong_password_is_said_and_not_shown(string security)
    {
        await using var post = await StartAsync(security);
        await FailsAsync(Trusting(post.Settings(security, "hub", "not the password")), "The server refused the user name or the password");
        Assert.Empty(post.Mails());
    }

    [Theory]
    [InlineData("StartTls")]
    [InlineData("Tls")]
    public async Task A_certificate_that_the_machine_does_not_trust_gets_no_password(string security)
    {
        await using var post = await StartAsync(security);
        await FailsAsync(post.Settings(security, "hub", "a password: ü"), "No encrypted connection could be made");
        Assert.Empty(post.Mails());
    }

    [Fact]
    public async Task A_server_without_encryption_gets_no_mail_where_it_is_asked_for()
    {
        await using var post = await MailServer.StartAsync();
        await FailsAsync(post.Settings("StartTls"), "The server does not offer what the settings ask for");
        await FailsAsync(post.Settings("Tls"), "No encrypted connection could be made");
        Assert.Empty(post.Mails());
    }

    [Fact]
    public async Task A_server_that_wants_a_password_says_so()
    {
        await using var post = await MailServer.StartAsync("--user", "hub", "--password", "secret");
        await FailsAsync(post.Settings(), "The server wants a user name and a password; set Mail:Smtp:User and Mail:Smtp:Password.");
    }

    [Fact]
    public async Task A_refused_recipient_is_told_in_the_servers_own_words()
    {
        await using var post = await MailServer.StartAsync("--refuse", "ada@example.org");
        await FailsAsync(post.Settings(), "The server refused the recipient: 550", "there is nobody of this name");
    }

    [Fact]
    public async Task A_server_that_is_not_there()
    {
        var settings = new Dictionary<string, string> { ["Mail__From"] = "hub@hub.example", ["Mail__Smtp__Host"] = "127.0.0.1", ["Mail__Smtp__Port"] = "1", ["Mail__Smtp__Security"] = "None" };
        await FailsAsync(settings, "The server could not be reached");
    }

    [Fact]
    public async Task Without_a_mail_server_it_is_a_file()
    {
        var told = await TestAsync([]);
        Assert.Equal((0, ""), (told.ExitCode, told.Errors));
        Assert.Contains($"was taken by files in {folder.File("data")}", told.Output, StringComparison.Ordinal);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(folder.File("data"), "mail"), "*.eml"));
    }

    [Fact]
    public async Task Settings_that_can_not_work_are_named()
    {
        var told = await TestAsync(new() { ["Mail__Smtp__Host"] = "smtp.example.org", ["Mail__Smtp__Security"] = "Ssl" });
        Assert.Equal((1, ""), (told.ExitCode, told.Output));
        Assert.Contains("Mail:From is missing", told.Errors, StringComparison.Ordinal);
        Assert.Contains("the valid names are None, StartTls, Tls", told.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_no_address_is_said()
    {
        var told = await TestAsync([], "ada");
        Assert.Equal((1, "", "repohost: ada is not a mail address.\n"), (told.ExitCode, told.Output, told.Errors));
    }

    private Task<MailServer> StartAsync(string security) =>
        MailServer.StartAsync(["--certificate", certificates.Server, "--user", "hub", "--password", "a password: ü", .. security == "Tls" ? ["--tls"] : Array.Empty<string>()]);

    private Dictionary<string, string> Trusting(Dictionary<string, string> settings)
    {
        settings["SSL_CERT_FILE"] = certificates.Authority;
        return settings;
    }

    private async Task FailsAsync(Dictionary<string, string> settings, params string[] sentences)
    {
        var told = await TestAsync(settings);
        Assert.Equal((1, ""), (told.ExitCode, told.Output));
        Assert.StartsWith("repohost: The test mail was not sent by way of the mail server 127.0.0.1:", told.Errors, StringComparison.Ordinal);
        foreach (var sentence in sentences)
            Assert.Contains(sentence, told.Errors, StringComparison.Ordinal);
        if (settings.TryGetValue("Mail__Smtp__Password", out var password))
            Assert.DoesNotContain(password, told.Errors, StringComparison.Ordinal);
    }

    private Task<ProgramResult> TestAsync(Dictionary<string, string> settings, string address = "ada@example.org")
    {
        settings["RepoHost__DataDirectory"] = folder.File("data");
        settings["DOTNET_ENVIRONMENT"] = settings["ASPNETCORE_ENVIRONMENT"] = "Production";
        return ChildProgram.RunAsync("dotnet", [Paths.ServerProgram, "mail", "test", address], settings, folder.Location, cancellationToken: TestContext.Current.CancellationToken);
    }
}
