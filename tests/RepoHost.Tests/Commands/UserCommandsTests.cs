using RepoHost.Tests.Gating.Persons;
using Xunit;

namespace RepoHost.Tests.Commands;

/// <summary><c>user list</c>, <c>user password</c>, <c>user admin</c>; deleting and exporting have tests of their own.</summary>
public sealed class UserCommandsTests(DepartureWorld world) : IClassFixture<DepartureWorld>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task People_are_listed_with_what_they_are()
    {
        var person = await world.NewPersonAsync();
        await world.AddGatedAsync($"{person.Name}/one");
        Assert.Equal((0, $"User {person.Name} is an administrator.", ""), await world.RunAsync($"user admin {person.Name}"));
        await AssertListedAsync("administrator");
        Assert.Equal((0, $"User {person.Name} is no administrator any more.", ""), await world.RunAsync($"user admin {person.Name} --remove"));
        await AssertListedAsync("active");
        await world.RunAsync($"user disable {person.Name}");
        await AssertListedAsync("disabled");
        Assert.Equal((0, ""), ((await world.RunAsync("user list --search nobody-at-all")).Status, (await world.RunAsync("user list --search nobody-at-all")).Output));

        async Task AssertListedAsync(string standing)
        {
            var (status, output, _) = await world.RunAsync($"user list --search {person.Name}@");
            Assert.Equal(0, status);
            var cells = output.Split('\t');
            Assert.Equal([person.Name, $"{person.Name}@example.org", $"{person.Name} Example", "1", standing, "confirmed"], [.. cells[..3], .. cells[4..]]);
        }
    }

    [Fact]
    public async Task An_address_counts_that_the_operator_gave_or_confirms()
    {
        Assert.Equal(0, (await world.RunAsync("user add given --email given@example.org")).Status);
        Assert.True((await world.Users.FindAsync("given", Cancel))!.EmailConfirmed);

        await world.Users.AddAsync(new("claimed", "claimed@example.org", null, null), Cancel);
        Assert.EndsWith("\tnot confirmed", (await world.RunAsync("user list --search claimed@")).Output, StringComparison.Ordinal);
        Assert.Equal((0, "The mail address of claimed is confirmed: claimed@example.org.", ""), await world.RunAsync("user confirm claimed"));
        Assert.EndsWith("\tconfirmed", (await world.RunAsync("user list --search claimed@")).Output, StringComparison.Ordinal);
        Assert.Equal((1, ""), await world.RunAsync("user confirm nobody-there") is var (status, output, _) ? (status, output) : default);
    }

    [Fact]
    public async Task A_password_is_set_from_standard_input()
    {
        var person = await world.NewPersonAsync();
        Assert.Null((await world.Users.FindAsync(person.Name, Cancel))!.PasswordHash);
        Assert.Equal((0, $"User {person.Name} has a new password, and is signed out everywhere.", ""), await world.RunAsync($"user password {person.Name} --password-stdin", "correct horse battery\nrest"));
        var set = (await world.Users.FindAsync(person.Name, Cancel))!;
        Assert.NotNull(set.PasswordHash);
        var (status, output, errors) = await world.RunAsync($"user password {person.Name} --password-stdin", "short\n");
        Assert.Equal((1, ""), (status, output));
        Assert.Contains("A password has 10 to 256 characters. Nothing was changed.", errors, StringComparison.Ordinal);
        Assert.Equal(set.PasswordHash, (await world.Users.FindAsync(person.Name, Cancel))!.PasswordHash);
    }
}
