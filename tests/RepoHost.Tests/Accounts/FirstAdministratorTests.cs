using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class FirstAdministratorTests : IAsyncLifetime
{
    private Rooms rooms = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => rooms = await Rooms.OpenAsync();

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Fact]
    public async Task The_code_makes_one_administrator_and_ends()
    {
        Assert.False(await Setup().IsOpenAsync(Cancel));
        Assert.False(await Setup().IsCodeAsync("", Cancel));
        var code = await Setup().OpenAsync(Cancel);
        Assert.Matches("^[a-z2-9]{26}$", code);
        Assert.True(await Setup().IsOpenAsync(Cancel));
        Assert.True(await Setup().IsCodeAsync(code!, Cancel));
        Assert.False(await Setup().IsCodeAsync(code![..^1] + "1", Cancel));

        var added = await Setup().AddAsync(Wish("boss"), Cancel);
        Assert.True(added.User!.IsAdministrator);
        Assert.False(await Setup().IsOpenAsync(Cancel));
        Assert.False(await Setup().IsCodeAsync(code, Cancel));
        Assert.Null(await Setup().OpenAsync(Cancel));
    }

    [Fact]
    public async Task A_wrong_name_leaves_the_code_as_it_is()
    {
        var code = await Setup().OpenAsync(Cancel);
        Assert.Equal(AddUserOutcome.BadName, (await Setup().AddAsync(Wish("x"), Cancel)).Outcome);
        Assert.True(await Setup().IsCodeAsync(code!, Cancel));
    }

    [Fact]
    public async Task Every_start_has_a_new_code_and_other_processes_take_the_newest()
    {
        var first = await Setup().OpenAsync(Cancel);
        await using var other = rooms.OpenAgain();
        var second = await Setup(other).OpenAsync(Cancel);
        Assert.False(await Setup().IsCodeAsync(first!, Cancel));
        Assert.True(await Setup().IsCodeAsync(second!, Cancel));
    }

    [Fact]
    public async Task Of_many_who_have_the_code_one_becomes_the_administrator()
    {
        await Setup().OpenAsync(Cancel);
        await using var other = rooms.OpenAgain();
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(i => Task.Run(() => Setup(i % 2 == 0 ? rooms : other).AddAsync(Wish($"boss-{i}"), Cancel), Cancel)));
        Assert.Single(outcomes, o => o.Outcome == AddUserOutcome.Added);
        Assert.Equal(7, outcomes.Count(o => o.Outcome == AddUserOutcome.AdministratorExists));
    }

    [Fact]
    public async Task An_administrator_by_command_ends_it_and_other_people_do_not()
    {
        await Setup().OpenAsync(Cancel);
        await rooms.AddUserAsync("ada", "correct horse");
        Assert.True(await Setup().IsOpenAsync(Cancel));
        await rooms.Users.AddAsync("boss", "boss@mail.example", null, null, isAdministrator: true, Cancel);
        Assert.False(await Setup().IsOpenAsync(Cancel));
    }

    [Fact]
    public async Task The_code_itself_is_nowhere_in_the_data_directory_and_its_hash_is_the_owners_alone()
    {
        var code = await Setup().OpenAsync(Cancel);
        foreach (var file in Directory.EnumerateFiles(rooms.Directory, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) is not "change-stamps"))
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
            Assert.DoesNotContain(code!, await reader.ReadToEndAsync(Cancel), StringComparison.Ordinal);
        }

        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(rooms.Directory, "setup-code")));
    }

    private FirstAdministrator Setup(Rooms? where = null) => (where ?? rooms).Services.GetRequiredService<FirstAdministrator>();

    private static NewUser Wish(string name) => new(name, $"{name}@mail.example", null, "correct horse");
}
