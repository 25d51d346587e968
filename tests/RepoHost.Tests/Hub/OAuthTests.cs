using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary><c>/oauth/device</c> and <c>/oauth/token</c> on the wire, as the Python client speaks (contract 9.4).</summary>
public sealed class OAuthTests(OAuthTests.World world) : IClassFixture<OAuthTests.World>
{
    private const string Client = "26be6b09-91c5-47da-9861-d2d2bb7a7e36";
    private const string DeviceGrant = "urn:ietf:params:oauth:grant-type:device_code";

    [Fact]
    public async Task A_program_logs_in_works_with_the_token_and_renews_it()
    {
        var person = await world.AddPersonAsync("pat");
        var (status, started) = await PostAsync("/oauth/device", ("client_id", Client));
        Assert.Equal(HttpStatusCode.OK, status);
        var (device, code, page) = ((string)started["device_code"]!, (string)started["user_code"]!, (string)started["verification_uri"]!);
        Assert.Equal(
            ($"{world.Address.ToString().TrimEnd('/')}/oauth/device", $"{page}?user_code={code}", 900, 5),
            (page, (string)started["verification_uri_complete"]!, (int)started["expires_in"]!, (int)started["interval"]!));
        Assert.Equal("authorization_pending", await ErrorAsync(("grant_type", DeviceGrant), ("device_code", device), ("client_id", Client)));
        Assert.Equal("slow_down", await ErrorAsync(("grant_type", DeviceGrant), ("device_code", device), ("client_id", Client)));

        await world.Services.GetRequiredService<DeviceLogins>().DecideAsync(code, person.Id, approve: true, CancellationToken.None);
        var (done, token) = await PostAsync("/oauth/token", ("grant_type", DeviceGrant), ("device_code", device), ("client_id", Client));
        Assert.Equal((HttpStatusCode.OK, "bearer", 30 * 86400), (done, (string)token["token_type"]!, (int)token["expires_in"]!));
        Assert.Matches("^hf_[A-Za-z0-9]{34,253}$", (string)token["access_token"]!);

        var me = JsonNode.Parse(await world.Client((string)token["access_token"]!).GetStringAsync("/api/whoami-v2"))!;
        Assert.Equal(("pat", "write"), ((string)me["name"]!, (string)me["auth"]!["accessToken"]!["role"]!));

        var (renewed, next) = await PostAsync("/oauth/token", ("grant_type", "refresh_token"), ("refresh_token", (string)token["refresh_token"]!), ("client_id", Client));
        Assert.Equal(HttpStatusCode.OK, renewed);
        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.OK), (await WhoAmIAsync(token), await WhoAmIAsync(next)));
    }

    /// <summary>The Python client keeps logins under the name that whoami tells, and the second of two accounts took the place of the first.</summary>
    [Fact]
    public async Task A_login_has_no_name_which_clients_then_make_of_the_account_and_a_token_has_its_own()
    {
        var names = new List<string?>();
        foreach (var name in (string[])["first", "second"])
        {
            var person = await world.AddPersonAsync(name);
            var (_, started) = await PostAsync("/oauth/device", ("client_id", Client));
            await world.Services.GetRequiredService<DeviceLogins>().DecideAsync((string)started["user_code"]!, person.Id, approve: true, CancellationToken.None);
            var (_, token) = await PostAsync("/oauth/token", ("grant_type", DeviceGrant), ("device_code", (string)started["device_code"]!), ("client_id", Client));
            foreach (var text in (string[])[(string)token["access_token"]!, person.Token])
                names.Add((string?)JsonNode.Parse(await world.Client(text).GetStringAsync("/api/whoami-v2"))!["auth"]!["accessToken"]!["displayName"]);
        }

        Assert.Equal([null, "test", null, "test"], names);
    }

    [Theory]
    [InlineData("/oauth/device", "", "invalid_client")]
    [InlineData("/oauth/device", "client_id=another", "invalid_client")]
    [InlineData("/oauth/device", "client_id=a&client_id=b", "invalid_client")]
    [InlineData("/oauth/token", "grant_type=refresh_token&refresh_token=x", "invalid_client")]
    [InlineData("/oauth/token", "client_id={0}", "invalid_request")]
    [InlineData("/oauth/token", "client_id={0}&grant_type=refresh_token", "invalid_request")]
    [InlineData("/oauth/token", "client_id={0}&grant_type=refresh_token&refresh_token=", "invalid_request")]
    [InlineData("/oauth/token", "client_id={0}&grant_type=refresh_token&refresh_token=a&refresh_token=b", "invalid_request")]
    [InlineData("/oauth/token", "client_id={0}&grant_type=refresh_token&refresh_token=never", "invalid_grant")]
    [InlineData("/oauth/token", "client_id={0}&grant_type=urn:ietf:params:oauth:grant-type:device_code", "invalid_request")]
    [InlineData("/oauth/token", "client_id={0}&grant_type=urn:ietf:params:oauth:grant-type:device_code&device_code=never", "invalid_grant")]
    [InlineData("/oauth/token", "client_id={0}&grant_type=password&username=a&password=b", "unsupported_grant_type")]
    [InlineData("/oauth/token", "client_id={0}&grant_type=client_credentials", "unsupported_grant_type")]
    public async Task What_is_wrong_is_told_in_OAuths_words(string route, string form, string error)
    {
        using var client = world.Client();
        using var response = await client.PostAsync(
            route, new StringContent(form.Replace("{0}", Client, StringComparison.Ordinal), null, "application/x-www-form-urlencoded"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(("no-store", "application/json"), (response.Headers.CacheControl!.ToString(), response.Content.Headers.ContentType!.MediaType));
        var body = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
        Assert.Equal(error, (string)body["error"]!);
        Assert.NotEmpty((string)body["error_description"]!);
    }

    [Fact]
    public async Task A_body_that_is_no_form_or_too_long_is_refused()
    {
        using var client = world.Client();
        using var json = await client.PostAsync("/oauth/token", new StringContent("{}", null, "application/json"));
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_request"), (json.StatusCode, (string)JsonNode.Parse(await json.Content.ReadAsStringAsync())!["error"]!));
        // As programs ask that exchange the token of another issuer.
        foreach (var (body, error) in new[]
        {
            ("""{"grant_type":"urn:ietf:params:oauth:grant-type:token-exchange","subject_token":"x"}""", "unsupported_grant_type"), ("""{"grant_type":"refresh_token"}""", "invalid_request"), ("[]", "invalid_request"), ("{", "invalid_request"),
        })
        {
            using var exchange = await client.PostAsync("/oauth/token", new StringContent(body, null, "application/json"));
            Assert.Equal((HttpStatusCode.BadRequest, error), (exchange.StatusCode, (string)JsonNode.Parse(await exchange.Content.ReadAsStringAsync())!["error"]!));
        }

        using var large = await client.PostAsync("/oauth/token", new StringContent(new string('a', 9000), null, "application/x-www-form-urlencoded"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    /// <summary>A page of another site can send a form here, and must get nothing that its visitor has (threat row 47).</summary>
    [Fact]
    public async Task Asking_for_a_login_needs_nobody_and_gives_nothing_of_whoever_asks()
    {
        var person = await world.AddPersonAsync("quinn");
        using var client = world.Client(person.Token);
        using var response = await client.PostAsync("/oauth/device", new FormUrlEncodedContent([new("client_id", Client)]));
        var device = (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["device_code"]!;
        using var poll = await client.PostAsync("/oauth/token", new FormUrlEncodedContent([new("grant_type", DeviceGrant), new("device_code", device), new("client_id", Client)]));
        Assert.Contains("authorization_pending", await poll.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_waiting_logins_of_one_address_are_told_to_come_back()
    {
        await using var busy = new World();
        await busy.InitializeAsync();
        for (var i = 0; i < DeviceLogins.MostOpenOfAddress; i++)
            Assert.NotNull(await busy.Services.GetRequiredService<DeviceLogins>().StartAsync("p", "127.0.0.1", CancellationToken.None));
        using var response = await busy.Client().PostAsync("/oauth/device", new FormUrlEncodedContent([new("client_id", Client)]));
        Assert.Equal((HttpStatusCode.TooManyRequests, "60"), (response.StatusCode, response.Headers.RetryAfter!.ToString()));
        Assert.Contains("temporarily_unavailable", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<HttpStatusCode> WhoAmIAsync(JsonObject token)
    {
        using var response = await world.Client((string)token["access_token"]!).GetAsync("/api/whoami-v2");
        return response.StatusCode;
    }

    private async Task<string> ErrorAsync(params (string Name, string Value)[] form)
    {
        var (status, body) = await PostAsync("/oauth/token", form);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        return (string)body["error"]!;
    }

    private async Task<(HttpStatusCode Status, JsonObject Body)> PostAsync(string route, params (string Name, string Value)[] form)
    {
        using var client = world.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, route) { Content = new FormUrlEncodedContent(form.Select(f => KeyValuePair.Create(f.Name, f.Value))) };
        request.Headers.UserAgent.ParseAdd("test-program/1.0");
        using var response = await client.SendAsync(request);
        return (response.StatusCode, JsonNode.Parse(await response.Content.ReadAsStringAsync())!.AsObject());
    }

    public sealed class World : HubApplication;
}
