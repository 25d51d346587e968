using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class SigningKeysTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<string, string> BadKeys => new()
    {
        { "", "0 bits" },
        { "c2VjcmV0", "hexadecimal" },
        { "not a key", "hexadecimal" },
        { Convert.ToHexString(RandomNumberGenerator.GetBytes(16)), "128 bits" },
        { Convert.ToHexString(RandomNumberGenerator.GetBytes(31)), "248 bits" },
        { Convert.ToHexString(RandomNumberGenerator.GetBytes(33)), "264 bits" },
        { new string('0', 64), "guessed" },
        { new string('f', 64), "guessed" },
        { string.Concat(Enumerable.Repeat("deadbeef", 8)), "guessed" },
        { Convert.ToHexString(Encoding.ASCII.GetBytes("your-256-bit-secret-change-me-!!")), "guessed" },
        { Convert.ToHexString(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray()), "guessed" },
    };

    [Theory]
    [MemberData(nameof(BadKeys))]
    public async Task A_short_known_or_damaged_key_stops_the_start_and_names_its_file(string content, string why)
    {
        await using var rooms = await Rooms.OpenAsync();
        var path = rooms.Services.GetRequiredService<SigningKeys>().PathOf("0002aaaa");
        await File.WriteAllTextAsync(path, content, Cancel);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        await using var next = rooms.OpenAgain();
        var fault = await Assert.ThrowsAsync<DataDirectoryException>(() => StartAsync(next));
        Assert.Contains(path, fault.Message, StringComparison.Ordinal);
        Assert.Contains(why, fault.Message, StringComparison.Ordinal);
        if (content.Length > 0)
            Assert.DoesNotContain(content, fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_key_that_everybody_can_read_stops_the_start()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix's.");
        await using var rooms = await Rooms.OpenAsync();
        var keys = rooms.Services.GetRequiredService<SigningKeys>();
        var path = keys.PathOf(keys.Newest.Id);
#pragma warning disable CA1416 // Skipped above.
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.OtherRead);
#pragma warning restore CA1416

        await using var next = rooms.OpenAgain();
        var fault = await Assert.ThrowsAsync<DataDirectoryException>(() => StartAsync(next));
        Assert.Contains("chmod 600", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_a_rotation_in_another_process_old_and_new_tokens_both_hold()
    {
        await using var rooms = await Rooms.OpenAsync();
        var ada = await rooms.AddUserAsync("ada");
        var old = await rooms.Tokens.IssueAsync(ada, "old", TokenRole.Read, null, Cancel);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {old.Text}")).Kind);

        await using var other = rooms.OpenAgain();
        var first = other.Services.GetRequiredService<SigningKeys>().Newest;
        var second = other.Services.GetRequiredService<SigningKeys>().Rotate();
        var fresh = await other.Tokens.IssueAsync(ada, "new", TokenRole.Read, null, Cancel);

        Assert.NotEqual(first.Id, second.Id);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {fresh.Text}")).Kind);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {old.Text}")).Kind);
        Assert.Equal(second.Id, rooms.Services.GetRequiredService<SigningKeys>().Newest.Id);
    }

    [Fact]
    public async Task Without_the_file_of_its_key_a_token_ends_with_the_next_start()
    {
        await using var rooms = await Rooms.OpenAsync();
        var ada = await rooms.AddUserAsync("ada");
        var old = await rooms.Tokens.IssueAsync(ada, "old", TokenRole.Read, null, Cancel);
        var keys = rooms.Services.GetRequiredService<SigningKeys>();
        var first = keys.Newest.Id;
        keys.Rotate();
        File.Delete(keys.PathOf(first));

        await using var restarted = rooms.OpenAgain();
        Assert.Equal(CallerKind.InvalidCredential, (await restarted.AskAsync($"Bearer {old.Text}")).Kind);
    }

    [Fact]
    public async Task A_key_that_is_damaged_while_the_server_runs_leaves_the_known_ones_in_use()
    {
        await using var rooms = await Rooms.OpenAsync();
        var ada = await rooms.AddUserAsync("ada");
        await File.WriteAllTextAsync(rooms.Services.GetRequiredService<SigningKeys>().PathOf("0002aaaa"), "half a k", Cancel);
        var token = await rooms.Tokens.IssueAsync(ada, "a", TokenRole.Read, null, Cancel);
        Assert.Equal(CallerKind.Person, (await rooms.AskAsync($"Bearer {token.Text}")).Kind);
        Assert.Contains("can't be read", rooms.Logs.Text, StringComparison.Ordinal);
    }

    private static async Task StartAsync(Rooms rooms)
    {
        foreach (var service in rooms.Services.GetServices<IHostedService>())
            await service.StartAsync(Cancel);
    }
}
