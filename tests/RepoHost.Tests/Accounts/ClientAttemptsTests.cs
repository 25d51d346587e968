using System.Net;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RepoHost.Accounts;
using Xunit;

namespace RepoHost.Tests.Accounts;

public sealed class ClientAttemptsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly ClientAttempts attempts;

    public ClientAttemptsTests() => attempts = new(Options.Create(new AccountsOptions { AttemptsPerAddress = 3 }), time);

    [Fact]
    public void An_address_has_so_many_attempts_in_ten_minutes_and_then_again()
    {
        Assert.Equal([true, true, true, false, false], Try("192.0.2.1", 5));
        Assert.Equal([true], Try("192.0.2.2", 1));
        time.Advance(ClientAttempts.Window - TimeSpan.FromSeconds(1));
        Assert.Equal([false], Try("192.0.2.1", 1));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([true, true, true, false], Try("192.0.2.1", 4));
    }

    [Fact]
    public void What_was_no_failure_is_not_counted()
    {
        for (var i = 0; i < 50; i++)
        {
            Assert.Equal([true], Try("192.0.2.1", 1));
            attempts.TakeBack(IPAddress.Parse("192.0.2.1"));
        }

        attempts.TakeBack(IPAddress.Parse("192.0.2.9"));
        Assert.Equal([true, true, true, false], Try("192.0.2.9", 4));
    }

    [Theory]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true)]
    [InlineData("2001:db8:1:2::1", "2001:db8:1:3::1", false)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("192.0.2.1", "192.0.2.2", false)]
    public void Addresses_that_one_client_has_at_once_count_together(string one, string other, bool together)
    {
        Try(one, 3);
        Assert.Equal([!together], Try(other, 1));
    }

    [Fact]
    public async Task Many_at_once_are_no_way_round()
    {
        var let = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => Task.Run(() => attempts.TryBegin(IPAddress.Loopback), TestContext.Current.CancellationToken)));
        Assert.Equal(3, let.Count(l => l));
    }

    [Fact]
    public void From_endless_addresses_memory_does_not_grow_and_new_ones_are_let_in()
    {
        for (uint i = 0; i < 200_000; i++)
            Assert.True(attempts.TryBegin(new IPAddress(i)));
        Assert.True(attempts.Count <= 50_000);
    }

    private bool[] Try(string address, int times) => [.. Enumerable.Range(0, times).Select(_ => attempts.TryBegin(IPAddress.Parse(address)))];
}
