using System.Text;
using Xunit;

namespace RepoHost.EndToEnd.Load;

/// <summary>Holds a download under attack against the same download in quiet.</summary>
public static class LoadComparison
{
    private const double MostMedian = 3;
    private const double MostP99 = 10;

    // A collection of the server's garbage takes some milliseconds, in quiet as well, but not in every quiet second.
    private const double MedianAllowance = 1;
    private const double P99Allowance = 12;

    // How far the quiet part of a round may be from the quietest so far.
    private const double MostUnrest = 2;

    private const int Rounds = 5;

    // A server that has just started compiles what it runs most a second time.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Duration = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Passes with the first round in which the download keeps its pace; other programs may spoil some rounds, a server that can be held up spoils all.
    /// </summary>
    /// <param name="answered">Whether the attackers wait for answers.</param>
    /// <returns>What the attackers were answered in that round, by status.</returns>
    public static async Task<IReadOnlyDictionary<int, int>> HoldsAsync(WarmDownload download, Func<Attack> start, bool answered = true)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var report = new StringBuilder();
        var quietest = double.MaxValue;
        await using (start())
            await Task.Delay(WarmUp, cancellationToken);
        for (var round = 1; round <= Rounds; round++)
        {
            var quiet = await download.MeasureAsync(Duration, cancellationToken);
            quietest = Math.Min(quietest, quiet.Median);
            await using var attack = start();
            attack.WaitUntilUnderWay();
            var loaded = await download.MeasureAsync(Duration, cancellationToken);
            var answers = string.Join(", ", attack.Statuses.Select(status => $"{status.Value} x {status.Key}"));
            report.AppendLine($"round {round}: quiet {quiet}; under attack {loaded}; attackers got {answers}");
            // Work that goes on after the attackers of an earlier round have left would make this round look good.
            if (quiet.Median > MostUnrest * quietest)
                continue;
            if (loaded.Median <= Math.Max(MostMedian * quiet.Median, MedianAllowance) && loaded.P99 <= Math.Max(MostP99 * quiet.P99, P99Allowance))
            {
                TestContext.Current.TestOutputHelper?.WriteLine(report.ToString());
                if (answered)
                    await attack.WaitForAnswerAsync();
                return attack.Statuses;
            }
        }

        Assert.Fail($"Under attack the median may be {MostMedian} times and the 99th percentile {MostP99} times the quiet one:\n{report}");
        return new Dictionary<int, int>();
    }
}
