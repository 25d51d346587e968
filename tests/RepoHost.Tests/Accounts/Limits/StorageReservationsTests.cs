using Microsoft.Extensions.Time.Testing;
using RepoHost.Accounts.Limits;
using Xunit;

namespace RepoHost.Tests.Accounts.Limits;

public sealed class StorageReservationsTests
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    [Fact]
    public void Room_is_held_until_it_is_released_or_nobody_asks_for_it_again()
    {
        var time = new FakeTimeProvider();
        var reservations = new StorageReservations(time);
        reservations.Hold("a", "one", "ada", 10, Day);
        reservations.Hold("b", "two", "ada", 5, Day);
        reservations.Hold("c", "three", "bob", 100, Day);
        Assert.Equal((10, 15), reservations.Held("one", "ada"));
        Assert.Equal((0, 5), reservations.Held("one", "ada", except: "a"));

        time.Advance(Day - TimeSpan.FromHours(1));
        Assert.True(reservations.Prolong("a", Day));
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal((10, 10), reservations.Held("one", "ada"));
        Assert.False(reservations.Prolong("b", Day));

        reservations.Release("a");
        reservations.Release("never held");
        Assert.Equal((0, 0), reservations.Held("one", "ada"));
    }

    [Fact]
    public void Held_again_it_counts_once()
    {
        var reservations = new StorageReservations(new FakeTimeProvider());
        reservations.Hold("a", "one", "ada", 10, Day);
        reservations.Hold("a", "one", "ada", 10, Day);
        Assert.Equal((10, 10), reservations.Held("one", "ada"));
    }
}
