using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Commands;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Hub;

/// <summary>
/// The whole server in this process, on a real port of its own with a data directory of its own, so that raw request targets and connections are what they
/// are in the field. Tests add people and repositories through the rooms that the commands use.
/// </summary>
public class HubApplication : IAsyncLifetime
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, Task<string>> _sessionIds = new();
    private WebApplication? _app;

    public string DataDirectory { get; } = Directory.CreateTempSubdirectory("repohost-hub-").FullName;

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    internal IServiceProvider Services => _app!.Services;

    protected virtual IEnumerable<string> Settings => ["--Gating:AllowRequestsByToken=true"];

    public virtual async ValueTask InitializeAsync()
    {
        _app = Build(
            ["--urls=http://127.0.0.1:0", $"--RepoHost:DataDirectory={DataDirectory}", "--Logging:LogLevel:Default=None", "--environment=Production", "--Mail:PickedUp=true", .. Settings]);
        await _app.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(CancellationToken.None);
        await _app.StartAsync();
        Address = new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        await FillAsync();
    }

    protected virtual WebApplication Build(string[] settings) => ServeCommand.Build(settings);

    /// <summary>Adds what the tests of a class need.</summary>
    protected virtual Task FillAsync() => Task.CompletedTask;

    internal async Task<TestPerson> AddPersonAsync(string name, TokenRole role = TokenRole.Read)
    {
        var added = await Services.GetRequiredService<UserAccounts>().AddAsync(name, $"{name}@example.org", $"{name} Example", null, false, CancellationToken.None);
        Assert.NotNull(added.User);
        return new(added.User.Id, name, await AddTokenAsync(added.User, role));
    }

    internal async Task<string> AddTokenAsync(User user, TokenRole role) =>
        (await Services.GetRequiredService<TokenIssuer>().IssueAsync(user, "test", role, null, CancellationToken.None)).Text;

    /// <summary>The cookie of a browser's session, as a browser sends it.</summary>
    internal async Task<string> SignInAsync(string name)
    {
        await using var scope = Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = context;
        var signIn = scope.ServiceProvider.GetRequiredService<SignInManager<User>>();
        await signIn.SignInAsync((await signIn.UserManager.FindByNameAsync(name))!, isPersistent: true);
        return context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    /// <summary>A session of this person without its cookie, for the addresses that it asks for; always the same one.</summary>
    internal Task<string> SessionIdAsync(string userId) => _sessionIds.GetOrAdd(userId, BeginSessionAsync);

    internal async Task<string> BeginSessionAsync(string userId)
    {
        var user = (await Services.GetRequiredService<UserAccounts>().FindByIdAsync(userId, CancellationToken.None))!;
        var begun = new NewSession(user.Id, user.SecurityStamp!, SessionStart.Other, "", null);
        return await Services.GetRequiredService<BrowserSessions>().BeginAsync(begun, CancellationToken.None);
    }

    /// <summary>A repository whose only commit holds <paramref name="files"/>.</summary>
    internal async Task<RepositoryRecord> AddRepositoryAsync(RepositoryType type, string id, IReadOnlyDictionary<string, string> files, bool isPrivate = false)
    {
        var folder = Directory.CreateTempSubdirectory("repohost-content-").FullName;
        foreach (var (path, text) in files)
        {
            var file = Path.Combine(folder, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, text);
        }

        try
        {
            return await ImportAsync(type, id, folder, isPrivate);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    internal async Task<RepositoryRecord> ImportAsync(RepositoryType type, string id, string folder, bool isPrivate = false)
    {
        var parts = id.Split('/');
        var added = await Services.GetRequiredService<RepositoryIntake>()
            .AddAsync(new(type, parts[0], parts[1], null, isPrivate, folder), null, CancellationToken.None);
        Assert.True(added.Repository is not null, added.Message);
        return added.Repository;
    }

    /// <summary>A client that follows no redirects and says who it is.</summary>
    public HttpClient Client(string? token = null)
    {
        var client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address };
        if (token is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    public virtual async ValueTask DisposeAsync()
    {
        if (_app is not null)
            await _app.DisposeAsync();
        await DeleteDataAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>A git program that the server started in the background may write its last file after the server has stopped.</summary>
    private async Task DeleteDataAsync()
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                Directory.Delete(DataDirectory, recursive: true);
                return;
            }
            catch (IOException) when (tries < 100)
            {
                await Task.Delay(100);
            }
        }
    }
}

internal sealed record TestPerson(string Id, string Name, string Token);
