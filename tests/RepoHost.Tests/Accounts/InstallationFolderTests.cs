using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

/// <summary>
/// Where no name is set, ASP.NET Core ties what it encrypts to the folder of the program. So installing a new version beside the old one logged everybody out,
/// and the links of all mails had ended.
/// </summary>
public sealed class InstallationFolderTests : IAsyncLifetime
{
    private readonly string directory = Directory.CreateTempSubdirectory("repohost-installed-").FullName;
    private readonly List<WebApplication> hosts = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_program_in_another_folder_reads_the_sessions_and_mailed_links_of_the_first()
    {
        var (before, after) = (Install("version-1"), Install("version-2"));
        Assert.NotEqual(before.Environment.ContentRootPath, after.Environment.ContentRootPath);
        await before.Services.GetRequiredService<DatabaseStartup>().MigrateAsync(Cancel);
        var ada = (await before.Services.GetRequiredService<UserAccounts>().AddAsync(new("ada", "ada@mail.example", null, "correct horse"), Cancel)).User!;

        var cookie = await SignInAsync(before, ada);
        var caller = await AskAsync(after, cookie);
        Assert.Equal((CallerKind.Person, ada.Id), (caller.Kind, caller.UserId));

        var link = before.Services.GetRequiredService<MailedLinks>().Write(new(MailedLinkPurpose.ConfirmEmail, "ada@mail.example") { UserId = ada.Id });
        Assert.Equal(ada.Id, after.Services.GetRequiredService<MailedLinks>().ReadOrNull(link, MailedLinkPurpose.ConfirmEmail)?.UserId);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var host in hosts)
            await host.DisposeAsync();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        Directory.Delete(directory, recursive: true);
    }

    /// <summary>The whole program in a folder of its own, on the one data directory.</summary>
    private WebApplication Install(string folder)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = Directory.CreateDirectory(Path.Combine(directory, folder)).FullName,
            EnvironmentName = "Production",
            Args = [$"--RepoHost:DataDirectory={Path.Combine(directory, "data")}", "--Logging:LogLevel:Default=None"],
        });
        Server.AddRooms(builder);
        hosts.Add(builder.Build());
        return hosts[^1];
    }

    private static async Task<string> SignInAsync(WebApplication host, User user)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        scope.ServiceProvider.GetRequiredService<IHttpContextAccessor>().HttpContext = context;
        await scope.ServiceProvider.GetRequiredService<SignInManager<User>>().SignInAsync(user, isPersistent: true);
        return context.Response.Headers.SetCookie.ToString().Split(';')[0];
    }

    private static async Task<Caller> AskAsync(WebApplication host, string cookie)
    {
        await using var scope = host.Services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        context.Request.Headers.Cookie = cookie;
        return await host.Services.GetRequiredService<CallerAuthentication>().AuthenticateAsync(context);
    }
}
