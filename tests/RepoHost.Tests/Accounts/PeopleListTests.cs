using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class PeopleListTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pages_go_by_name_and_a_search_looks_at_name_full_name_and_address_as_plain_text()
    {
        await using var rooms = await Rooms.OpenAsync();
        foreach (var (name, full) in new[] { ("bob", "Robert"), ("Ada", "100% Ada_L"), ("carol", "Carol"), ("dave", "D\\ave") })
            await rooms.Users.AddAsync(name, $"{name}@mail.example", full, null, name == "carol", Cancel);
        await rooms.Users.DisableAsync("dave", true, Cancel);
        var bob = (await rooms.Users.FindAsync("bob", Cancel))!;
        await rooms.AddRepositoryAsync("bob", "one", bob);
        var list = rooms.Services.GetRequiredService<PeopleList>();

        var first = await list.ReadAsync(null, null, 3, Cancel);
        Assert.Equal(["Ada", "bob", "carol", "carol"], first.People.Select(p => p.UserName).Append(first.Next));
        var second = await list.ReadAsync("", first.Next, 3, Cancel);
        Assert.Equal(["dave", null], second.People.Select(p => p.UserName).Append(second.Next));
        Assert.Equal([0, 1, 0], first.People.Select(p => p.Repositories));
        Assert.Equal([false, false, true], first.People.Select(p => p.IsAdministrator));
        Assert.True(Assert.Single(second.People).Disabled);

        foreach (var (search, expected) in new[] { ("OB", "bob"), ("robert", "bob"), ("ada@", "Ada"), ("100%", "Ada"), ("%", "Ada"), ("_", "Ada"), ("\\", "dave"), ("nobody", ""), (" carol ", "carol"), ("' OR 1=1", "") })
            Assert.Equal((search, expected), (search, string.Join(',', (await list.ReadAsync(search, null, 10, Cancel)).People.Select(p => p.UserName))));
    }

    [Theory]
    [InlineData("özlem çelik")]
    [InlineData("Özlem")]
    [InlineData("ÖZLEM")]
    [InlineData("çelik")]
    public async Task Full_names_with_other_letters_than_ASCII_are_found_in_either_case(string search)
    {
        await using var rooms = await Rooms.OpenAsync();
        await rooms.Users.AddAsync("ozlem", "ozlem@mail.example", "Özlem Çelik", null, false, Cancel);
        await rooms.AddUserAsync("ada");
        Assert.Equal("ozlem", Assert.Single((await rooms.Services.GetRequiredService<PeopleList>().ReadAsync(search, null, 10, Cancel)).People).UserName);
    }

    [Fact]
    public async Task The_right_of_an_administrator_is_given_and_taken()
    {
        await using var rooms = await Rooms.OpenAsync();
        await rooms.AddUserAsync("ada");
        Assert.True((await rooms.Users.SetAdministratorAsync("ADA", true, Cancel))!.IsAdministrator);
        Assert.True((await rooms.Users.FindAsync("ada", Cancel))!.IsAdministrator);
        Assert.False((await rooms.Users.SetAdministratorAsync("ada", false, Cancel))!.IsAdministrator);
        Assert.Null(await rooms.Users.SetAdministratorAsync("eve", true, Cancel));
    }
}
