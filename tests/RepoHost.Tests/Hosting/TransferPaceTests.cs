using Microsoft.Extensions.Time.Testing;
using RepoHost.Hosting;
using Xunit;

namespace RepoHost.Tests.Hosting;

public sealed class TransferPaceTests
{
    /// <param name="bytes">Of a window of two seconds; 1,000 a second are required.</param>
    /// <param name="waits">Whether the transfer waits for the other side all the while.</param>
    [Theory]
    [InlineData(0, true, true, true)]
    [InlineData(1_900, true, true, true)]
    [InlineData(2_100, true, true, false)]
    [InlineData(0, true, false, false)]
    [InlineData(0, false, true, false)]
    public void A_transfer_is_too_slow_when_its_other_side_is_and_others_wait(int bytes, bool waits, bool othersWait, bool tooSlow)
    {
        var time = new FakeTimeProvider();
        using var pace = new TransferPace(1_000, () => othersWait, time);
        if (waits)
            pace.BeginWait();
        time.Advance(TransferPace.Window / 2);
        pace.EndWait(bytes);
        Assert.False(pace.TooSlow.IsCompleted, "half a window says nothing");
        if (waits)
            pace.BeginWait();
        time.Advance(TransferPace.Window / 2);
        Assert.Equal(tooSlow, pace.TooSlow.IsCompleted);
    }
}
