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
        reservations.Hold("a", "one", "ada", null, 10, Day);
        reservations.Hold("b", "two", "ada", null, 5, Day);
        reservations.Hold("c", "three", "bob", null, 100, Day);
        Assert.Equal(new HeldBytes(10, 15, 0, 0), reservations.Held("one", "ada", null));
        Assert.Equal(new HeldBytes(0, 5, 0, 0), reservations.Held("one", "ada", null, except: "a"));

        time.Advance(Day - TimeSpan.FromHours(1));
        Assert.True(reservations.Prolong("a", Day));
        time.Advance(TimeSpan.FromHours(2));
        Assert.Equal(new HeldBytes(10, 10, 0, 0), reservations.Held("one", "ada", null));
        Assert.False(reservations.Prolong("b", Day));

        reservations.Release("a");
        reservations.Release("never held");
        Assert.Equal(new HeldBytes(0, 0, 0, 0), reservations.Held("one", "ada", null));
    }

    [Fact]
    public void Held_again_it_counts_once()
    {
        var reservations = new StorageReservations(new FakeTimeProvider());
        reservations.Hold("a", "one", "ada", null, 10, Day);
        reservations.Hold("a", "one", "ada", null, 10, Day);
        Assert.Equal(new HeldBytes(10, 10, 0, 0), reservations.Held("one", "ada", null));
    }

    [Fact]
    public void What_proposers_hold_counts_for_each_of_them_and_for_all_together()
    {
        var reservations = new StorageReservations(new FakeTimeProvider());
        reservations.Hold("a", "one", "ada", "sam", 10, Day);
        reservations.Hold("b", "one", "ada", "sam", 20, Day);
        reservations.Hold("c", "one", "ada", "tom", 40, Day);
        reservations.Hold("d", "two", "ada", "sam", 80, Day);
        reservations.Hold("e", "one", "ada", null, 160, Day);
        Assert.Equal(new HeldBytes(230, 310, 30, 70), reservations.Held("one", "ada", "sam"));
        Assert.Equal(new HeldBytes(230, 310, 0, 70), reservations.Held("one", "ada", null));
    }
}
