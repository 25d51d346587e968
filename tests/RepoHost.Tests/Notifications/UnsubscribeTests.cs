using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Data;
using RepoHost.Notifications;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Notifications;

/// <summary>Turning mails off from the mailbox, without logging in (RFC 8058; threat 47: looking decides nothing).</summary>
public sealed partial class UnsubscribeTests(HubApplication hub) : IClassFixture<HubApplication>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Requests")]
    [InlineData("Decisions")]
    public async Task The_button_of_a_mail_program_turns_off_one_kind_of_mails(string name)
    {
        var kind = Enum.Parse<MailSwitch>(name);
        var (person, address) = await PersonAsync(kind);
        using var answer = await PostAsync(address, ("List-Unsubscribe", "One-Click"));
        Assert.Equal((HttpStatusCode.OK, "These mails are turned off.\n"), (answer.StatusCode, await answer.Content.ReadAsStringAsync(Cancel)));
        Assert.Equal((kind != MailSwitch.Requests, kind != MailSwitch.Decisions), await SwitchesAsync(person));

        // Mail programs may press it again.
        using var again = await PostAsync(address, ("List-Unsubscribe", "One-Click"));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.Equal((kind != MailSwitch.Requests, kind != MailSwitch.Decisions), await SwitchesAsync(person));
    }

    [Fact]
    public async Task It_may_come_as_multipart_too()
    {
        var (person, address) = await PersonAsync(MailSwitch.Requests);
        using var client = hub.Client();
        using var content = new MultipartFormDataContent { { new StringContent("One-Click"), "List-Unsubscribe" } };
        using var answer = await client.PostAsync(address, content, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal((false, true), await SwitchesAsync(person));
    }

    [Fact]
    public async Task Looking_turns_nothing_off()
    {
        var (person, address) = await PersonAsync(MailSwitch.Requests);
        using var client = hub.Client();
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var looked = await client.SendAsync(new HttpRequestMessage(method, address), Cancel);
            Assert.Equal(HttpStatusCode.OK, looked.StatusCode);
        }

        Assert.Equal((true, true), await SwitchesAsync(person));
        var page = await client.GetStringAsync(address, Cancel);
        Assert.Contains("Turn off mails?", page, StringComparison.Ordinal);
        Assert.DoesNotContain("example.org", page, StringComparison.Ordinal);
        Assert.DoesNotContain(person.Name, page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_page_turns_them_off_and_on_again()
    {
        var (person, address) = await PersonAsync(MailSwitch.Decisions);
        using var off = await PostAsync(address, ("mails", "off"));
        Assert.Equal((HttpStatusCode.SeeOther, address), (off.StatusCode, off.Headers.Location?.ToString()));
        Assert.Equal((true, false), await SwitchesAsync(person));
        using var client = hub.Client();
        var page = await client.GetStringAsync(address, Cancel);
        Assert.Contains("Mails are off", page, StringComparison.Ordinal);
        Assert.Equal(address, WebUtility.HtmlDecode(FormAction().Match(page).Groups["to"].Value));
        using var on = await PostAsync(address, ("mails", "on"));
        Assert.Equal(HttpStatusCode.SeeOther, on.StatusCode);
        Assert.Equal((true, true), await SwitchesAsync(person));
    }

    [Fact]
    public async Task What_says_nothing_or_too_much_changes_nothing()
    {
        var (person, address) = await PersonAsync(MailSwitch.Requests);
        using var client = hub.Client();
        using var empty = await client.PostAsync(address, null, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, empty.StatusCode);
        using var other = await PostAsync(address, ("List-Unsubscribe", "Yes"));
        Assert.Equal(HttpStatusCode.BadRequest, other.StatusCode);
        using var large = await PostAsync(address, ("List-Unsubscribe", "One-Click"), ("more", new string('x', 10_000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        Assert.Equal((true, true), await SwitchesAsync(person));
    }

    [Theory]
    [InlineData("/unsubscribe")]
    [InlineData("/unsubscribe?m=")]
    [InlineData("/unsubscribe?m=CfDJ8nonsense")]
    [InlineData("/unsubscribe?m=%00%0d%0a")]
    public async Task An_address_that_is_not_ours_is_refused(string address)
    {
        using var client = hub.Client();
        using var page = await client.GetAsync(address, Cancel);
        Assert.Equal(HttpStatusCode.BadRequest, page.StatusCode);
        using var posted = await PostAsync(address, ("List-Unsubscribe", "One-Click"));
        Assert.Equal(HttpStatusCode.BadRequest, posted.StatusCode);
        Assert.Contains("not complete", await posted.Content.ReadAsStringAsync(Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_of_a_person_are_not_changed_with_a_token()
    {
        var (person, _) = await PersonAsync(MailSwitch.Requests);
        using var client = hub.Client(await hub.AddTokenAsync((await hub.Services.GetRequiredService<RepoHost.Accounts.UserAccounts>().FindAsync(person.Name, Cancel))!, TokenRole.Write));
        using var answer = await client.PostAsync("/settings/notifications", new FormUrlEncodedContent([new("timeZone", "UTC")]), Cancel);
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Equal((true, true), await SwitchesAsync(person));
    }

    private async Task<(TestPerson Person, string Address)> PersonAsync(MailSwitch kind)
    {
        var person = await hub.AddPersonAsync($"person{Guid.NewGuid():N}");
        return (person, new Uri(hub.Services.GetRequiredService<UnsubscribeLinks>().Of(new(kind, person.Id))).PathAndQuery);
    }

    private async Task<(bool Requests, bool Decisions)> SwitchesAsync(TestPerson person)
    {
        var settings = await hub.Services.GetRequiredService<MailSwitches>().OfPersonAsync(person.Id, Cancel);
        return (settings!.Requests, settings.Decisions);
    }

    private async Task<HttpResponseMessage> PostAsync(string address, params (string Name, string Value)[] fields)
    {
        using var client = hub.Client();
        return await client.PostAsync(address, new FormUrlEncodedContent(fields.Select(f => new KeyValuePair<string, string>(f.Name, f.Value))), Cancel);
    }

    [GeneratedRegex("<form method=\"post\" action=\"(?<to>[^\"]+)\" data-form=\"unsubscribe\"")]
    private static partial Regex FormAction();
}
