using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using RepoHost.Accounts;
using RepoHost.Data;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class PasswordCheckTests : IAsyncLifetime
{
    private const string Right = "correct horse";

    private Rooms rooms = null!;
    private User ada = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PasswordCheck Passwords => rooms.Services.GetRequiredService<PasswordCheck>();

    public async ValueTask InitializeAsync()
    {
        rooms = await Rooms.OpenAsync();
        ada = await rooms.AddUserAsync("ada", Right);
    }

    public ValueTask DisposeAsync() => rooms.DisposeAsync();

    [Theory]
    [InlineData("ada")]
    [InlineData("ADA")]
    [InlineData("ada@mail.example")]
    [InlineData("Ada@Mail.Example")]
    public async Task A_person_is_found_by_user_name_or_mail_address_in_any_letter_case(string name)
        => Assert.Equal(ada.Id, (await Passwords.FindAsync(name, Right, null, Cancel))?.Id);

    [Theory]
    [InlineData("ada", "Correct horse")]
    [InlineData("ada", "")]
    [InlineData("nobody", Right)]
    [InlineData("", Right)]
    [InlineData("@", Right)]
    [InlineData("%", Right)]
    public async Task Everything_else_finds_nobody(string name, string password) => Assert.Null(await Passwords.FindAsync(name, password, null, Cancel));

    [Fact]
    public async Task After_five_wrong_passwords_the_right_one_is_wrong_too_for_five_minutes()
    {
        for (var i = 0; i < PasswordCheck.Tries; i++)
            Assert.Null(await Passwords.FindAsync("ada", "wrong password", null, Cancel));
        Assert.Null(await Passwords.FindAsync("ada", Right, null, Cancel));
        Assert.False(await Passwords.IsRightAsync(ada.Id, Right, Cancel));

        rooms.Time.Advance(PasswordCheck.Pause - TimeSpan.FromSeconds(1));
        Assert.Null(await Passwords.FindAsync("ada@mail.example", Right, null, Cancel));
        rooms.Time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(await Passwords.FindAsync("ada", Right, null, Cancel));
    }

    [Fact]
    public async Task The_right_password_begins_the_count_anew()
    {
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < PasswordCheck.Tries - 1; i++)
                Assert.Null(await Passwords.FindAsync("ada", "wrong password", null, Cancel));
            Assert.NotNull(await Passwords.FindAsync("ada", Right, null, Cancel));
        }
    }

    [Fact]
    public async Task Of_many_guesses_at_once_in_two_processes_five_are_looked_at()
    {
        await using var other = rooms.OpenAgain();
        var hasher = new CountingHasher();
        var here = New(rooms, hasher);
        var there = New(other, hasher);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => (i % 2 == 0 ? here : there).FindAsync("ada", $"guess number {i}", null, Cancel), Cancel)));

        Assert.Equal(PasswordCheck.Tries, hasher.Checked(await HashAsync()));
    }

    [Fact]
    public async Task Every_no_costs_one_hash_and_the_same_time_whatever_its_reason()
    {
        await rooms.AddUserAsync("tokens-only");
        await rooms.AddUserAsync("gone", Right);
        await rooms.Users.DisableAsync("gone", disabled: true, Cancel);
        await rooms.AddUserAsync("locked", Right);
        for (var i = 0; i < PasswordCheck.Tries; i++)
            await Passwords.FindAsync("locked", "wrong password", null, Cancel);

        var hasher = new CountingHasher();
        var passwords = New(rooms, hasher);
        foreach (var (name, password) in new (string, string)[] { ("ada", "wrong password"), ("nobody", Right), ("tokens-only", Right), ("gone", Right), ("locked", Right), ("ada", new string('x', 100_000)) })
        {
            var (before, start) = (hasher.All, TimeProvider.System.GetTimestamp());
            Assert.Null(await passwords.FindAsync(name, password, null, Cancel));
            Assert.Equal(before + 1, hasher.All);
            Assert.True(TimeProvider.System.GetElapsedTime(start) >= TimeSpan.FromMilliseconds(400), name);
        }
    }

    private static PasswordCheck New(Rooms rooms, IPasswordHasher<User> hasher) => new(rooms.Databases, hasher, new UpperInvariantLookupNormalizer(), rooms.Time);

    private async Task<string> HashAsync() => (await rooms.Users.FindByIdAsync(ada.Id, Cancel))!.PasswordHash!;

    /// <summary>Identity's own, and how often it was asked about which hash.</summary>
    private sealed class CountingHasher : IPasswordHasher<User>
    {
        private readonly PasswordHasher<User> _hasher = new();
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> _asked = new();

        public int All => _asked.Count;

        public int Checked(string hash) => _asked.Count(h => h == hash);

        public string HashPassword(User user, string password) => _hasher.HashPassword(user, password);

        public PasswordVerificationResult VerifyHashedPassword(User user, string hashedPassword, string providedPassword)
        {
            _asked.Enqueue(hashedPassword);
            return _hasher.VerifyHashedPassword(user, hashedPassword, providedPassword);
        }
    }
}
