using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using GateMiddleware.Decisions;
using MimeKit;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Notifications;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>Every kind of mail as it reads, as files: a change of it is seen in the review. UPDATE_GOLDEN=1 rewrites them.</summary>
public sealed partial class MailGoldenTests : IAsyncLifetime
{
    private MailRooms rooms = null!;
    private User author = null!;
    private User ada = null!;
    private RepositoryRecord repository = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        rooms = await MailRooms.OpenAsync(settings: new Dictionary<string, string?> { ["Mail:From"] = "The Hub of Acme <hub@acme.example>" });
        author = await rooms.AddUserAsync("author", "Émile du Châtelet", "Europe/Paris");
        ada = await rooms.AddUserAsync("ada", "Ada Lovelace");
        repository = await rooms.AddRepositoryAsync("author/gated", author);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task One_request()
    {
        await rooms.AskAsync(repository, ada);
        await CheckAsync("request");
    }

    [Fact]
    public async Task Many_requests()
    {
        await rooms.ChangeAsync(repository, r => r.GatedNotificationsMode = NotificationsMode.Bulk);
        var other = await rooms.AddRepositoryAsync("author/another-one", author, NotificationsMode.Bulk);
        await rooms.AskAsync(repository, ada);
        var yukihiro = await rooms.AddUserAsync("yukihiro", new string('長', 60));
        await rooms.AskAsync(other, yukihiro);
        await rooms.UnconfirmAsync(yukihiro);
        await rooms.AskManyAsync(repository, 0, 70);
        rooms.Time.Advance(TimeSpan.FromDays(1));
        await CheckAsync("digest");
    }

    [Fact]
    public async Task A_request_with_an_address_that_is_not_confirmed()
    {
        await rooms.AskAsync(repository, ada);
        await rooms.UnconfirmAsync(ada);
        await CheckAsync("request-not-confirmed");
    }

    [Fact]
    public async Task To_an_address_without_an_account()
    {
        await rooms.ChangeAsync(repository, r => r.GatedNotificationsEmail = "team@acme.example");
        await rooms.AskAsync(repository, ada);
        await CheckAsync("request-to-an-address");
    }

    [Theory]
    [InlineData(AccessState.Accepted, "accepted")]
    [InlineData(AccessState.Rejected, "rejected")]
    [InlineData(AccessState.Reset, "reset")]
    public async Task A_decision(AccessState to, string name)
    {
        await rooms.AskAsync(repository, ada);
        await rooms.ReviewAsync(repository, author, ada, to, "We give this model to members of research groups only. Please ask with the address of your university, and tell us the group's page & name.");
        await CheckAsync(name);
    }

    [Fact]
    public async Task Access_without_a_request()
    {
        await rooms.Requests.GrantAsync(repository, author.Id, new("ada", null), Cancel);
        await CheckAsync("granted");
    }

    [Fact]
    public async Task About_an_account()
    {
        await rooms.Outbox.EnqueueAsync(
            "ada@mail.example",
            "Choose a new password",
            "Somebody, probably you, has asked for a new password for the account ada. To choose one, open this address within an hour:\n\nhttps://hub.example/reset/abc\n\nIf it was not you, nothing has to be done.",
            null,
            "reset:1",
            Cancel);
        await CheckAsync("account");
    }

    private async Task CheckAsync(string name)
    {
        var mail = Assert.Single(await rooms.NewMailsAsync());
        var headers = mail.Headers.Where(h => h.Id is not (HeaderId.ContentType or HeaderId.ContentTransferEncoding)).Select(h => $"{h.Field}: {h.Value}\n");
        await IsOnFileAsync($"{name}.txt", string.Concat(headers) + "\n" + mail.TextBody);
        await IsOnFileAsync($"{name}.html", mail.HtmlBody!);

        // A terminal shows all of a line; only addresses may be longer, and stand alone.
        Assert.All(mail.TextBody!.ReplaceLineEndings("\n").Split('\n').Where(line => !line.StartsWith("https://", StringComparison.Ordinal)), line => Assert.InRange(MailText.Columns(line), 0, MailText.Width));
        Assert.Equal(["text/plain", "text/html"], Assert.IsType<MultipartAlternative>(mail.Body).Select(part => part.ContentType.MimeType));
    }

    private static async Task IsOnFileAsync(string name, string text)
    {
        text = Secret().Replace(text.ReplaceLineEndings("\n"), "m=…");
        var golden = Path.Combine(Path.GetDirectoryName(Here())!, "Golden", name);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            await File.WriteAllTextAsync(golden, text, Cancel);
        Assert.Equal(await File.ReadAllTextAsync(golden, Cancel), text);
    }

    private static string Here([CallerFilePath] string path = "") => path;

    [GeneratedRegex("m=[A-Za-z0-9_-]+")]
    private static partial Regex Secret();
}
