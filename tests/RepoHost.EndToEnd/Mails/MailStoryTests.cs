using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using MimeKit;
using RepoHost.EndToEnd.Support;
using Xunit;

namespace RepoHost.EndToEnd.Mails;

/// <summary>The built server and a real mail server: what comes out of the one is what arrives at the other.</summary>
public sealed class MailStoryTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Author_and_reader_hear_of_each_other_in_both_parts_of_every_mail_and_no_log_names_them()
    {
        await using var post = await MailServer.StartAsync();
        var settings = post.Settings();
        settings["Logging__LogLevel__Default"] = "Trace";
        settings["Logging__LogLevel__Microsoft"] = "Trace";
        await using var hub = await HubServer.StartAsync(settings);
        var author = await hub.AddPersonAsync("author", "write");
        var reader = await hub.AddPersonAsync("reader");
        await AddGatedAsync(hub);

        await AskAsync(hub, reader);
        CheckParts(
            (await post.WaitAsync(1))[^1], "author@example.org", "reader asks for access to author/gated", "Reader Example", "reader@example.org", $"{hub.Base}/author/gated/settings/access-requests");
        await ReviewAsync(hub, author, """{"user":"reader","status":"rejected","rejectionReason":"<b>No</b> company of that name"}""");
        var rejected = (await post.WaitAsync(2))[^1];
        CheckParts(rejected, "reader@example.org", "Your request for author/gated was rejected", $"{hub.Base}/author/gated");
        Assert.Contains("> <b>No</b> company of that name", rejected.TextBody, StringComparison.Ordinal);
        Assert.Contains("&lt;b&gt;No&lt;/b&gt; company of that name", rejected.HtmlBody, StringComparison.Ordinal);
        await ReviewAsync(hub, author, """{"user":"reader","status":"reset","resetReason":"Please try again"}""");
        CheckParts((await post.WaitAsync(3))[^1], "reader@example.org", "Your request for author/gated was reset", "Please try again", $"{hub.Base}/author/gated");
        await AskAsync(hub, reader);
        await post.WaitAsync(4);
        await ReviewAsync(hub, author, """{"user":"reader","status":"accepted"}""");
        CheckParts((await post.WaitAsync(5))[^1], "reader@example.org", "Your request for author/gated was accepted", "download its files now", $"{hub.Base}/author/gated");

        await hub.Program.TerminateAsync(Cancelled);
        Assert.Equal(5, post.Mails().Count);
        Assert.Contains("Mail 5 (Decision) is sent", hub.Program.Said, StringComparison.Ordinal);
        Assert.DoesNotContain("@example.org", hub.Program.Said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Without_a_mail_server_the_same_mails_are_files()
    {
        await using var hub = await HubServer.StartAsync(new Dictionary<string, string> { ["Gating__AllowRequestsByToken"] = "true" });
        await hub.AddPersonAsync("author", "write");
        var reader = await hub.AddPersonAsync("reader");
        await AddGatedAsync(hub);
        await AskAsync(hub, reader);
        var folder = Path.Combine(hub.Folder, "data", "mail");
        while (!Directory.Exists(folder) || !Directory.EnumerateFiles(folder, "*.eml").Any())
            await Task.Delay(100, Cancelled);
        using var mail = await MimeMessage.LoadAsync(Assert.Single(Directory.EnumerateFiles(folder)), Cancelled);
        CheckParts(mail, "author@example.org", "reader asks for access to author/gated", "Reader Example");
        Assert.Equal("no-reply@127.0.0.1", mail.From.Mailboxes.Single().Address);
    }

    [Fact]
    public async Task Of_two_servers_on_one_database_each_mail_comes_once()
    {
        await using var post = await MailServer.StartAsync();
        await using var hub = await HubServer.StartAsync(post.Settings());
        await hub.AddPersonAsync("author", "write");
        await AddGatedAsync(hub);
        var readers = new List<string>();
        for (var i = 0; i < 6; i++)
            readers.Add(await hub.AddPersonAsync($"reader{i}"));
        await using var second = await hub.StartAnotherAsync();
        var granter = await hub.AddTokenAsync("author", "write");
        await Task.WhenAll(Enumerable.Range(0, readers.Count).Select(async i =>
        {
            using var response = await (i % 2 == 0 ? hub : second).As(granter).PostAsJsonAsync("/api/models/author/gated/user-access-request/grant", new { user = $"reader{i}" }, Cancelled);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }));
        await post.WaitAsync(readers.Count);
        await hub.Program.TerminateAsync(Cancelled);
        await second.Program.TerminateAsync(Cancelled);
        Assert.Equal(readers.Count, post.Mails().Select(mail => mail.To.ToString()).Distinct().Count());
        Assert.Equal(readers.Count, post.Mails().Count);
    }

    [Fact]
    public async Task A_refused_recipient_is_given_up_and_the_others_get_their_mail()
    {
        await using var post = await MailServer.StartAsync("--refuse", "author@example.org");
        await using var hub = await HubServer.StartAsync(post.Settings());
        var reader = await hub.AddPersonAsync("reader");
        foreach (var name in (string[])["author", "second", "third"])
            await hub.AddPersonAsync(name, "write");
        await hub.RunAsync("org", "add", "acme", "--admin", "author");
        await hub.RunAsync("org", "member", "acme", "second", "--role", "admin");
        await hub.RunAsync("org", "member", "acme", "third", "--role", "admin");
        await AddGatedAsync(hub, "acme/gated", "author");
        await AskAsync(hub, reader, "acme/gated");
        var mails = await post.WaitAsync(2);
        Assert.Equal(["second@example.org", "third@example.org"], mails.Select(mail => mail.Headers["X-RcptTo"]).Order(StringComparer.Ordinal));
        await hub.Program.WaitForLineAsync(new("is given up after attempt 1: smtp 550"), Cancelled);
        Assert.DoesNotContain("@example.org", hub.Program.Said, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task What_is_asked_while_the_mail_server_is_down_and_the_hub_is_killed_arrives_when_both_are_back()
    {
        // A port that nothing listens on: it was the system's choice a moment ago.
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        await using var hub = await HubServer.StartAsync(new Dictionary<string, string>
        {
            ["Mail__From"] = "hub@hub.example",
            ["Mail__Smtp__Host"] = "127.0.0.1",
            ["Mail__Smtp__Port"] = $"{port}",
            ["Mail__Smtp__Security"] = "None",
            ["Gating__AllowRequestsByToken"] = "true",
        });
        await hub.AddPersonAsync("author", "write");
        var reader = await hub.AddPersonAsync("reader");
        await AddGatedAsync(hub);
        await AskAsync(hub, reader);
        await hub.Program.WaitForLineAsync(new("The mail server takes no mail at the moment: connect"), Cancelled);
        await hub.KillAndRestartAsync(withChildren: false);
        await using var post = await MailServer.StartAsync("--port", $"{port}");
        Assert.Equal("author@example.org", (await post.WaitAsync(1))[0].Headers["X-RcptTo"]);
        await hub.RestartAsync();
        await hub.Program.TerminateAsync(Cancelled);
        Assert.Single(post.Mails());
    }

    [Fact]
    public async Task A_mail_server_that_never_answers_holds_up_neither_requests_nor_the_end()
    {
        using var mute = new TcpListener(IPAddress.Loopback, 0);
        mute.Start();
        await using var hub = await HubServer.StartAsync(new Dictionary<string, string>
        {
            ["Mail__From"] = "hub@hub.example",
            ["Mail__Smtp__Host"] = "127.0.0.1",
            ["Mail__Smtp__Port"] = $"{((IPEndPoint)mute.LocalEndpoint).Port}",
            ["Mail__Smtp__Security"] = "None",
            ["Mail__Smtp__TimeoutSeconds"] = "1",
            ["Gating__AllowRequestsByToken"] = "true",
        });
        await hub.AddPersonAsync("author", "write");
        var reader = await hub.AddPersonAsync("reader");
        await AddGatedAsync(hub);
        await AskAsync(hub, reader);
        await hub.Program.WaitForLineAsync(new("The mail server takes no mail at the moment: timeout"), Cancelled);
        var told = await hub.CommandAsync("", "mail", "test", "ada@example.org");
        Assert.Equal(1, told.ExitCode);
        Assert.Contains("did not answer within 1 seconds", told.Errors, StringComparison.Ordinal);
        Assert.Equal(0, await hub.Program.TerminateAsync(Cancelled));
    }

    private static async Task AddGatedAsync(HubServer hub, string id = "author/gated", string owner = "author")
    {
        using var source = new TemporaryFolder();
        await File.WriteAllTextAsync(source.File("README.md"), "---\ngated: manual\n---\n# Gated\n", Cancelled);
        await hub.AddRepositoryAsync("model", id, source.Location);
        using var client = hub.As(await hub.AddTokenAsync(owner, "write"));
        using var changed = await client.PutAsJsonAsync($"/api/models/{id}/settings", new { gatedNotificationsMode = "real-time" }, Cancelled);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
    }

    private static async Task AskAsync(HubServer hub, string token, string id = "author/gated")
    {
        using var client = hub.As(token);
        using var asked = await client.PostAsJsonAsync($"/{id}/ask-access", new { }, Cancelled);
        Assert.Equal(HttpStatusCode.SeeOther, asked.StatusCode);
    }

    private static async Task ReviewAsync(HubServer hub, string token, string body)
    {
        using var client = hub.As(token);
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var reviewed = await client.PostAsync("/api/models/author/gated/user-access-request/handle", content, Cancelled);
        Assert.Equal(HttpStatusCode.OK, reviewed.StatusCode);
    }

    private static void CheckParts(MimeMessage mail, string to, string subject, params string[] said)
    {
        Assert.Equal((to, subject), (mail.To.Mailboxes.Single().Address, mail.Subject));
        Assert.Equal("auto-generated", mail.Headers["Auto-Submitted"]);
        Assert.Equal("List-Unsubscribe=One-Click", mail.Headers["List-Unsubscribe-Post"]);
        Assert.Matches("^<http://127\\.0\\.0\\.1:[0-9]+/unsubscribe\\?m=[A-Za-z0-9_-]+>$", mail.Headers["List-Unsubscribe"]);
        Assert.Equal(["text/plain", "text/html"], Assert.IsType<MultipartAlternative>(mail.Body).Select(part => part.ContentType.MimeType));
        foreach (var words in said)
        {
            Assert.Contains(words, mail.TextBody, StringComparison.Ordinal);
            Assert.Contains(words, mail.HtmlBody, StringComparison.Ordinal);
        }
    }
}
