using System.CommandLine;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Commands;
using RepoHost.Data;
using RepoHost.Git;
using RepoHost.Lfs;
using RepoHost.Storage;
using RepoHost.Hosting;
using RepoHost.Tests.Accounts;
using Xunit;

namespace RepoHost.Tests.Commands;

/// <summary>Commands run in the process, on the data directory of rooms that stand for the running server.</summary>
public sealed class CommandTreeTests : IAsyncLifetime
{
    private Rooms server = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => server = await Rooms.OpenAsync();

    public ValueTask DisposeAsync() => server.DisposeAsync();

    [Fact]
    public async Task A_token_that_is_added_works_on_the_running_server_and_ends_there_when_it_is_revoked()
    {
        // The command's own clock is the machine's; the server's follows it here.
        server.Time.SetUtcNow(TimeProvider.System.GetUtcNow() > server.Time.GetUtcNow() ? TimeProvider.System.GetUtcNow() : server.Time.GetUtcNow());
        Assert.Equal((0, "Added user ada.", ""), await RunAsync("user", "add", "ada", "--email", "ada@mail.example"));
        var (status, text, errors) = await RunAsync("token", "add", "ada", "--name", "ci", "--role", "write", "--days", "3650");
        Assert.Equal((0, ""), (status, errors));
        Assert.Matches("^hf_[A-Za-z0-9]{34,253}$", text);
        var caller = await server.AskAsync($"Bearer {text}");
        Assert.Equal(("ada", TokenRole.Write), (caller.UserName, caller.TokenRole));

        var (_, list, _) = await RunAsync("token", "list", "ada");
        Assert.Equal([caller.TokenId!, "ci", "write"], list.Split('\t')[..3]);
        Assert.Equal((0, $"Token {caller.TokenId} is revoked.", ""), await RunAsync("token", "revoke", caller.TokenId!));
        Assert.Equal(CallerKind.InvalidCredential, (await server.AskAsync($"Bearer {text}")).Kind);
        Assert.Contains("revoked", (await RunAsync("token", "list", "ada")).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Disabling_holds_for_the_next_request_of_the_running_server()
    {
        var ada = await server.AddUserAsync("ada");
        var token = await server.Tokens.IssueAsync(ada, "a", TokenRole.Read, null, Cancel);
        Assert.Equal(CallerKind.Person, (await server.AskAsync($"Bearer {token.Text}")).Kind);
        Assert.Equal((0, "User ada is disabled.", ""), await RunAsync("user", "disable", "ADA"));
        Assert.Equal(CallerKind.InvalidCredential, (await server.AskAsync($"Bearer {token.Text}")).Kind);
        Assert.Equal((0, "User ada is enabled.", ""), await RunAsync("user", "enable", "ada"));
        Assert.Equal(CallerKind.Person, (await server.AskAsync($"Bearer {token.Text}")).Kind);
    }

    [Fact]
    public async Task A_password_comes_from_standard_input_only()
    {
        Assert.Equal(0, (await RunAsync(["user", "add", "ada", "--email", "a@mail.example", "--fullname", "Ada L.", "--password-stdin", "--admin"], "correct horse\nrest\n")).Status);
        var ada = await server.Users.FindAsync("ada", Cancel);
        Assert.True(ada!.IsAdministrator);
        Assert.Equal("Ada L.", ada.FullName);
        Assert.NotNull(ada.PasswordHash);
        var (status, output, errors) = await RunAsync(["user", "add", "eve", "--email", "e@mail.example", "--password-stdin"], "short\n");
        Assert.Equal((1, ""), (status, output));
        Assert.Contains("10 to 256", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Organizations_and_their_members()
    {
        await server.AddUserAsync("ada");
        await server.AddUserAsync("eve");
        Assert.Equal((0, "Added organization Acme.", ""), await RunAsync("org", "add", "Acme", "--fullname", "Acme Inc.", "--admin", "ada"));
        Assert.Equal((0, "eve has the role contributor in acme.", ""), await RunAsync("org", "member", "acme", "eve", "--role", "contributor"));
        Assert.Equal((0, "eve is no longer a member of acme.", ""), await RunAsync("org", "member", "acme", "eve", "--role", "none"));
        Assert.Equal((1, "", "repohost: ada is the last admin of acme. Make somebody else admin first."), await RunAsync("org", "member", "acme", "ada", "--role", "read"));
    }

    [Fact]
    public async Task Organizations_are_listed_changed_and_deleted()
    {
        await server.AddUserAsync("ada");
        await RunAsync("org", "add", "Acme", "--fullname", "Acme Inc.", "--admin", "ada");
        Assert.Equal((0, "Acme\tAcme Inc.\t1\t0\tpublic", ""), await RunAsync("org", "list"));
        Assert.Equal((0, "Changed organization Acme.", ""), await RunAsync("org", "settings", "acme", "--fullname", "Acme Research", "--new-repositories", "private"));
        Assert.Equal("Acme\tAcme Research\t1\t0\tprivate", (await RunAsync("org", "list")).Output);
        Assert.Equal((0, "ada\tadmin\tperson\tenabled", ""), await RunAsync("org", "members", "acme"));
        Assert.Equal(1, (await RunAsync("org", "delete", "acme")).Status);

        var ada = await server.Users.FindAsync("ada", Cancel);
        var repository = await server.AddRepositoryAsync("acme", "bert", ada!);
        Assert.Equal((1, "", "repohost: Acme owns 1 repository. Move or delete them first."), await RunAsync("org", "delete", "acme", "--yes"));
        await server.Catalog.DeleteAsync(repository.Id, Cancel);
        Assert.Contains("'org free Acme'", (await RunAsync("org", "delete", "acme", "--yes")).Output, StringComparison.Ordinal);
        Assert.Equal((1, "", "repohost: The name acme is taken."), await RunAsync("org", "add", "acme"));
        Assert.Equal((0, "The name acme is free.", ""), await RunAsync("org", "free", "acme"));
        Assert.Equal((0, "Added organization acme.", ""), await RunAsync("org", "add", "acme"));
    }

    [Fact]
    public async Task Disabling_the_only_admin_is_done_and_said()
    {
        await server.AddUserAsync("ada");
        await server.Organizations.AddAsync("Acme", null, "ada", Cancel);
        Assert.Equal(
            (0, "User ada is disabled." + Environment.NewLine + "Nobody can administer Acme now. Make somebody else admin: org member Acme USER --role admin", ""),
            await RunAsync("user", "disable", "ada"));
        Assert.Equal((0, "User ada is enabled.", ""), await RunAsync("user", "enable", "ada"));
    }

    [Fact]
    public async Task Service_accounts_are_made_given_a_token_and_deleted()
    {
        server.Time.SetUtcNow(TimeProvider.System.GetUtcNow() > server.Time.GetUtcNow() ? TimeProvider.System.GetUtcNow() : server.Time.GetUtcNow());
        await server.AddUserAsync("ada");
        await server.Organizations.AddAsync("Acme", null, "ada", Cancel);
        Assert.Equal((0, "Added service account ci. Give it a token with: token add ci --name TEXT --role read", ""), await RunAsync("service", "add", "acme", "ci", "--role", "write"));
        var (status, token, errors) = await RunAsync("token", "add", "ci", "--name", "nightly", "--role", "write", "--days", "3650");
        Assert.Equal((0, ""), (status, errors));
        Assert.True((await server.AskAsync($"Bearer {token}")).IsService);

        Assert.Equal((0, "ci\tAcme\twrite\t1\tenabled", ""), await RunAsync("service", "list"));
        Assert.Equal((1, "", "repohost: There is no user ci."), await RunAsync("user", "admin", "ci"));
        Assert.Equal((1, "", "repohost: ci is a service account, which has no password."), await RunAsync(["user", "password", "ci", "--password-stdin"], "correct horse\n"));
        Assert.Equal((0, "Service account ci is disabled.", ""), await RunAsync("service", "disable", "ci"));
        Assert.Equal(CallerKind.InvalidCredential, (await server.AskAsync($"Bearer {token}")).Kind);
        Assert.Equal((0, "ci\tAcme\twrite\t1\tdisabled", ""), await RunAsync("service", "list", "acme"));
        Assert.Equal((0, "Service account ci is enabled.", ""), await RunAsync("service", "enable", "ci"));
        Assert.Equal(CallerKind.Person, (await server.AskAsync($"Bearer {token}")).Kind);
        Assert.Equal(1, (await RunAsync("service", "delete", "ci")).Status);
        Assert.Equal((0, "Service account ci is deleted.", ""), await RunAsync("service", "delete", "ci", "--yes"));
        Assert.Equal(CallerKind.InvalidCredential, (await server.AskAsync($"Bearer {token}")).Kind);
    }

    [Theory]
    [InlineData("user disable nobody", "There is no user nobody.")]
    [InlineData("user password nobody --password-stdin", "There is no user nobody.")]
    [InlineData("user password nobody", "--password-stdin")]
    [InlineData("user admin nobody", "There is no user nobody.")]
    [InlineData("user export nobody", "There is no user nobody.")]
    [InlineData("user delete nobody --yes", "There is no user nobody.")]
    [InlineData("user add ada --email nothing", "not a mail address")]
    [InlineData("user add ada", "--email")]
    [InlineData("user add a..b --email a@mail.example", "A name has 2 to 42")]
    [InlineData("org add api", "reserved")]
    [InlineData("org add acme --admin nobody", "There is no user nobody.")]
    [InlineData("org member acme nobody --role read", "There is no organization acme.")]
    [InlineData("org member acme nobody --role boss", "boss")]
    [InlineData("org members acme", "There is no organization acme.")]
    [InlineData("org settings acme --new-repositories secret", "secret")]
    [InlineData("org free acme", "acme is not the name of a deleted organization.")]
    [InlineData("service add acme bot", "There is no organization acme.")]
    [InlineData("service add acme bot --role admin", "admin")]
    [InlineData("service disable bot", "There is no service account bot.")]
    [InlineData("service list acme", "There is no organization acme.")]
    [InlineData("token add nobody --name n --role read", "There is no user nobody.")]
    [InlineData("token add nobody --name n --role fineGrained", "There is no user nobody.")]
    [InlineData("token add nobody --name n --role admin", "fineGrained")]
    [InlineData("token add nobody --name n --role fineGrained --repo a/b --right everything", "everything")]
    [InlineData("token add nobody --name n --role read --days 0", "--days takes 1 to 3650.")]
    [InlineData("token add nobody --role read", "--name")]
    [InlineData("token revoke hf_looksLikeATokenThatWasPastedByMistake", "There is no token with this id.")]
    [InlineData("token list nobody", "There is no user nobody.")]
    [InlineData("tokn list", "tokn")]
    public async Task A_fault_is_told_on_standard_error_with_status_1(string line, string expected)
    {
        var (status, _, errors) = await RunAsync(line.Split(' '));
        Assert.Equal(1, status);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("hf_looksLike", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_broken_data_directory_is_a_sentence_and_not_a_stack_trace()
    {
        await File.WriteAllTextAsync(Path.Combine(server.Directory, "plain"), "", Cancel);
        var output = new StringWriter();
        var errors = new StringWriter();
        var status = await CommandTree.RunAsync(
            ["user", "disable", "ada", "--data", Path.Combine(server.Directory, "plain", "sub")], AddRooms, _ => [], TextReader.Null,
            new InvocationConfiguration { Output = output, Error = errors }, Cancel);
        Assert.Equal(1, status);
        Assert.StartsWith("repohost: ", errors.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--help", "user", "org", "token", "extra", "--data")]
    [InlineData("user --help", "add", "list", "password", "admin", "disable", "enable", "export", "delete", "free")]
    [InlineData("user delete --help", "--with-repositories", "--yes", "Nobody can have it again")]
    [InlineData("user add --help", "--email", "--fullname", "--password-stdin", "--admin", "namespace")]
    [InlineData("org member --help", "contributor", "write", "admin", "none")]
    [InlineData("org --help", "add", "member", "list", "members", "settings", "delete", "free")]
    [InlineData("service --help", "add", "list", "disable", "enable", "delete")]
    [InlineData("token --help", "add", "revoke", "list", "rotate-key")]
    [InlineData("token add --help", "--name", "--role", "--days", "--repo", "--namespace", "--right", "--read-gated", "can't be shown again")]
    public async Task Help_explains(string line, params string[] words)
    {
        var (status, output, _) = await RunAsync(line.Split(' '));
        Assert.Equal(0, status);
        Assert.All(words, word => Assert.Contains(word, output, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_fine_grained_token_has_the_rights_that_were_named_and_the_list_shows_them()
    {
        server.Time.SetUtcNow(TimeProvider.System.GetUtcNow() > server.Time.GetUtcNow() ? TimeProvider.System.GetUtcNow() : server.Time.GetUtcNow());
        var ada = await server.AddUserAsync("ada");
        await server.Organizations.AddAsync("acme", null, "ada", Cancel);
        var model = await server.AddRepositoryAsync("ada", "model", ada, isPrivate: true);
        var (status, text, errors) = await RunAsync(
            "token", "add", "ada", "--name", "ci", "--role", "fineGrained", "--repo", "ada/model", "--namespace", "ACME", "--right", "read", "--right", "review", "--read-gated", "--days", "3650");
        Assert.Equal((0, ""), (status, errors));
        var caller = await server.AskAsync($"Bearer {text}");
        Assert.Equal((TokenRole.FineGrained, TokenRights.Read | TokenRights.Review, true), (caller.TokenRole, caller.Scopes.At(model), caller.Scopes.ReadsGated));
        var acme = await server.Organizations.FindAsync("acme", Cancel);
        Assert.Equal(TokenRights.Read | TokenRights.Review, caller.Scopes.In(acme!.Id));
        Assert.Equal(TokenRights.None, caller.Scopes.In(ada.Id));
        var cells = (await RunAsync("token", "list", "ada")).Output.Split('\t');
        Assert.Equal(("fineGrained", "read-gated; acme: read, review; ada/model: read, review"), (cells[2], cells[6]));
    }

    [Theory]
    [InlineData("--role read --repo ada/model --right read", "go with --role fineGrained")]
    [InlineData("--role write --read-gated", "go with --role fineGrained")]
    [InlineData("--role fineGrained --repo ada/model", "add --right read, write, settings or review")]
    [InlineData("--role fineGrained --right write", "add --repo NS/NAME or --namespace NAME")]
    [InlineData("--role fineGrained --repo ada/none --right read", "There is no repository ada/none that ada may see.")]
    [InlineData("--role fineGrained --repo eve/secret --right read", "There is no repository eve/secret that ada may see.")]
    [InlineData("--role fineGrained --repo datasets/ada/model --right read", "There is no repository datasets/ada/model")]
    [InlineData("--role fineGrained --repo model --right read", "Models are named NS/NAME")]
    [InlineData("--role fineGrained --namespace nobody --right read", "There is no user or organization nobody.")]
    public async Task A_fault_in_the_rights_of_a_token_is_told_and_no_token_made(string options, string expected)
    {
        await server.AddRepositoryAsync("ada", "model", await server.AddUserAsync("ada"));
        await server.AddRepositoryAsync("eve", "secret", await server.AddUserAsync("eve"), isPrivate: true);
        var (status, output, errors) = await RunAsync(["token", "add", "ada", "--name", "n", .. options.Split(' ')]);
        Assert.Equal((1, ""), (status, output));
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.Equal((0, ""), ((await RunAsync("token", "list", "ada")).Status, (await RunAsync("token", "list", "ada")).Output));
    }

    [Fact]
    public async Task Rotating_the_key_lets_old_tokens_live()
    {
        var ada = await server.AddUserAsync("ada");
        var token = await server.Tokens.IssueAsync(ada, "a", TokenRole.Read, null, Cancel);
        var (status, output, _) = await RunAsync("token", "rotate-key");
        Assert.Equal(0, status);
        Assert.Contains(server.Services.GetRequiredService<SigningKeys>().Newest.Id, output, StringComparison.Ordinal);
        Assert.Equal(CallerKind.Person, (await server.AskAsync($"Bearer {token.Text}")).Kind);
    }

    private Task<(int Status, string Output, string Errors)> RunAsync(params string[] line) => RunAsync(line, "");

    private async Task<(int Status, string Output, string Errors)> RunAsync(string[] line, string input)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        // One way of naming the directory, then the other.
        var directory = line.Contains("add") ? $"--RepoHost:DataDirectory={server.Directory}" : $"--data={server.Directory}";
        var status = await CommandTree.RunAsync(
            [.. line, directory], AddRooms, _ => [new Command("extra", "Of another room.")], new StringReader(input),
            new InvocationConfiguration { Output = output, Error = errors }, Cancel);
        return (status, output.ToString().TrimEnd(), errors.ToString().TrimEnd());
    }

    private static void AddRooms(WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RepoHostOptions>().BindConfiguration("RepoHost");
        builder.Services.AddData();
        builder.Services.AddStorage();
        builder.Services.AddGit();
        builder.Services.AddLfs();
        builder.Services.AddAccounts();
    }
}
